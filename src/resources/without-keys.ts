/** The map without these keys; itself where it has none of them. */
export function withoutKeys<T>(map: ReadonlyMap<string, T>, keys: Iterable<string>): ReadonlyMap<string, T> {
  let copy: Map<string, T> | undefined;
  if (map.size === 0) return map;
  for (const key of keys) {
    if (!map.has(key)) continue;
    copy ??= new Map(map);
    copy.delete(key);
  }
  return copy ?? map;
}
