import type { LoadBalancingPolicyJson } from '../gen/envoy/envoy/config/cluster/v3/cluster_pb.js';
import type { LoadBalancer } from '../model/cluster.ts';
import { duration } from './duration.ts';
import { typedConfig } from './typed-config.ts';

/** Localities (backendRefs) share by weight, health included. */
const byLocalityWeight = { locality_lb_config: { locality_weighted_lb_config: {} } };

/** How a cluster chooses among its endpoints. */
export function loadBalancingPolicyJson(balancer: LoadBalancer): LoadBalancingPolicyJson {
  const [name, config] = extension(balancer);
  return {
    policies: [
      { typed_extension_config: { name: `envoy.load_balancing_policies.${name}`, typed_config: config } },
    ],
  };
}

function extension(balancer: LoadBalancer) {
  const { slowStartMs, tableSize } = balancer;
  const slowStart =
    slowStartMs === undefined ? {} : { slow_start_config: { slow_start_window: duration(slowStartMs) } };
  switch (balancer.type) {
    case 'least-request': {
      const config = { ...byLocalityWeight, ...slowStart };
      return [
        'least_request',
        typedConfig('load_balancing_policies.least_request.v3.LeastRequest', config),
      ] as const;
    }
    case 'round-robin': {
      const config = { ...byLocalityWeight, ...slowStart };
      return [
        'round_robin',
        typedConfig('load_balancing_policies.round_robin.v3.RoundRobin', config),
      ] as const;
    }
    case 'random':
      return ['random', typedConfig('load_balancing_policies.random.v3.Random', byLocalityWeight)] as const;
    case 'maglev': {
      // The table itself honours locality weights; weighing before it would break the consistency of the hash.
      const config = tableSize === undefined ? {} : { table_size: String(tableSize) };
      return ['maglev', typedConfig('load_balancing_policies.maglev.v3.Maglev', config)] as const;
    }
  }
}
