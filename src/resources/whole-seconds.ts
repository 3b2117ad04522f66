/** A time in milliseconds since the epoch as Kubernetes writes it: RFC 3339, UTC, whole seconds. */
export function wholeSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
