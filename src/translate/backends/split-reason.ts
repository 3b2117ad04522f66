import { isDeepStrictEqual } from 'node:util';
import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { TrafficSettings } from '../rule-backends.ts';
import type { BackendTarget } from './backend-target.ts';

/** A rule's references that get requests, as far as they decide whether one cluster can hold them all. */
export interface ActiveReference {
  readonly target: BackendTarget | undefined;
  readonly hasFilters: boolean;
}

/**
 * Why Envoy Gateway makes one cluster for each backendRef of a rule instead of one for all, in words; `undefined` when
 * it does not. Between clusters there is no failover.
 */
export function splitReason(
  references: readonly ActiveReference[],
  settings: TrafficSettings,
): string | undefined {
  const targets = references.flatMap(({ target }) => (target === undefined ? [] : [target]));
  if (references.some(({ hasFilters }) => hasFilters)) return 'a backendRef has filters of its own';
  if (targets.length < references.length) return 'a backendRef is invalid';
  const empty = targets.find(({ endpoints }) => endpoints.length === 0);
  if (empty !== undefined) return `${empty.id} has no endpoints`;
  const types = new Set(targets.map(({ addressType }) => addressType));
  if (types.has('mixed') || (types.has('fqdn') && types.size > 1)) {
    return 'names (fqdn) are mixed with addresses';
  }
  if (
    targets.some(({ forcesHttp1 }) => forcesHttp1) &&
    targets.some(({ protocol }) => protocol === 'http2')
  ) {
    return 'WebSocket and HTTP/2 backends are mixed';
  }
  const [first, ...others] = targets;
  if (first !== undefined && others.some(({ tls }) => !isDeepStrictEqual(tls, first.tls))) {
    return 'their TLS settings differ';
  }
  if (targets.length > 1 && targets.some(({ prefersLocal }) => prefersLocal)) {
    return 'a Service has topology-aware routing';
  }
  const { zoneAware } = (settings.policy as BackendTrafficPolicySpec | undefined)?.loadBalancer ?? {};
  if (zoneAware?.preferLocal !== undefined || (zoneAware?.weightedZones ?? []).length > 0) {
    return 'the policy asks for zone-aware load balancing';
  }
  return undefined;
}
