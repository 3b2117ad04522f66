import { lookUpKind } from '../../resources/kinds.ts';
import { schemaOf } from '../../resources/schema/compile.ts';
import type { SchemaData } from '../../resources/schema/schema.ts';

/**
 * What a schema says of how a value is made of others: a part of `SchemaNode`. Absent: mappings have fields, lists are one
 * value.
 */
export interface FieldShape {
  readonly data: Pick<SchemaData, 'listType' | 'listMapKeys' | 'default'>;
  readonly properties: ReadonlyMap<string, FieldShape> | undefined;
  readonly items: FieldShape | undefined;
  readonly additionalProperties: FieldShape | undefined;
}

const shapes = new Map<string, FieldShape>();

/** The shape of all objects of a kind. */
export function shapeOfKind(group: string, kind: string): FieldShape {
  const name = `${group}/${kind}`;
  const known = shapes.get(name);
  if (known !== undefined) return known;
  const simulated = lookUpKind(group, kind);
  const properties = simulated.type === 'simulated' ? schemaOf(simulated.data).properties : undefined;
  const made = mapping([...(properties ?? []), ['metadata', metadata] as const]);
  shapes.set(name, made);
  return made;
}

/** How the items of a list are told apart. */
export type ListIdentity =
  | { readonly type: 'atomic' }
  | { readonly type: 'set' }
  | { readonly type: 'map'; readonly keys: readonly string[] };

/** How the items of a list of this shape are told apart (`x-kubernetes-list-type`). */
export function listIdentity(shape: FieldShape | undefined): ListIdentity {
  const { listType, listMapKeys = [] } = shape?.data ?? {};
  if (listType === 'set') return { type: 'set' };
  return listType === 'map' && listMapKeys.length > 0
    ? { type: 'map', keys: listMapKeys }
    : { type: 'atomic' };
}

/** The shape of a field of a mapping. */
export function fieldShape(shape: FieldShape | undefined, name: string): FieldShape | undefined {
  return shape?.properties?.get(name) ?? shape?.additionalProperties;
}

/** ObjectMeta, as far as people write it. */
const metadata = mapping([
  ['finalizers', list({ listType: 'set' })],
  ['ownerReferences', list({ listType: 'map', listMapKeys: ['uid'] })],
]);

function mapping(fields: Iterable<readonly [string, FieldShape]>): FieldShape {
  return { data: {}, properties: new Map(fields), items: undefined, additionalProperties: undefined };
}

function list(data: FieldShape['data']): FieldShape {
  return { data, properties: undefined, items: undefined, additionalProperties: undefined };
}
