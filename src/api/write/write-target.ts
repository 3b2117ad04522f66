import type { Kind } from '../../resources/kinds.ts';
import type { ApiCall } from '../route.ts';
import { requestedApiVersion, servedKind } from '../served-kind.ts';

/** What a request to write is about, from its path. */
export interface WriteTarget {
  readonly kind: Kind;
  /** As in the path: answers are given in this version. */
  readonly apiVersion: string;
  /** `undefined` for cluster-scoped kinds. */
  readonly namespace: string | undefined;
  /** Empty where the path names a collection. */
  readonly name: string;
}

/** The target of a request; `undefined` where nothing is served at its path. */
export function writeTarget(call: ApiCall): WriteTarget | undefined {
  const kind = servedKind(call);
  const { namespace, name = '' } = call.params;
  if (kind === undefined || kind.isNamespaced !== (namespace !== undefined)) return undefined;
  return { kind, apiVersion: requestedApiVersion(call), namespace, name };
}

/** Groups of kinds that a cluster gets as CustomResourceDefinitions. */
const customGroups: ReadonlySet<string> = new Set([
  'gateway.networking.k8s.io',
  'gateway.envoyproxy.io',
  'loadbalancing.cycloud.jp',
]);

/** Whether a cluster has the kind by a CustomResourceDefinition: it is stricter with those, and patches them otherwise. */
export function isCustomKind({ group }: Kind): boolean {
  return customGroups.has(group);
}

/** `HTTPRoute.gateway.networking.k8s.io`, `Service`: how an API server names a kind in a sentence. */
export function kindTitle({ kind, group }: Kind): string {
  return group === '' ? kind : `${kind}.${group}`;
}
