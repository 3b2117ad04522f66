import { isRecord } from '../../resources/schema/walk.ts';
import { setField } from '../../resources/set-field.ts';
import { listStrategy } from './merge-keys.ts';
import { deleteValues, mergeByKey, mergeValues, orderBy } from './merge-lists.ts';
import { PatchError } from './patch-error.ts';

type Mapping = Readonly<Record<string, unknown>>;

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/**
 * Strategic merge patch of a built-in kind: as a JSON merge patch, but lists whose items have a key are merged item by
 * item. Directives (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) are carried out and never
 * stored.
 *
 * @throws {PatchError}
 */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) throw new PatchError('malformed', 'a strategic merge patch is an object');
  return mergeMapping(isRecord(target) ? target : {}, patch, []) ?? {};
}

/** `undefined` where the patch deletes the mapping. */
export function mergeMapping(
  original: Mapping,
  patch: Mapping,
  path: readonly string[],
): Mapping | undefined {
  const directive = patch.$patch;
  if (directive === 'replace') return withoutDirectives(patch, path);
  if (directive === 'delete') return undefined;
  if (directive !== undefined && directive !== 'merge') {
    throw new PatchError('malformed', `Unknown patch type found: ${JSON.stringify(directive)}`);
  }
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(retained(original, patch))) setField(result, key, value);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deletePrefix)) applyDeletion(result, key, value);
    else if (!key.startsWith('$')) applyField(result, key, { patch, path: [...path, key] });
  }
  for (const [key, order] of Object.entries(patch)) {
    if (key.startsWith(orderPrefix)) applyOrder(result, { original, key, order, path });
  }
  return result;
}

/** What stays of a mapping under `$retainKeys`. */
function retained(original: Mapping, patch: Mapping): Mapping {
  const keys = patch.$retainKeys;
  if (keys === undefined) return original;
  if (!Array.isArray(keys)) throw new PatchError('malformed', '$retainKeys is a list of field names');
  const foreign = Object.keys(patch).find((key) => !key.startsWith('$') && !keys.includes(key));
  if (foreign !== undefined) {
    throw new PatchError('malformed', `$retainKeys does not hold all fields of the patch: ${foreign}`);
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)));
}

function applyField(
  result: Record<string, unknown>,
  key: string,
  { patch, path }: { readonly patch: Mapping; readonly path: readonly string[] },
): void {
  const value = patch[key];
  const before = Object.hasOwn(result, key) ? result[key] : undefined;
  if (value === null) delete result[key];
  else if (isRecord(value)) {
    const merged = mergeMapping(isRecord(before) ? before : {}, value, path);
    // A mapping that is deleted where it is merged is empty, as an API server leaves it.
    setField(result, key, merged ?? {});
  } else if (Array.isArray(value)) setField(result, key, mergeList(before, value, path));
  else setField(result, key, value);
}

function mergeList(before: unknown, patch: readonly unknown[], path: readonly string[]): readonly unknown[] {
  const strategy = listStrategy(path);
  const list = Array.isArray(before) ? before : [];
  if (strategy === undefined) return patch.map((item) => plainValue(item, path));
  if (strategy.mergeKey === undefined) return mergeValues(list, patch);
  return mergeByKey(list, patch, {
    mergeKey: strategy.mergeKey,
    mergeItem: (original, item) => mergeMapping(original, item, path) ?? {},
    plain: (item) => withoutDirectives(item, path),
  });
}

function plainValue(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => plainValue(item, path));
  return isRecord(value) ? withoutDirectives(value, path) : value;
}

function withoutDirectives(patch: Mapping, path: readonly string[]): Mapping {
  const { $patch: _directive, ...fields } = patch;
  return mergeMapping({}, fields, path) ?? {};
}

function applyDeletion(result: Record<string, unknown>, key: string, values: unknown): void {
  const field = key.slice(deletePrefix.length);
  if (!Array.isArray(values)) throw new PatchError('malformed', `${key} is a list of values`);
  const list = result[field];
  if (Array.isArray(list)) setField(result, field, deleteValues(list, values));
}

interface Ordering {
  readonly original: Mapping;
  readonly key: string;
  readonly order: unknown;
  readonly path: readonly string[];
}

function applyOrder(result: Record<string, unknown>, { original, key, order, path }: Ordering): void {
  const field = key.slice(orderPrefix.length);
  if (!Array.isArray(order)) throw new PatchError('malformed', `${key} is a list`);
  const list = result[field];
  if (!Array.isArray(list)) return;
  const before = original[field];
  const { mergeKey } = listStrategy([...path, field]) ?? {};
  setField(result, field, orderBy(list, { order, mergeKey, before: Array.isArray(before) ? before : [] }));
}
