import { isDeepStrictEqual } from 'node:util';

/** The previous value when the next one says the same, so that readers can compare by identity. */
export function keepDeepEqual<T>(previous: T | undefined, next: T): T {
  return previous !== undefined && isDeepStrictEqual(previous, next) ? previous : next;
}

/** The previous array when the next one has the same elements, by identity. */
export function keepArray<T>(previous: readonly T[] | undefined, next: readonly T[]): readonly T[] {
  const isSame =
    previous?.length === next.length && next.every((element, index) => element === previous[index]);
  return isSame ? previous : next;
}

/** The previous object when the next one has the same fields, by identity. */
export function keepFields<T extends object>(previous: T | undefined, next: T): T {
  if (previous === undefined) return next;
  const names = Object.keys(next) as (keyof T)[];
  const isSame =
    names.length === Object.keys(previous).length && names.every((name) => previous[name] === next[name]);
  return isSame ? previous : next;
}
