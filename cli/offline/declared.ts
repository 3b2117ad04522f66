import { kinds } from '../../src/resources/kinds.ts';
import type { Resource } from '../../src/resources/resource.ts';
import type { Resources } from '../../src/resources/resources.ts';
import type { ResourceStore } from '../../src/resources/store.ts';

/** All objects that are not built in, Namespaces first, else in the order of the kinds' table. */
export function declaredResources(resources: Resources): readonly Resource[] {
  const ordered = [...kinds].sort((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace'));
  return ordered
    .flatMap(({ kind }) => resources.list(kind))
    .filter(({ origin }) => origin.type !== 'builtin');
}

/** How many objects the files declare. */
export function declaredCount(store: ResourceStore): number {
  return declaredResources(store.resources).length;
}
