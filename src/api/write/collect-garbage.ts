import type { KubeObject } from '../../resources/resource.ts';
import type { ObjectWriter } from '../object-writer.ts';

/**
 * Everything that goes when objects go: what is in a Namespace, and what has no owner any more. The objects themselves
 * come first.
 */
export function collectGarbage(
  writer: Pick<ObjectWriter, 'all'>,
  removed: readonly KubeObject[],
): readonly KubeObject[] {
  const gone = new Map(removed.map((object) => [object.metadata.uid, object]));
  const namespaces = new Set(
    removed.flatMap(({ kind, metadata }) => (kind === 'Namespace' ? metadata.name : [])),
  );
  const objects = [...writer.all()].map(({ object }) => object);
  if (namespaces.size > 0) {
    for (const object of objects) {
      if (namespaces.has(object.metadata.namespace ?? '')) gone.set(object.metadata.uid, object);
    }
  }
  const owned = objects.filter(({ metadata }) => (metadata.ownerReferences ?? []).length > 0);
  let isGrowing = owned.length > 0;
  while (isGrowing) {
    const before = gone.size;
    for (const object of owned) {
      const { uid, ownerReferences = [] } = object.metadata;
      if (ownerReferences.every((owner) => gone.has(owner.uid))) gone.set(uid, object);
    }
    isGrowing = gone.size > before;
  }
  return [...gone.values()];
}
