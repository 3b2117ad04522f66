import type { Cluster } from '../model/cluster.ts';
import type { Tenant } from '../model/tenant.ts';
import type { EventBody } from '../session/events.ts';
import { describeHealthCheck, describeOutlier, describeUnenforced, failureWords } from './describe-health.ts';
import { type Ejection, ejectionOf } from './ejection.ts';
import { endpointAddress, findCluster, findEndpoint } from './find-endpoint.ts';
import type { HealthCheckEvent, HealthEvent, OutlierEvent } from './health-events.ts';
import { trafficOf } from './traffic.ts';
import { trafficShifts } from './traffic-shift.ts';

/** What a tenant's Envoy has said about its endpoints. Immutable. */
export interface HealthState {
  readonly clusters: ReadonlyMap<string, ClusterHealth>;
}

/** What its Envoy has said about a cluster's endpoints, by address. Kept while nothing of it changes. */
export interface ClusterHealth {
  /** The cluster without its endpoints, as text: another one is a cluster that Envoy has made anew. */
  readonly settings: string;
  readonly endpoints: ReadonlyMap<string, EndpointHealth>;
}

/** What its Envoy has said about an endpoint. */
export interface EndpointHealth {
  /** By active checks; absent: nothing was said yet. */
  readonly isHealthy?: boolean;
  readonly isEjected: boolean;
  /** The last ejection; kept when it is over. */
  readonly ejection?: Ejection;
  /** When active checks made it what it is, milliseconds since the epoch. */
  readonly checkedAtMs?: number;
  /** Time stamp of the check that made it unhealthy last. */
  readonly unhealthyAtMs?: number;
  /** What came of the check that made it unhealthy, in words. */
  readonly failure?: string;
  /** Detections that are not enforced and were told already. */
  readonly toldReasons: readonly string[];
}

/** What an event of Envoy led to, in the order in which it is told. */
export interface HealthStep {
  readonly state: HealthState;
  readonly bodies: readonly EventBody[];
}

export const noHealth: HealthState = { clusters: new Map() };

const unknown: EndpointHealth = { isEjected: false, toldReasons: [] };

/** Envoy reports the change first and then the failed check that led to it, in the same millisecond or the next. */
const sameCheckMs = 50;

/**
 * Takes an event of Envoy: what to tell of it, and where requests go now if that changed. A change that says nothing
 * new (a probe of an endpoint that is down, a first check after a cluster was edited) is not told again.
 */
export function trackHealth(before: HealthState, event: HealthEvent, tenant: Tenant): HealthStep {
  const cluster = findCluster(tenant, event.clusterName);
  if (cluster === undefined) return { state: before, bodies: [] };
  const state = followModel(before, tenant);
  const health = state.clusters.get(cluster.name) ?? { settings: settingsOf(cluster), endpoints: new Map() };
  const endpoint = health.endpoints.get(event.address) ?? unknown;
  const step =
    event.kind === 'outlier' ? outlierStep(endpoint, event, cluster) : checkStep(endpoint, event, cluster);
  if (step.endpoint === endpoint) return { state, bodies: step.bodies };
  // An endpoint that is leaving can still be checked once: that moves nothing.
  if (findEndpoint(cluster, event.address) === undefined) return { state, bodies: [] };
  const endpoints = new Map(health.endpoints).set(event.address, step.endpoint);
  const shifts = trafficShifts(
    tenant,
    cluster.name,
    trafficOf(cluster, isOutIn(health.endpoints)),
    trafficOf(cluster, isOutIn(endpoints)),
  );
  const clusters = new Map(state.clusters).set(cluster.name, { ...health, endpoints });
  return { state: { clusters }, bodies: [...step.bodies, ...shifts] };
}

interface EndpointStep {
  readonly endpoint: EndpointHealth;
  readonly bodies: readonly EventBody[];
}

function checkStep(endpoint: EndpointHealth, event: HealthCheckEvent, cluster: Cluster): EndpointStep {
  const describe = (type: 'HealthCheckFailed' | 'EndpointUnhealthy' | 'EndpointHealthy') =>
    describeHealthCheck(type, event, cluster);
  switch (event.type) {
    case 'unhealthy':
      if (endpoint.isHealthy === false) return { endpoint, bodies: [] };
      return {
        endpoint: unhealthy(endpoint, event, cluster),
        bodies: [describe('HealthCheckFailed'), describe('EndpointUnhealthy')],
      };
    case 'failed':
      if (isKnownFailure(endpoint, event)) return { endpoint, bodies: [] };
      // Who fails the first check never gets a request: Envoy says no more about it than that.
      if (!event.isFirstCheck) return { endpoint, bodies: [describe('HealthCheckFailed')] };
      return {
        endpoint: unhealthy(endpoint, event, cluster),
        bodies: [describe('HealthCheckFailed'), describe('EndpointUnhealthy')],
      };
    case 'healthy':
      if (endpoint.isHealthy === true) return { endpoint, bodies: [] };
      return {
        endpoint: { ...endpoint, isHealthy: true, checkedAtMs: event.timeMs },
        bodies: [describe('EndpointHealthy')],
      };
    default:
      return { endpoint, bodies: [] };
  }
}

function unhealthy(endpoint: EndpointHealth, event: HealthCheckEvent, cluster: Cluster): EndpointHealth {
  const { timeMs } = event;
  const failure = failureWords('EndpointUnhealthy', event, cluster.activeHealthCheck);
  return { ...endpoint, isHealthy: false, checkedAtMs: timeMs, unhealthyAtMs: timeMs, failure };
}

/** Probes of an endpoint that is down fail all the time; and the one that took it down was told with that. */
function isKnownFailure({ isHealthy, unhealthyAtMs }: EndpointHealth, { timeMs }: HealthCheckEvent): boolean {
  return (
    isHealthy === false || (unhealthyAtMs !== undefined && Math.abs(timeMs - unhealthyAtMs) < sameCheckMs)
  );
}

function outlierStep(endpoint: EndpointHealth, event: OutlierEvent, cluster: Cluster): EndpointStep {
  if (event.action === 'returned') {
    if (!endpoint.isEjected) return { endpoint, bodies: [] };
    return { endpoint: returned(endpoint, event), bodies: [describeOutlier(event, cluster)] };
  }
  if (event.isEnforced) {
    if (endpoint.isEjected) return { endpoint, bodies: [describeOutlier(event, cluster, endpoint.ejection)] };
    const ejection = ejectionOf(event, endpoint.ejection, cluster.outlierDetection);
    const bodies = [describeOutlier(event, cluster, ejection)];
    return { endpoint: { ...endpoint, isEjected: true, ejection }, bodies };
  }
  if (endpoint.toldReasons.includes(event.reason)) return { endpoint, bodies: [] };
  return {
    endpoint: { ...endpoint, toldReasons: [...endpoint.toldReasons, event.reason] },
    bodies: [describeUnenforced(event, cluster)],
  };
}

function returned({ ejection, ...endpoint }: EndpointHealth, { timeMs }: OutlierEvent): EndpointHealth {
  return {
    ...endpoint,
    isEjected: false,
    ...(ejection && { ejection: { ...ejection, returnedAtMs: timeMs } }),
  };
}

/** Whether requests to an address are withheld: it is unhealthy or ejected. */
export function isOutIn(endpoints: ReadonlyMap<string, EndpointHealth>): (address: string) => boolean {
  return (address) => {
    const { isEjected, isHealthy } = endpoints.get(address) ?? unknown;
    return isEjected || isHealthy === false;
  };
}

/** What an Envoy knows of it that takes over: it has checked the endpoints itself, and has seen no request fail. */
export function asSeenAnew(state: HealthState): HealthState {
  const clusters = [...state.clusters].map(([name, { settings, endpoints }]) => {
    const seen = [...endpoints].map(([address, { ejection: _, ...endpoint }]) => {
      return [address, { ...endpoint, ...unknown }] as const;
    });
    return [name, { settings, endpoints: new Map(seen) }] as const;
  });
  return { clusters: new Map(clusters) };
}

const followed = new WeakMap<HealthState, Tenant['clusters']>();

/**
 * Forgets what no longer holds: clusters that are gone, endpoints that left, and all of a cluster whose settings
 * changed, because Envoy makes it anew and starts with every endpoint afresh.
 */
export function followModel(state: HealthState, tenant: Tenant): HealthState {
  if (followed.get(state) === tenant.clusters) return state;
  const clusters = new Map<string, ClusterHealth>();
  let hasChanged = false;
  for (const [name, health] of state.clusters) {
    const kept = keptHealth(health, findCluster(tenant, name));
    if (kept !== undefined) clusters.set(name, kept);
    hasChanged ||= kept !== health;
  }
  const next = hasChanged ? { clusters } : state;
  // A state that is shared by tenants must not remember one of them.
  if (next !== noHealth) followed.set(next, tenant.clusters);
  return next;
}

function keptHealth(health: ClusterHealth, cluster: Cluster | undefined): ClusterHealth | undefined {
  if (cluster === undefined || settingsOf(cluster) !== health.settings) return undefined;
  const present = new Set(cluster.localities.flatMap(({ endpoints }) => endpoints.map(endpointAddress)));
  if ([...health.endpoints.keys()].every((address) => present.has(address))) return health;
  const endpoints = new Map([...health.endpoints].filter(([address]) => present.has(address)));
  return { ...health, endpoints };
}

const settingsTexts = new WeakMap<Cluster, string>();

function settingsOf(cluster: Cluster): string {
  let text = settingsTexts.get(cluster);
  if (text === undefined) {
    const { localities: _, source: __, ...settings } = cluster;
    text = JSON.stringify(settings);
    settingsTexts.set(cluster, text);
  }
  return text;
}
