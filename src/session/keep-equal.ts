/**
 * The previous array when the next one has equal elements, so that everything cached by identity downstream stays
 * cached. `equal` compares two elements.
 */
export function keepEqual<T>(
  previous: readonly T[],
  next: readonly T[],
  equal: (a: T, b: T) => boolean,
): readonly T[] {
  if (previous.length !== next.length) return next;
  for (let i = 0; i < next.length; i += 1) {
    const a = previous[i];
    const b = next[i];
    if (a === undefined || b === undefined || !equal(a, b)) return next;
  }
  return previous;
}
