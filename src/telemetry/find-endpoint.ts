import { formatSocketAddress } from '../model/address.ts';
import type { Cluster, Endpoint } from '../model/cluster.ts';
import type { Tenant } from '../model/tenant.ts';

type ClusterIndex = ReadonlyMap<string, Cluster>;
type EndpointIndex = ReadonlyMap<string, Endpoint>;

const clusterIndexes = new WeakMap<Tenant['clusters'], ClusterIndex>();
const endpointIndexes = new WeakMap<Cluster, EndpointIndex>();

/** A tenant's cluster by its name. */
export function findCluster({ clusters }: Tenant, name: string): Cluster | undefined {
  let index = clusterIndexes.get(clusters);
  if (index === undefined) {
    index = new Map(clusters.map((cluster) => [cluster.name, cluster]));
    clusterIndexes.set(clusters, index);
  }
  return index.get(name);
}

/** A cluster's endpoint by an address that it is reached at, as Envoy writes addresses. */
export function findEndpoint(cluster: Cluster | undefined, address: string): Endpoint | undefined {
  if (cluster === undefined) return undefined;
  let index = endpointIndexes.get(cluster);
  if (index === undefined) {
    index = indexEndpoints(cluster);
    endpointIndexes.set(cluster, index);
  }
  return index.get(address);
}

/** Where an endpoint really is, for people: for one that Envoy reaches by a relay, the server behind that. */
export function realAddress({ address, hostTarget }: Pick<Endpoint, 'address' | 'hostTarget'>): string {
  const real = hostTarget ?? address;
  return 'path' in real ? real.path : formatSocketAddress(real);
}

/** The address by which Envoy's events name an endpoint. */
export function endpointAddress({ address }: Endpoint): string {
  return 'path' in address ? address.path : formatSocketAddress(address);
}

function indexEndpoints(cluster: Cluster): EndpointIndex {
  const index = new Map<string, Endpoint>();
  const add = (address: string, endpoint: Endpoint): void => {
    if (!index.has(address)) index.set(address, endpoint);
  };
  for (const { endpoints } of cluster.localities)
    for (const endpoint of endpoints) {
      add(endpointAddress(endpoint), endpoint);
      for (const alternative of endpoint.alternatives) add(formatSocketAddress(alternative), endpoint);
    }
  return index;
}

/** The name of the pod that an endpoint is, as events show it; nothing where the endpoint is not exactly one. */
export function podOf(endpoint: Endpoint | undefined): { readonly pod?: string } {
  const name = endpoint?.pod?.split('/').at(-1);
  return name === undefined ? {} : { pod: name };
}
