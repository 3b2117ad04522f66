import { formatSocketAddress } from '../model/address.ts';
import type { Cluster, Endpoint } from '../model/cluster.ts';
import type { Tenant } from '../model/tenant.ts';

/** An endpoint with the cluster that it was found in. */
export interface FoundEndpoint {
  readonly cluster: Cluster;
  readonly endpoint: Endpoint;
  readonly priority: number;
}

type Index = ReadonlyMap<string, ReadonlyMap<string, FoundEndpoint>>;

const indexes = new WeakMap<readonly Cluster[], Index>();

/**
 * The endpoint of a cluster at a real address (`address:port`, or the path of a unix socket), as Envoy names it in
 * logs. `undefined` when the model does not have it (any more).
 */
export function findEndpoint(tenant: Tenant, cluster: string, address: string): FoundEndpoint | undefined {
  let index = indexes.get(tenant.clusters);
  if (index === undefined) {
    index = new Map(tenant.clusters.map((each) => [each.name, endpointsOf(each)]));
    indexes.set(tenant.clusters, index);
  }
  return index.get(cluster)?.get(address);
}

function endpointsOf(cluster: Cluster): ReadonlyMap<string, FoundEndpoint> {
  const found = new Map<string, FoundEndpoint>();
  for (const { endpoints, priority } of cluster.localities) {
    for (const endpoint of endpoints) {
      const { address, alternatives } = endpoint;
      const here = { cluster, endpoint, priority };
      if ('path' in address) found.set(address.path, here);
      else for (const each of [address, ...alternatives]) found.set(formatSocketAddress(each), here);
    }
  }
  return found;
}
