import { setField } from '../resources/set-field.ts';

/**
 * `next`, with every part that equals its counterpart in `previous` replaced by it: what did not change keeps its
 * identity, so that later stages can cache by it. Works on plain data; resources and Maps are compared by identity.
 */
export function keepIdentity<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(previous) && Array.isArray(next)) return keepArray(previous, next) as T;
  if (isData(previous) && isData(next)) return keepObject(previous, next) as T;
  return next;
}

function keepArray(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const kept = next.map((item, index) => keepIdentity(previous[index], item));
  const isSame =
    kept.length === previous.length && kept.every((item, index) => Object.is(item, previous[index]));
  return isSame ? previous : kept;
}

/** What no data equals. */
const absent = Symbol('absent');

function keepObject(previous: Data, next: Data): Data {
  const names = Object.keys(next);
  let isSame = names.length === Object.keys(previous).length;
  const kept: Record<string, unknown> = {};
  for (const name of names) {
    const before = Object.hasOwn(previous, name) ? previous[name] : absent;
    const value = keepIdentity(before, next[name]);
    setField(kept, name, value);
    if (!Object.is(value, before)) isSame = false;
  }
  return isSame ? previous : kept;
}

type Data = Readonly<Record<string, unknown>>;

function isData(value: unknown): value is Data {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !('origin' in value && 'object' in value)
  );
}
