import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { LoadBalancer } from '../../model/cluster.ts';
import type { HashPolicy } from '../../model/route.ts';
import { durationMs } from './duration.ts';

type Spec = BackendTrafficPolicySpec['loadBalancer'];

/** BackendTrafficPolicy `loadBalancer`; least request where it says nothing or something that is not simulated. */
export function loadBalancer(spec: Spec): LoadBalancer {
  const slowStartMs = durationMs(spec?.slowStart?.window);
  const slowStart = slowStartMs === undefined ? {} : { slowStartMs };
  switch (spec?.type) {
    case 'RoundRobin':
      return { type: 'round-robin', ...slowStart };
    case 'Random':
      return { type: 'random' };
    case 'ConsistentHash': {
      const tableSize = spec.consistentHash?.tableSize;
      return { type: 'maglev', ...(tableSize === undefined ? {} : { tableSize }) };
    }
    default:
      return { type: 'least-request', ...slowStart };
  }
}

/** What a ConsistentHash load balancer hashes; belongs to the routes. */
export function hashPolicy(spec: Spec): readonly HashPolicy[] | undefined {
  if (spec?.type !== 'ConsistentHash' || spec.consistentHash === undefined) return undefined;
  const { type, header, headers = [], cookie, queryParams = [] } = spec.consistentHash;
  switch (type) {
    case 'SourceIP':
      return [{ type: 'source-ip' }];
    case 'Header':
      return header === undefined ? undefined : [{ type: 'header', name: header.name }];
    case 'Headers':
      return headers.map(({ name }) => ({ type: 'header', name }));
    case 'QueryParams':
      return queryParams.map(({ name }) => ({ type: 'query-param', name }));
    case 'Cookie': {
      if (cookie === undefined) return undefined;
      const ttlMs = durationMs(cookie.ttl);
      return [
        {
          type: 'cookie',
          name: cookie.name,
          ...(ttlMs === undefined ? {} : { ttlMs }),
          attributes: cookie.attributes ?? {},
        },
      ];
    }
    default:
      return undefined;
  }
}
