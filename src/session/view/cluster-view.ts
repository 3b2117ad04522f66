import type { Cluster, Endpoint } from '../../model/cluster.ts';
import { sourceName } from '../../model/source.ts';
import type { ObservedPod } from '../../runtime/runtime.ts';
import { type ClusterHealth, isOutIn } from '../../telemetry/track-health.ts';
import { trafficOf } from '../../telemetry/traffic.ts';
import { podKey } from '../derive/pods.ts';
import type { SessionState, TenantState } from '../state.ts';
import { clusterLabel } from './backend-label.ts';
import { comingAndGoing } from './coming-and-going.ts';
import { deploymentsBehind } from './deployments.ts';
import { endpointView } from './endpoint-view.ts';
import { healthCheckWords, outlierWords } from './health-words.ts';
import type { ClusterView, EndpointView } from './instance-view.ts';
import { keepDeepEqual } from './keep-view.ts';

/** What a cluster's view was made from, to make it again only when that changes. */
interface KeptCluster {
  readonly madeFrom: readonly unknown[];
  readonly view: ClusterView;
}

const latest = new WeakMap<Cluster, KeptCluster>();

/** A cluster of a tenant; `previous` while it says the same. */
export function clusterView(
  state: SessionState,
  tenant: TenantState,
  cluster: Cluster,
  previous: ClusterView | undefined,
): ClusterView {
  const health = tenant.health.clusters.get(cluster.name);
  const madeFrom = [
    health,
    isServing(tenant),
    state.observed,
    state.leaving,
    state.podFacts,
    state.expansion,
  ];
  const known = latest.get(cluster);
  if (known?.madeFrom.every((part, index) => part === madeFrom[index]) === true) return known.view;
  const view = keepDeepEqual(previous, makeView(state, tenant, cluster));
  latest.set(cluster, { madeFrom, view });
  return view;
}

function isServing({ ackedVersion }: TenantState): boolean {
  return ackedVersion !== undefined;
}

function makeView(state: SessionState, tenant: TenantState, cluster: Cluster): ClusterView {
  const { activeHealthCheck, outlierDetection, name } = cluster;
  return {
    name,
    label: clusterLabel(name),
    resource: sourceName(cluster.source),
    protocol: cluster.protocol,
    ...(activeHealthCheck === undefined ? {} : { healthCheck: healthCheckWords(activeHealthCheck) }),
    ...(outlierDetection === undefined ? {} : { outlierDetection: outlierWords(outlierDetection) }),
    isPanicking: isPanicking(cluster, tenant.health.clusters.get(name)),
    deployments: deploymentsOf(state, cluster),
    endpoints: endpointViews(state, tenant, cluster),
  };
}

function deploymentsOf({ expansion }: SessionState, { localities }: Cluster): readonly string[] {
  return [...new Set(localities.flatMap(({ name }) => deploymentsBehind(expansion?.effective, name)))];
}

function isPanicking(cluster: Cluster, health: ClusterHealth | undefined): boolean {
  const isOut = isOutIn(health?.endpoints ?? new Map());
  return trafficOf(cluster, isOut).some(({ isPanic }) => isPanic);
}

function endpointViews(state: SessionState, tenant: TenantState, cluster: Cluster): readonly EndpointView[] {
  const pods = podIndex(state.observed);
  const health = tenant.health.clusters.get(cluster.name);
  const known = new Set<string>();
  const views = cluster.localities.flatMap((locality) =>
    locality.endpoints.map((endpoint) => {
      const { pod } = endpoint;
      if (pod !== undefined) known.add(pod);
      const around = {
        isServing: isServing(tenant),
        pod: pod === undefined ? undefined : pods.get(pod),
        isLeaving: pod !== undefined && state.leaving.has(pod),
      };
      const deployment = deploymentOf(state, locality.name, endpoint);
      return { ...endpointView(cluster, locality, endpoint, { health, around }), ...deployment };
    }),
  );
  return [...views, ...comingAndGoing(state, cluster.localities, known)];
}

/** The Deployment that its pod is of, else the only one behind it. */
function deploymentOf(
  { expansion, podFacts }: SessionState,
  locality: string,
  { declared, pod }: Pick<Endpoint, 'declared' | 'pod'>,
): { readonly deployment?: string } {
  const [kind, ...owner] = (pod === undefined ? undefined : podFacts.get(pod)?.owner)?.split('/') ?? [];
  if (kind !== undefined) return kind === 'Deployment' ? { deployment: owner.join('/') } : {};
  const behind = deploymentsBehind(expansion?.effective, locality, declared);
  return behind.length === 1 && behind[0] !== undefined ? { deployment: behind[0] } : {};
}

const podIndexes = new WeakMap<SessionState['observed'], ReadonlyMap<string, ObservedPod>>();

function podIndex(observed: SessionState['observed']): ReadonlyMap<string, ObservedPod> {
  let index = podIndexes.get(observed);
  if (index === undefined) {
    index = new Map(observed.pods.map((pod) => [podKey(pod), pod]));
    podIndexes.set(observed, index);
  }
  return index;
}
