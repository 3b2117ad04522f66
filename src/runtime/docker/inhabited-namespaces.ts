import type { ObservedState } from '../runtime.ts';

/** Namespaces in which anything runs, or which an Envoy reaches. */
export function inhabitedNamespaces({ proxies, pods, services }: ObservedState): ReadonlySet<string> {
  return new Set([
    ...proxies.flatMap(({ tenant, network }) => [tenant, ...(network?.reaches ?? [])]),
    ...[...pods, ...services].map(({ namespace }) => namespace),
  ]);
}
