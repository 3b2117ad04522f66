import { objectMetaFields } from '../../resources/check-metadata.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { type FieldShape, fieldShape, listIdentity } from './field-shape.ts';

/**
 * Steps to a field, as `managedFields` writes them: `f:name` of a mapping, `k:{"name":"a"}` and `v:"x"` of a list whose
 * items have keys or are a set.
 */
export type FieldPath = readonly string[];

/** A field that can have an owner: a plain value, a list that is one value, or an item that is there. */
export interface Leaf {
  readonly path: FieldPath;
  readonly value: unknown;
}

/** A path as a text, to look fields up by. */
export function pathKey(path: FieldPath): string {
  return path.join('\u0000');
}

/** Metadata that nobody owns: it says which object it is, or a server sets it. */
const unowned: ReadonlySet<string> = new Set(
  objectMetaFields.filter(
    (name) => !['labels', 'annotations', 'finalizers', 'ownerReferences'].includes(name),
  ),
);

/** All fields of an object that can have an owner, by {@link pathKey}. Its status is not among them. */
export function leavesOf(object: object, shape: FieldShape): ReadonlyMap<string, Leaf> {
  const { apiVersion: _apiVersion, kind: _kind, status: _status, metadata, ...rest } = Object(object);
  const meta = Object.fromEntries(Object.entries(Object(metadata)).filter(([name]) => !unowned.has(name)));
  const found = new Map<string, Leaf>();
  for (const [name, value] of Object.entries({ ...rest, ...(isEmpty(meta) ? {} : { metadata: meta }) })) {
    collect(found, value, { path: [`f:${name}`], shape: fieldShape(shape, name) });
  }
  return found;
}

interface Place {
  readonly path: FieldPath;
  readonly shape: FieldShape | undefined;
}

function collect(found: Map<string, Leaf>, value: unknown, { path, shape }: Place): void {
  if (isRecord(value) && !isEmpty(value)) {
    for (const [name, field] of Object.entries(value)) {
      collect(found, field, { path: [...path, `f:${name}`], shape: fieldShape(shape, name) });
    }
    return;
  }
  if (!Array.isArray(value) || value.length === 0 || listIdentity(shape).type === 'atomic') {
    found.set(pathKey(path), { path, value });
    return;
  }
  for (const item of value) {
    const at = [...path, itemStep(item, shape)];
    const isMapping = listIdentity(shape).type === 'map';
    // That the item is there is a field of its own; its value is in what follows.
    found.set(pathKey(at), { path: at, value: isMapping ? undefined : item });
    if (isMapping && isRecord(item)) {
      for (const [name, field] of Object.entries(item)) {
        collect(found, field, { path: [...at, `f:${name}`], shape: fieldShape(shape?.items, name) });
      }
    }
  }
}

/** The step to an item of a list whose items are told apart. A key that is not given has its default. */
export function itemStep(item: unknown, shape: FieldShape | undefined): string {
  const identity = listIdentity(shape);
  if (identity.type !== 'map') return `v:${JSON.stringify(item)}`;
  const keys = [...identity.keys].sort().flatMap((key) => {
    const value = Object(item)[key] ?? fieldShape(shape?.items, key)?.data.default;
    return value === undefined ? [] : [[key, value] as const];
  });
  return `k:${JSON.stringify(Object.fromEntries(keys))}`;
}

/** A path as people read it: `.spec.containers[name="a"].image`. */
export function printPath(path: FieldPath): string {
  return path
    .map((step) => {
      const text = step.slice(2);
      if (step.startsWith('f:')) return `.${text}`;
      if (step.startsWith('v:')) return `[${text}]`;
      const keys = Object.entries(JSON.parse(text)).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      return `[${keys.join(',')}]`;
    })
    .join('');
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
