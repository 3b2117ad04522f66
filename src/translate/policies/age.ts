import type { KubeObject, Resource } from '../../resources/resource.ts';

/** Gateway API's order of precedence between objects: the older first, then by namespace and name. */
export function byAge(a: Resource<KubeObject>, b: Resource<KubeObject>): number {
  const x = a.object.metadata;
  const y = b.object.metadata;
  return (
    compare(x.creationTimestamp, y.creationTimestamp) ||
    compare(x.namespace ?? '', y.namespace ?? '') ||
    compare(x.name, y.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
