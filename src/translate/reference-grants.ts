import type { ReferenceGrant } from '../gen/kinds/reference-grant.ts';
import type { Resource } from '../resources/resource.ts';
import type { CrossReference, TranslateContext } from './context.ts';

/**
 * Whether ReferenceGrants permit a reference (Gateway API v1.6.1, ReferenceGrant): it stays in its namespace, or one
 * grant in the target's namespace has both an entry of `from` and one of `to` that fit it.
 */
export function makePermits(grants: readonly Resource<ReferenceGrant>[]): TranslateContext['permits'] {
  const byNamespace = new Map<string, ReferenceGrant[]>();
  for (const { object } of grants) {
    const namespace = object.metadata.namespace ?? 'default';
    const known = byNamespace.get(namespace);
    if (known === undefined) byNamespace.set(namespace, [object]);
    else known.push(object);
  }
  return (reference) =>
    reference.from.namespace === reference.to.namespace ||
    (byNamespace.get(reference.to.namespace) ?? []).some((grant) => isGrantedBy(grant, reference));
}

function isGrantedBy({ spec }: ReferenceGrant, { from, to }: CrossReference): boolean {
  return (
    spec.from.some(
      (other) => other.group === from.group && other.kind === from.kind && other.namespace === from.namespace,
    ) &&
    spec.to.some(
      (other) =>
        other.group === to.group &&
        other.kind === to.kind &&
        // An empty name means every object, as does none.
        (other.name === undefined || other.name === '' || other.name === to.name),
    )
  );
}
