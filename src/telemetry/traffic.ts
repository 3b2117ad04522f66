import type { Cluster, Endpoint } from '../model/cluster.ts';
import { endpointAddress } from './find-endpoint.ts';

/** Envoy's overprovisioning factor: a priority counts as fully able while 1/1.4 (71.4 %) of its hosts are healthy. */
const overprovisioning = 1.4;
/** Envoy's default for `healthy_panic_threshold`. */
const defaultPanicPercent = 50;

/** Where the requests of a cluster go: the priorities that get any. */
export type Traffic = readonly PriorityTraffic[];

export interface PriorityTraffic {
  readonly priority: number;
  /** Share of the requests, 1 to 100. */
  readonly percent: number;
  /** Endpoints that get them. */
  readonly endpoints: readonly Endpoint[];
  /** Too few are healthy: requests go to all of them, healthy or not. */
  readonly isPanic: boolean;
}

interface Priority {
  readonly priority: number;
  readonly endpoints: readonly Endpoint[];
  readonly healthy: readonly Endpoint[];
  /** 0 to 100, overprovisioned. */
  readonly health: number;
}

/**
 * How Envoy spreads a cluster's requests over its priorities, given which endpoints are out (unhealthy or ejected): its
 * `LoadBalancerBase::recalculatePerPriorityState`.
 */
export function trafficOf(cluster: Cluster, isOut: (address: string) => boolean): Traffic {
  const priorities = prioritiesOf(cluster, isOut);
  const total = Math.min(
    100,
    priorities.reduce((sum, { health }) => sum + health, 0),
  );
  const panicPercent = cluster.panicThresholdPercent ?? defaultPanicPercent;
  const panics = priorities.map(
    ({ endpoints, healthy }) => total < 100 && (100 * healthy.length) / endpoints.length < panicPercent,
  );
  const loads = panics.every((isPanic) => isPanic)
    ? loadsByHosts(priorities)
    : loadsByHealth(priorities, total);
  return priorities.flatMap(({ endpoints, healthy, priority }, index) => {
    const isPanic = panics[index] ?? false;
    const percent = loads[index] ?? 0;
    const targets = isPanic ? endpoints : healthy;
    return percent > 0 && targets.length > 0 ? [{ priority, percent, endpoints: targets, isPanic }] : [];
  });
}

/** Priorities that have endpoints, the first one first. A weight of 0 takes a backend out. */
function prioritiesOf({ localities }: Cluster, isOut: (address: string) => boolean): readonly Priority[] {
  const byPriority = new Map<number, Endpoint[]>();
  for (const { endpoints, priority, weight } of localities) {
    if (weight === 0 || endpoints.length === 0) continue;
    byPriority.set(priority, [...(byPriority.get(priority) ?? []), ...endpoints]);
  }
  return [...byPriority]
    .sort(([a], [b]) => a - b)
    .map(([priority, endpoints]) => {
      const healthy = endpoints.filter((endpoint) => !isOut(endpointAddress(endpoint)));
      const health = Math.min(100, (overprovisioning * 100 * healthy.length) / endpoints.length);
      return { priority, endpoints, healthy, health: Math.floor(health) };
    });
}

/** Each priority takes what it is able to, the first one first; where all are too weak, all take more. */
function loadsByHealth(priorities: readonly Priority[], total: number): readonly number[] {
  let left = 100;
  const loads = priorities.map(({ health }) => {
    const load = total === 0 ? 0 : Math.min(left, Math.floor((health * 100) / total));
    left -= load;
    return load;
  });
  // What rounding left goes to the first that is able at all.
  const first = loads.findIndex((load) => load > 0);
  return loads.map((load, index) => (index === first ? load + left : load));
}

/** Everyone is in panic: requests are spread as the hosts are. */
function loadsByHosts(priorities: readonly Priority[]): readonly number[] {
  const hosts = priorities.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
  return priorities.map(({ endpoints }) => Math.max(1, Math.round((100 * endpoints.length) / hosts)));
}

/** How many endpoints are named before they are counted. */
const namedEndpoints = 4;

/** Where requests go in words: `a:80, b:80`, `a:80 (70 %), passive:80 (30 %)`, `no endpoint`. */
export function describeTraffic(traffic: Traffic): string {
  if (traffic.length === 0) return 'no endpoint (503)';
  return traffic
    .map(({ endpoints, isPanic, percent }) => {
      const notes = [
        ...(traffic.length > 1 ? [`${percent} %`] : []),
        ...(isPanic ? ['healthy or not: too few are healthy'] : []),
      ];
      return notes.length === 0 ? names(endpoints) : `${names(endpoints)} (${notes.join(', ')})`;
    })
    .join(', ');
}

function names(endpoints: readonly Endpoint[]): string {
  const declared = [...new Set(endpoints.map((endpoint) => endpoint.declared))];
  const more = declared.length - namedEndpoints;
  return [...declared.slice(0, namedEndpoints), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** Whether requests go to the same endpoints in both cases; how they are divided among priorities may differ a little. */
export function isSameTraffic(a: Traffic, b: Traffic): boolean {
  return describeTraffic(a) === describeTraffic(b) && addresses(a) === addresses(b);
}

function addresses(traffic: Traffic): string {
  return traffic
    .flatMap(({ endpoints }) => endpoints.map(endpointAddress))
    .sort()
    .join(' ');
}
