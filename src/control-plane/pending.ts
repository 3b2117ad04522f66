import type { ResourceType, Snapshot } from '../xds/snapshot.ts';
import { listenerNeeds, routesToOneOf } from './references.ts';
import type { Subscription } from './subscription.ts';

export type Subscriptions = Readonly<Record<ResourceType, Subscription>>;

/** Clusters of the target that Envoy does not have ready: new ones that were not sent yet or still warm. */
export function unreadyClusters(target: Snapshot, { cluster }: Subscriptions): readonly string[] {
  const candidates = new Set([...cluster.inFlight.keys(), ...cluster.dirty]);
  return [...candidates].filter((name) => {
    const resource = target.resources.cluster.get(name);
    if (resource === undefined || cluster.rejected.get(name) === resource.version) return false;
    const inFlight = cluster.inFlight.get(name);
    const isLeaving = inFlight !== undefined && inFlight.resource === undefined;
    return isLeaving || !cluster.held.has(name);
  });
}

/**
 * Whether a cluster is still used by a route table that Envoy has: one that it refused to replace, or one of unknown
 * content. Asked when all tables of the target that can be delivered are.
 */
export function isStillRouted(cluster: string, target: Snapshot, { route }: Subscriptions): boolean {
  for (const [name, held] of route.held) {
    const wanted = target.resources.route.get(name);
    if (wanted === undefined || wanted.version === held.version) continue;
    if (held.resource === undefined || routesToOneOf(held.resource, [cluster])) return true;
  }
  return false;
}

/** Whether Envoy has, or refused, each route table and secret that its listeners need. */
export function haveListenersTheirNeeds(
  target: Snapshot,
  { listener, route, secret }: Subscriptions,
): boolean {
  const has = (subscription: Subscription, name: string): boolean => {
    const wanted = target.resources[subscription.type].get(name);
    if (wanted === undefined) return true;
    return [subscription.held.get(name)?.version, subscription.rejected.get(name)].includes(wanted.version);
  };
  for (const [name, resource] of target.resources.listener) {
    if (listener.rejected.get(name) === resource.version) continue;
    const { routeTables, secrets } = listenerNeeds(resource);
    if (!routeTables.every((table) => has(route, table))) return false;
    if (!secrets.every((needed) => has(secret, needed))) return false;
  }
  return true;
}
