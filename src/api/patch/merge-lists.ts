import { isRecord } from '../../resources/schema/walk.ts';
import { PatchError } from './patch-error.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** How items with a key are merged. */
export interface ItemMerge {
  readonly mergeKey: string;
  readonly mergeItem: (original: Mapping, patch: Mapping) => Mapping;
  /** The item as it is stored. */
  readonly plain: (item: Mapping) => Mapping;
}

/**
 * Merges lists of mappings: items that have the same key become one, `$patch: delete` removes, new ones come last. An item
 * that is only `$patch: replace` replaces the list.
 *
 * @throws {PatchError} for an item without the key
 */
export function mergeByKey(
  list: readonly unknown[],
  patch: readonly unknown[],
  { mergeKey, mergeItem, plain }: ItemMerge,
): readonly unknown[] {
  const isReplacing = patch.some(
    (item) => isRecord(item) && item.$patch === 'replace' && !(mergeKey in item),
  );
  if (isReplacing) {
    return patch.flatMap((item) => (isRecord(item) && item.$patch === undefined ? [plain(item)] : []));
  }
  // An item that is gone leaves a hole until the end: the places of the others stay known.
  const result: unknown[] = [...list];
  const places = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const identity = keyText(Object(item)[mergeKey]);
    if (!places.has(identity)) places.set(identity, index);
  }
  for (const item of patch) {
    if (!isRecord(item))
      throw new PatchError('inapplicable', 'a list of objects is merged with something else');
    if (!Object.hasOwn(item, mergeKey)) {
      const text = JSON.stringify(item).slice(0, 200);
      throw new PatchError('inapplicable', `map: ${text} does not contain declared merge key: ${mergeKey}`);
    }
    const identity = keyText(item[mergeKey]);
    const at = places.get(identity);
    const before = at === undefined ? undefined : result[at];
    if (item.$patch === 'delete') {
      if (at !== undefined) result[at] = hole;
      places.delete(identity);
    } else if (at !== undefined && isRecord(before)) result[at] = mergeItem(before, item);
    else places.set(identity, result.push(plain(item)) - 1);
  }
  return result.filter((item) => item !== hole);
}

const hole = Symbol('removed');

function keyText(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

/**
 * Merges lists of plain values: each once.
 *
 * @throws {PatchError} for an item that is none
 */
export function mergeValues(list: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  if (patch.some((value) => typeof value === 'object')) {
    throw new PatchError('inapplicable', 'a list of plain values is merged with something else');
  }
  return [...new Set([...list, ...patch])];
}

/** The list without these values. */
export function deleteValues(list: readonly unknown[], values: readonly unknown[]): readonly unknown[] {
  const gone = new Set(values);
  return list.filter((value) => !gone.has(value));
}

/** What says in which order the items of a list stand. */
export interface ListOrder {
  /** Of `$setElementOrder`: plain values, or mappings that have the key. */
  readonly order: readonly unknown[];
  /** Absent: items are plain values. */
  readonly mergeKey: string | undefined;
  /** The list before it was merged. */
  readonly before: readonly unknown[];
}

/** Puts the items that the order names into that order; the others stay between them where they were. */
export function orderBy(
  list: readonly unknown[],
  { order, mergeKey, before }: ListOrder,
): readonly unknown[] {
  const identity = (item: unknown): string => keyText(mergeKey === undefined ? item : Object(item)[mergeKey]);
  const places = placesOf(order.map(identity));
  const old = placesOf(before.map(identity));
  const placeIn = (all: ReadonlyMap<string, number>, item: unknown) => all.get(identity(item)) ?? -1;
  const by = (all: ReadonlyMap<string, number>) => (a: unknown, b: unknown) =>
    placeIn(all, a) - placeIn(all, b);
  const named = list.filter((item) => placeIn(places, item) >= 0).sort(by(places));
  const others = list.filter((item) => placeIn(places, item) < 0).sort(by(old));
  const result: unknown[] = [];
  let [at, other] = [0, 0];
  while (at < named.length && other < others.length) {
    const [left, right] = [placeIn(old, named[at]), placeIn(old, others[other])];
    const isLeftFirst = left >= 0 && right >= 0 && left < right;
    result.push(isLeftFirst ? named[at++] : others[other++]);
  }
  return [...result, ...named.slice(at), ...others.slice(other)];
}

function placesOf(identities: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [index, identity] of identities.entries()) {
    if (!places.has(identity)) places.set(identity, index);
  }
  return places;
}
