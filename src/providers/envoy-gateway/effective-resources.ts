import type { KubeObject, Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';

/** Some kinds replaced, all others as declared. */
export class EffectiveResources implements Resources {
  readonly #declared: Resources;
  readonly #replaced: ReadonlyMap<string, readonly Resource[]>;

  constructor(declared: Resources, replaced: ReadonlyMap<string, readonly Resource[]>) {
    this.#declared = declared;
    this.#replaced = replaced;
  }

  list<T extends KubeObject = KubeObject>(kind: string): readonly Resource<T>[] {
    // The kind says the type, as in every `Resources`.
    return (this.#replaced.get(kind) as readonly Resource<T>[] | undefined) ?? this.#declared.list<T>(kind);
  }

  get<T extends KubeObject = KubeObject>(
    kind: string,
    namespace: string | undefined,
    name: string,
  ): Resource<T> | undefined {
    const list = this.#replaced.get(kind) as readonly Resource<T>[] | undefined;
    if (list === undefined) return this.#declared.get<T>(kind, namespace, name);
    return indexOf(list).get(`${namespace ?? ''}/${name}`) as Resource<T> | undefined;
  }
}

const indexes = new WeakMap<readonly Resource[], ReadonlyMap<string, Resource>>();

function indexOf(list: readonly Resource[]): ReadonlyMap<string, Resource> {
  const known = indexes.get(list);
  if (known !== undefined) return known;
  const index = new Map(
    list.map((resource) => {
      const { namespace = '', name } = resource.object.metadata;
      return [`${namespace}/${name}`, resource] as const;
    }),
  );
  indexes.set(list, index);
  return index;
}

const latest = new Map<string, readonly Resource[]>();

/**
 * A kind's objects ordered by namespace, then name. Lists with the same objects are identical: the declared one where
 * nothing is different, else the latest of this kind.
 */
export function orderedList<T extends KubeObject>(
  kind: string,
  declared: readonly Resource<T>[],
  objects: readonly Resource<T>[],
): readonly Resource<T>[] {
  const ordered = objects.toSorted(byName);
  if (isSame(declared, ordered)) return declared;
  const before = latest.get(kind);
  if (before !== undefined && isSame(before, ordered)) return before as readonly Resource<T>[];
  latest.set(kind, ordered);
  return ordered;
}

function byName(a: Resource, b: Resource): number {
  const x = a.object.metadata;
  const y = b.object.metadata;
  return compare(x.namespace ?? '', y.namespace ?? '') || compare(x.name, y.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isSame(a: readonly Resource[], b: readonly Resource[]): boolean {
  return a.length === b.length && a.every((resource, index) => resource === b[index]);
}
