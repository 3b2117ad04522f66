import { isRecord } from '../../resources/schema/walk.ts';
import { setField } from '../../resources/set-field.ts';
import { type FieldPath, pathKey } from './field-paths.ts';

/** Fields that one manager owns: their paths by `pathKey`. */
export type FieldSet = ReadonlyMap<string, FieldPath>;

interface Node {
  isOwned: boolean;
  readonly children: Map<string, Node>;
}

/** Deepest set that is read: deeper than any object. */
const maxDepth = 200;

/** Many objects are of one form, and so are the sets of their fields: each is kept once. The latest ones. */
const known = new Map<string, object>();
const maxKnown = 500;

/** A set as `managedFields` holds it (`FieldsV1`). Equal sets are the same reference, most often. */
export function toFieldsV1(set: FieldSet): object {
  const root: Node = { isOwned: false, children: new Map() };
  for (const path of set.values()) {
    let node = root;
    for (const step of path) {
      const next = node.children.get(step) ?? { isOwned: false, children: new Map() };
      node.children.set(step, next);
      node = next;
    }
    node.isOwned = true;
  }
  const made = written(root);
  const text = JSON.stringify(made);
  const same = known.get(text);
  if (same !== undefined) return same;
  known.set(text, made);
  if (known.size > maxKnown) for (const oldest of known.keys()) if (known.delete(oldest)) break;
  return made;
}

function written({ isOwned, children }: Node): object {
  const result: Record<string, unknown> = {};
  if (isOwned && children.size > 0) result['.'] = {};
  for (const step of [...children.keys()].sort()) {
    const child = children.get(step);
    if (child !== undefined) setField(result, step, written(child));
  }
  return result;
}

/** The set that `FieldsV1` stands for; what is none in it is left out. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const set = new Map<string, FieldPath>();
  const read = (node: unknown, path: FieldPath): void => {
    if (!isRecord(node) || path.length > maxDepth) return;
    const steps = Object.entries(node);
    if (path.length > 0 && (steps.length === 0 || Object.hasOwn(node, '.'))) set.set(pathKey(path), path);
    for (const [step, child] of steps) if (/^[fkv]:/.test(step)) read(child, [...path, step]);
  };
  read(fields, []);
  return set;
}
