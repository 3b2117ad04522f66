import { deepEqual } from '../../resources/deep-equal.ts';
import type { Resource } from '../../resources/resource.ts';
import { type FieldPath, type Leaf, leavesOf, pathKey } from './field-paths.ts';
import type { FieldShape } from './field-shape.ts';
import { type Manager, managersOf, setOf, type Writer, withSet } from './managers.ts';
import { mergeApplied, withoutFields } from './merge-applied.ts';

/** A field that somebody else owns and that is to become another one. */
export interface FieldConflict {
  readonly owner: Manager;
  readonly path: FieldPath;
}

/** What applying gives: the object and its managers, or who is in the way. */
export type Applied =
  | { readonly object: Readonly<Record<string, unknown>>; readonly managers: readonly Manager[] }
  | { readonly conflicts: readonly FieldConflict[] };

/** An applied configuration and who applies it. */
export interface Application {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly writer: Writer;
  /** Takes fields from their owners. */
  readonly isForced: boolean;
}

/**
 * Server-side apply: the configuration is laid over the object; fields that the manager had applied before and that are not
 * in it any more are removed, unless somebody else owns them. To change a field of another manager is a conflict.
 */
export function applyConfiguration(current: Resource, shape: FieldShape, application: Application): Applied {
  const { configuration, writer, isForced } = application;
  const isOwn = ({ entry }: Manager) => entry.manager === writer.manager && entry.operation === 'Apply';
  const managers = managersOf(current, shape);
  const others = managers.filter((manager) => !isOwn(manager));
  const applied = leavesOf(configuration, shape);
  const changed = changedLeaves(applied, leavesOf(current.object, shape));
  const conflicts = others.flatMap((owner) =>
    changed.flatMap(([key, { path }]) => (owner.set.has(key) ? [{ owner, path }] : [])),
  );
  if (conflicts.length > 0 && !isForced) return { conflicts };

  const kept = owned(others);
  const gone = [...(managers.find(isOwn)?.set ?? [])].filter(([key]) => !applied.has(key) && !kept.has(key));
  const merged = mergeApplied(current.object, configuration, shape);
  const object = withoutFields(
    merged,
    gone.map(([, path]) => path),
    shape,
  );
  const taken = new Set(changed.map(([key]) => key));
  const left = managers.map((manager) =>
    isOwn(manager) ? manager : { ...manager, set: without(manager.set, taken) },
  );
  return {
    object: Object(object),
    managers: withSet(left, { ...writer, operation: 'Apply' }, setOf(applied.values())),
  };
}

/** The fields that managers own, and everything that those are in. */
function owned(managers: readonly Manager[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { set } of managers) {
    for (const path of set.values()) {
      for (let length = path.length; length > 0; length--) keys.add(pathKey(path.slice(0, length)));
    }
  }
  return keys;
}

/** Fields that are there and become another value. */
function changedLeaves(
  applied: ReadonlyMap<string, Leaf>,
  live: ReadonlyMap<string, Leaf>,
): readonly (readonly [string, Leaf])[] {
  return [...applied].filter(([key, { value }]) => {
    const before = live.get(key);
    return before !== undefined && !deepEqual(before.value, value);
  });
}

function without(set: Manager['set'], keys: ReadonlySet<string>): Manager['set'] {
  return new Map([...set].filter(([key]) => !keys.has(key)));
}
