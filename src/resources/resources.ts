import type { KubeObject, Resource } from './resource.ts';

/**
 * An immutable view of all objects. The array of a kind keeps its identity while no object of that kind was added,
 * changed or removed.
 */
export interface Resources {
  /** All objects of a kind (`HTTPRoute`), ordered by namespace, then name. */
  list<T extends KubeObject = KubeObject>(kind: string): readonly Resource<T>[];
  /** One object; `namespace` is `undefined` for cluster-scoped kinds. */
  get<T extends KubeObject = KubeObject>(
    kind: string,
    namespace: string | undefined,
    name: string,
  ): Resource<T> | undefined;
}
