import { deepEqual } from '../../resources/deep-equal.ts';
import type { ManagedFields, ManifestObject } from '../../resources/manifest.ts';
import type { Resource } from '../../resources/resource.ts';
import { type Leaf, leavesOf, pathKey } from './field-paths.ts';
import type { FieldShape } from './field-shape.ts';
import { type FieldSet, fromFieldsV1, toFieldsV1 } from './fields-v1.ts';

/** Who owns which fields of an object. */
export interface Manager {
  readonly entry: Omit<ManagedFields, 'fieldsV1'>;
  readonly set: FieldSet;
}

/** Name of the manager of all that a file declares. */
const filesManager = 'calb-sim-files';

/** Who owns the fields of a stored object. Those of one that nobody has written through the API are its file's. */
export function managersOf(current: Resource, shape: FieldShape): readonly Manager[] {
  const { object } = current;
  const { managedFields, creationTimestamp } = object.metadata;
  if (managedFields !== undefined) {
    return managedFields.map(({ fieldsV1, ...entry }) => ({ entry, set: fromFieldsV1(fieldsV1) }));
  }
  const { apiVersion } = object;
  const set = setOf(leavesOf(object, shape).values());
  const manager = current.origin.type === 'file' ? filesManager : 'calb-sim';
  const entry = { manager, operation: 'Update', apiVersion, time: creationTimestamp } as const;
  return [{ entry: { ...entry, fieldsType: 'FieldsV1' }, set }];
}

/** Managers as an object's metadata holds them; those that own nothing are left out. */
export function toManagedFields(managers: readonly Manager[]): readonly ManagedFields[] {
  return managers.flatMap(({ entry, set }) =>
    set.size === 0 ? [] : [{ ...entry, fieldsV1: toFieldsV1(set) }],
  );
}

/** Who writes, and in which version. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  /** Through which part of the object it writes. */
  readonly subresource?: string | undefined;
}

/**
 * Who owns the fields after an object was written as a whole or patched: the writer owns what it changed, and nobody
 * what is gone. What it left as it was keeps its owners.
 *
 * @returns `undefined` when nothing changed
 */
export function afterUpdate(
  object: ManifestObject,
  current: Resource | undefined,
  shape: FieldShape,
  writer: Writer,
): readonly Manager[] | undefined {
  const after = leavesOf(object, shape);
  const before = current === undefined ? new Map<string, Leaf>() : leavesOf(current.object, shape);
  const changed = [...after].filter(([key, leaf]) => {
    const old = before.get(key);
    return old === undefined || !deepEqual(old.value, leaf.value);
  });
  if (current !== undefined && changed.length === 0 && after.size === before.size) return undefined;
  const managers = current === undefined ? [] : managersOf(current, shape);
  const isChanged = new Set(changed.map(([key]) => key));
  const others = managers.map(({ entry, set }) => {
    const isOwn =
      entry.manager === writer.manager &&
      entry.operation === 'Update' &&
      entry.subresource === writer.subresource;
    const kept = [...set].filter(([key]) => after.has(key) && (isOwn || !isChanged.has(key)));
    return { entry, set: new Map(kept) };
  });
  return withSet(others, { ...writer, operation: 'Update' }, setOf(changed.map(([, leaf]) => leaf)), true);
}

/** The managers with the set of one of them replaced, or added to. */
export function withSet(
  managers: readonly Manager[],
  { manager, operation, apiVersion, time, subresource }: Writer & Pick<ManagedFields, 'operation'>,
  set: FieldSet,
  adds = false,
): readonly Manager[] {
  const isSame = ({ entry }: Manager) =>
    entry.manager === manager && entry.operation === operation && entry.subresource === subresource;
  const own = managers.find(isSame);
  const next = adds && own !== undefined ? new Map([...own.set, ...set]) : set;
  const isUnchanged =
    own !== undefined && own.set.size === next.size && [...next.keys()].every((key) => own.set.has(key));
  if (isUnchanged) return managers;
  const part = subresource === undefined ? {} : { subresource };
  const entry = { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', ...part } as const;
  return [...managers.filter((other) => !isSame(other)), { entry, set: next }];
}

/** The set of these fields. */
export function setOf(leaves: Iterable<Leaf>): FieldSet {
  return new Map([...leaves].map(({ path }) => [pathKey(path), path]));
}
