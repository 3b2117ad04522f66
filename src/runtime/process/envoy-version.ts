/** Oldest Envoy that is used, as numbers. */
export const oldestEnvoy: readonly number[] = [1, 34];

/** The version in the output of `envoy --version`: `hash/1.40.0/Clean/RELEASE/BoringSSL`. */
export function parseEnvoyVersion(output: string): string | undefined {
  return /version: [0-9a-f]+\/(\d+\.\d+\.\d+)/.exec(output)?.[1];
}

/** Whether `version` (`1.40.0`) is `minimum` or newer; only the numbers that `minimum` has are compared. */
export function isAtLeast(version: string, minimum: readonly number[]): boolean {
  const numbers = version.split('.').map(Number);
  for (const [index, wanted] of minimum.entries()) {
    const actual = numbers[index] ?? 0;
    if (actual !== wanted) return actual > wanted;
  }
  return true;
}
