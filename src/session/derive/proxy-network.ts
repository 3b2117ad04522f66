import { type Address, formatSocketAddress } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Tenant } from '../../model/tenant.ts';
import type { HostTarget, ObservedService, ProxyNetwork } from '../../runtime/runtime.ts';
import { envoyServices } from '../../translate/policies/envoy-services.ts';
import type { Workloads } from '../../translate/translation.ts';
import type { SessionState } from '../state.ts';

/** What a tenant's Envoy must be connected to where it has a network of its own. */
export function proxyNetwork(state: SessionState, tenant: string): ProxyNetwork {
  const model = state.tenants.get(tenant)?.model;
  const around = { workloads: state.workloads, services: state.observed.services };
  const bindings = state.bindings.filter(
    ({ gateway, conflict }) => conflict === undefined && gateway.startsWith(`${tenant}/`),
  );
  const services = state.expansion === undefined ? [] : envoyServices(state.expansion.effective, tenant);
  return {
    bindings,
    // The name of a Gateway without ports leads nowhere: it is connected with them.
    services: services.filter(({ gateway }) => bindings.some((binding) => binding.gateway === gateway)),
    ...(model === undefined ? { reaches: [], hostTargets: [] } : networkTargets(model, around)),
  };
}

type Targets = Pick<ProxyNetwork, 'reaches' | 'hostTargets'>;

/** What there is for clusters to lead to. */
interface Around {
  readonly workloads: Workloads;
  readonly services: readonly ObservedService[];
}

interface Known extends Around {
  readonly targets: Targets;
}

const known = new WeakMap<Tenant['clusters'], Known>();

/** Where a tenant's clusters lead to; looked up again only when one of the three changes. */
export function networkTargets({ name, clusters }: Tenant, { workloads, services }: Around): Targets {
  const last = known.get(clusters);
  if (last !== undefined && last.workloads === workloads && last.services === services) return last.targets;
  const ofServices = new Map(services.map(({ address, namespace }) => [address, namespace]));
  const inhabited = inhabitedNamespaces(workloads);
  const reaches = new Set<string>();
  const hostTargets = new Map<string, HostTarget>();
  for (const cluster of clusters) {
    const { namespaces, addresses, targets } = clusterTargets(cluster);
    for (const namespace of namespaces) if (inhabited.has(namespace)) reaches.add(namespace);
    for (const address of addresses) {
      const namespace = ofServices.get(address);
      if (namespace !== undefined) reaches.add(namespace);
    }
    for (const target of targets) hostTargets.set(keyOf(target), target);
  }
  reaches.delete(name);
  const targets = {
    reaches: [...reaches].sort(),
    hostTargets: [...hostTargets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target),
  };
  known.set(clusters, { workloads, services, targets });
  return targets;
}

/** What follows from a cluster alone. */
interface ClusterTargets {
  readonly namespaces: readonly string[];
  /** Addresses that are no pod's: perhaps a Service's. */
  readonly addresses: readonly string[];
  readonly targets: readonly HostTarget[];
}

const clusterIndex = new WeakMap<Cluster, ClusterTargets>();

/**
 * Namespaces come from the names of the backends too: a network is there before the first pod is ready, and stays while
 * none is.
 */
function clusterTargets(cluster: Cluster): ClusterTargets {
  const done = clusterIndex.get(cluster);
  if (done !== undefined) return done;
  const namespaces = new Set<string>();
  const addresses = new Set<string>();
  const targets: HostTarget[] = [];
  for (const { name, endpoints } of cluster.localities) {
    const [, namespace] = name.split('/');
    if (namespace !== undefined) namespaces.add(namespace);
    for (const { address, hostTarget, pod } of endpoints) {
      if (hostTarget !== undefined) targets.push(hostTarget);
      else if (pod !== undefined) namespaces.add(pod.slice(0, pod.indexOf('/')));
      else if (!('path' in address)) addresses.add(address.address);
    }
  }
  const made = { namespaces: [...namespaces], addresses: [...addresses], targets };
  clusterIndex.set(cluster, made);
  return made;
}

const inhabitedIndex = new WeakMap<Workloads, ReadonlySet<string>>();

/** Namespaces in which anything shall run. */
function inhabitedNamespaces(workloads: Workloads): ReadonlySet<string> {
  const done = inhabitedIndex.get(workloads);
  if (done !== undefined) return done;
  const { pods, services } = workloads;
  const made = new Set([...pods.map(({ pod }) => pod.namespace), ...services.map((one) => one.namespace)]);
  inhabitedIndex.set(workloads, made);
  return made;
}

function keyOf(target: Address): string {
  return 'path' in target ? target.path : formatSocketAddress(target);
}
