import type { Route } from '../model/route.ts';
import type { Tenant } from '../model/tenant.ts';
import type { EventBody } from '../session/events.ts';
import { describeTraffic, isSameTraffic, type Traffic } from './traffic.ts';

/** A cluster that a thousand rules share moves with one line for each of the first few. */
const maxShifts = 10;

const routeIndexes = new WeakMap<Tenant['routeTables'], ReadonlyMap<string, readonly string[]>>();

/** One event per rule that uses the cluster, when requests go elsewhere than before. */
export function trafficShifts(
  tenant: Tenant,
  clusterName: string,
  before: Traffic,
  after: Traffic,
): readonly EventBody[] {
  if (isSameTraffic(before, after)) return [];
  const from = describeTraffic(before);
  const to = describeTraffic(after);
  return routesTo(tenant, clusterName)
    .slice(0, maxShifts)
    .map((route) => ({ type: 'TrafficShifted', route, from, to }));
}

/** Routes that forward to a cluster, the first of each rule. */
function routesTo({ routeTables }: Tenant, clusterName: string): readonly string[] {
  let index = routeIndexes.get(routeTables);
  if (index === undefined) {
    index = indexRoutes(routeTables);
    routeIndexes.set(routeTables, index);
  }
  return index.get(clusterName) ?? [];
}

function indexRoutes(routeTables: Tenant['routeTables']): ReadonlyMap<string, readonly string[]> {
  const byCluster = new Map<string, Map<string, string>>();
  for (const { virtualHosts } of routeTables)
    for (const { routes } of virtualHosts)
      for (const route of routes)
        for (const cluster of clustersOf(route)) {
          const rules = byCluster.get(cluster) ?? new Map<string, string>();
          byCluster.set(cluster, rules);
          const rule = ruleOf(route);
          if (!rules.has(rule)) rules.set(rule, route.name);
        }
  return new Map([...byCluster].map(([cluster, rules]) => [cluster, [...rules.values()]]));
}

function clustersOf({ action }: Route): readonly string[] {
  if (action.type !== 'forward') return [];
  return action.clusters.flatMap(({ cluster, weight }) =>
    cluster === null || weight === 0 ? [] : [cluster],
  );
}

/** `httproute/ns/name/rule/0` of `httproute/ns/name/rule/0/match/1/www.example.com`. */
function ruleOf({ name }: Route): string {
  return /^.*?\/rule\/\d+/.exec(name)?.[0] ?? name;
}
