/** How long a state may take before its test fails. Generous: a loaded machine is no fault of the program. */
export const patienceMs = 20_000;

/**
 * Asks `probe` again and again until it gives something else than undefined or false, and returns that.
 * @throws with `what` and the last error, when `timeoutMs` have passed.
 */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs: number = patienceMs,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  do {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  } while (performance.now() < deadline);
  throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: lastError });
}

/** Fails when `promise` takes longer than `timeoutMs`; `what` says what was waited for. */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  timeoutMs: number = patienceMs,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${timeoutMs} ms: ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
