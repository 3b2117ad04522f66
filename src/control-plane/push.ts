import type { ResourceType, Snapshot, SnapshotResource } from '../xds/snapshot.ts';
import { isStillRouted, type Subscriptions } from './pending.ts';
import type { Subscription } from './subscription.ts';

/** A response that is to be sent. */
export interface ResponsePlan {
  readonly type: ResourceType;
  readonly resources: readonly SnapshotResource[];
  readonly removed: readonly string[];
}

/**
 * Endpoints travel one by one, so that a refused assignment harms no other; only a whole start's worth goes together
 * (and is sent again one by one where one of it is refused).
 */
const endpointsPerResponse = { few: 1, many: 64, manyFrom: 32 };

/**
 * The responses that bring a type nearer to the target; what needs none is not looked at again. What `isHeld` holds back
 * stays to be looked at. Removals of clusters are not among them: they come last ({@link planClusterRemovals}).
 *
 * Removed listeners go together with the changed ones, and before new ones in Envoy's order of work: an address can
 * pass from one listener to another in one push.
 */
export function planPush(
  subscription: Subscription,
  target: Snapshot,
  isHeld: (resource: SnapshotResource) => boolean,
): readonly ResponsePlan[] {
  const { type } = subscription;
  if (!subscription.isOpen) return [];
  const resources: SnapshotResource[] = [];
  const removed: string[] = [];
  for (const name of subscription.dirty) {
    const wanted = target.resources[type].get(name);
    if (!subscription.wants(name)) subscription.dirty.delete(name);
    else if (wanted === undefined) {
      if (type === 'cluster') continue;
      if (isRemovable(subscription, name)) removed.push(name);
      else if (!subscription.inFlight.has(name)) subscription.dirty.delete(name);
    } else if (isSettled(subscription, wanted)) subscription.dirty.delete(name);
    else if (!isBusy(subscription, name) && !isHeld(wanted)) resources.push(wanted);
  }
  const plans = responses(subscription, inOrder(subscription, resources), removed);
  // Without any answer Envoy waits for ever: it asks for listeners only when it knows its clusters, if there are none, too.
  return plans.length === 0 && subscription.awaitsAnswer ? [plan(type, [])] : plans;
}

/** Removals of clusters that no route table needs any more. Others stay to be looked at. */
export function planClusterRemovals(subscriptions: Subscriptions, target: Snapshot): readonly ResponsePlan[] {
  const { cluster } = subscriptions;
  const removed: string[] = [];
  for (const name of cluster.dirty) {
    if (target.resources.cluster.has(name)) continue;
    if (cluster.version(name) === undefined) cluster.dirty.delete(name);
    else if (!isStillRouted(name, target, subscriptions)) removed.push(name);
  }
  return responses(cluster, [], removed);
}

function isSettled(subscription: Subscription, { name, version }: SnapshotResource): boolean {
  return subscription.version(name) === version || subscription.rejected.get(name) === version;
}

/**
 * One version of a resource is on the way at a time: the newest one follows when Envoy has answered. A cluster's answer
 * can take its whole warming; a newer version replaces the one that warms.
 */
function isBusy({ inFlight, type }: Subscription, name: string): boolean {
  const sent = inFlight.get(name);
  return sent !== undefined && (type !== 'cluster' || sent.resource === undefined);
}

/**
 * Listeners are removed when they are gone. Endpoints that do not exist are said to be missing to a cluster that asks
 * for them, or it would wait. Envoy ignores removals of route tables, and drops tables and endpoints that it has no use
 * for by itself.
 */
function isRemovable(subscription: Subscription, name: string): boolean {
  if (subscription.inFlight.has(name)) return false;
  if (subscription.type === 'listener') return subscription.held.has(name);
  return subscription.type === 'endpoint' && !subscription.held.has(name);
}

/** What Envoy has already comes before what is new: it can free addresses for it. */
function inOrder({ held, type }: Subscription, resources: SnapshotResource[]): readonly SnapshotResource[] {
  if (type !== 'listener') return resources;
  return resources.sort((a, b) => Number(held.has(b.name)) - Number(held.has(a.name)));
}

function responses(
  { alone, type }: Subscription,
  resources: readonly SnapshotResource[],
  removed: readonly string[],
): readonly ResponsePlan[] {
  const single = [
    ...removed.filter((name) => alone.has(name)).map((name) => plan(type, [], [name])),
    ...resources.filter(({ name }) => alone.has(name)).map((resource) => plan(type, [resource])),
  ];
  const together = resources.filter(({ name }) => !alone.has(name));
  const gone = removed.filter((name) => !alone.has(name));
  const size = responseSize(type, together.length);
  const plans: ResponsePlan[] = [];
  for (let start = 0; start < together.length; start += size) {
    plans.push(plan(type, together.slice(start, start + size), type === 'listener' ? gone : []));
  }
  if (gone.length > 0 && (type !== 'listener' || together.length === 0)) plans.push(plan(type, [], gone));
  return [...single, ...plans];
}

function plan(
  type: ResourceType,
  resources: readonly SnapshotResource[],
  removed: readonly string[] = [],
): ResponsePlan {
  return { type, resources, removed };
}

function responseSize(type: ResourceType, count: number): number {
  switch (type) {
    case 'route':
      return 1;
    case 'endpoint':
      return count < endpointsPerResponse.manyFrom ? endpointsPerResponse.few : endpointsPerResponse.many;
    default:
      return Number.POSITIVE_INFINITY;
  }
}
