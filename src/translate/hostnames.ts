/**
 * Host name patterns of Gateway API: an exact name, `*.example.com` (any number of labels in place of the `*`), or ''
 * and `*` for every name.
 */

/** Whether every name that `narrow` means is one that `wide` means. */
export function coversHostname(wide: string, narrow: string): boolean {
  if (isAny(wide) || wide === narrow) return true;
  if (!wide.startsWith('*.')) return false;
  const suffix = wide.slice(1);
  if (narrow.startsWith('*.')) return narrow.slice(1).endsWith(suffix);
  return narrow.length > suffix.length && narrow.endsWith(suffix);
}

/** What two patterns have in common: always the narrower one. `undefined`: no name fits both. */
export function intersectHostnames(a: string, b: string): string | undefined {
  if (coversHostname(a, b)) return isAny(b) ? '*' : b;
  if (coversHostname(b, a)) return a;
  return undefined;
}

/**
 * Host names that a route serves on a listener, sorted and without repetition: what its own host names and the
 * listener's have in common; `*` where neither names any. Empty: the route does not fit the listener.
 */
export function hostnamesOn(listener: string | undefined, route: readonly string[]): readonly string[] {
  const wanted = route.length === 0 ? [''] : route;
  const found = wanted.flatMap((hostname) => intersectHostnames(listener ?? '', hostname) ?? []);
  return [...new Set(found)].sort();
}

/**
 * The one of a port's listeners to which requests for a host name (or all names of a pattern) belong: the most specific
 * that covers it (Gateway API v1.6.1, "Listeners that are distinct only by Hostname").
 */
export function ownerOfHostname<T extends { readonly hostname?: string }>(
  hostname: string,
  listeners: readonly T[],
): T | undefined {
  let owner: T | undefined;
  for (const listener of listeners) {
    if (!coversHostname(listener.hostname ?? '', hostname)) continue;
    if (owner === undefined || specificity(listener.hostname) > specificity(owner.hostname)) owner = listener;
  }
  return owner;
}

/** Among patterns that cover one name, the more specific has the higher figure. */
function specificity(pattern = ''): number {
  if (isAny(pattern)) return 0;
  return pattern.startsWith('*.') ? pattern.length : Number.POSITIVE_INFINITY;
}

function isAny(pattern: string): boolean {
  return pattern === '' || pattern === '*';
}
