/** By the kernel's name of a machine, as `GET /info` gives it. */
const names: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  x64: 'amd64',
  aarch64: 'arm64',
  armv8l: 'arm64',
  armv7l: 'arm',
  i386: '386',
  i686: '386',
};

/** An architecture as images name it (`amd64`, `arm64`), from what an engine or Node calls it. */
export function engineArchitecture(architecture: string): string {
  return names[architecture] ?? architecture;
}
