/** Whether two lists hold the same objects in the same order. */
export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** `next`, or `previous` when both have the same fields with the same (identical) values; lists by their items. */
export function keepShallow<T extends object>(previous: T | undefined, next: T): T {
  if (previous === undefined) return next;
  const before = previous as Readonly<Record<string, unknown>>;
  const entries = Object.entries(next);
  if (entries.length !== Object.keys(before).length) return next;
  let isSame = true;
  const kept: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    const known = before[key];
    kept[key] = Array.isArray(value) && Array.isArray(known) && sameItems(known, value) ? known : value;
    if (kept[key] !== known) isSame = false;
  }
  return isSame ? previous : (kept as T);
}
