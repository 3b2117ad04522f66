import type { KubeObject, Resource } from './resource.ts';
import type { Resources } from './resources.ts';

/** An immutable set of objects: sorted arrays by kind. */
export class ResourceView implements Resources {
  readonly #kinds: ReadonlyMap<string, readonly Resource[]>;

  private constructor(kinds: ReadonlyMap<string, readonly Resource[]>) {
    this.#kinds = kinds;
  }

  /** A view of these objects, in any order. Of two with one name the last one counts. */
  static of(resources: Iterable<Resource>): ResourceView {
    const changes = [...resources].map((resource) => ({ ...nameOf(resource), resource }));
    return new ResourceView(new Map()).with(changes);
  }

  list<T extends KubeObject = KubeObject>(kind: string): readonly Resource<T>[] {
    return (this.#kinds.get(kind) ?? none) as readonly Resource<T>[];
  }

  get<T extends KubeObject = KubeObject>(
    kind: string,
    namespace: string | undefined,
    name: string,
  ): Resource<T> | undefined {
    const list = this.#kinds.get(kind) ?? none;
    const found = list[lowerBound(list, { namespace: namespace ?? '', name })];
    return found !== undefined && compare(nameOf(found), { namespace: namespace ?? '', name }) === 0
      ? (found as Resource<T>)
      : undefined;
  }

  /** All objects, kind by kind. */
  *all(): Generator<Resource> {
    for (const list of this.#kinds.values()) yield* list;
  }

  /** A view in which these objects are replaced, added or (without `resource`) removed. Other kinds keep their arrays. */
  with(changes: readonly ViewChange[]): ResourceView {
    if (changes.length === 0) return this;
    const kinds = new Map(this.#kinds);
    for (const [kind, ofKind] of groupByKind(changes)) kinds.set(kind, merged(this.list(kind), ofKind));
    return new ResourceView(kinds);
  }
}

/** One object's new state. */
export interface ViewChange {
  readonly kind: string;
  /** `''` for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly resource: Resource | undefined;
}

const none: readonly Resource[] = [];

interface Name {
  readonly namespace: string;
  readonly name: string;
}

function nameOf({ object }: Resource): Name & { readonly kind: string } {
  const { name, namespace = '' } = object.metadata;
  return { kind: object.kind, namespace, name };
}

function compare(a: Name, b: Name): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}

function lowerBound(list: readonly Resource[], name: Name): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = list[middle];
    if (candidate !== undefined && compare(nameOf(candidate), name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function groupByKind(changes: readonly ViewChange[]): Map<string, ViewChange[]> {
  const groups = new Map<string, ViewChange[]>();
  for (const change of changes) {
    const group = groups.get(change.kind);
    if (group === undefined) groups.set(change.kind, [change]);
    else group.push(change);
  }
  return groups;
}

/** Merges sorted changes into a sorted list in one pass. */
function merged(list: readonly Resource[], changes: readonly ViewChange[]): readonly Resource[] {
  const latest = new Map(changes.map((change) => [`${change.namespace}/${change.name}`, change]));
  const sorted = [...latest.values()].sort(compare);
  const result: Resource[] = [];
  let from = 0;
  for (const change of sorted) {
    const at = lowerBound(list, change);
    for (; from < at; from++) result.push(list[from] as Resource);
    const existing = list[at];
    if (existing !== undefined && compare(nameOf(existing), change) === 0) from = at + 1;
    if (change.resource !== undefined) result.push(change.resource);
  }
  for (; from < list.length; from++) result.push(list[from] as Resource);
  return result;
}
