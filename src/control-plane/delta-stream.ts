import type { ResourceType, Snapshot, SnapshotResource } from '../xds/snapshot.ts';
import { resourceTypeOf, typeUrls } from '../xds/type-url.ts';
import { ListenerRetries } from './listener-retries.ts';
import { haveListenersTheirNeeds, type Subscriptions, unreadyClusters } from './pending.ts';
import { planClusterRemovals, planPush, type ResponsePlan } from './push.ts';
import { routesToOneOf } from './references.ts';
import { rejectionReason } from './rejection-reason.ts';
import type { StreamEdges, Target } from './stream-edges.ts';
import { type SentResponse, Subscription } from './subscription.ts';
import { WarmingPatience } from './warming-patience.ts';
import type { DeltaRequest } from './wire/delta-request.ts';
import { writeDeltaResponse } from './wire/delta-response.ts';

/** Removals after a reconnection wait that long for Envoy to say which route tables it has. */
const reconnectionGraceMs = 1000;

/**
 * One delta ADS stream: brings one Envoy to its tenant's target, make before break, and tells when it is there.
 *
 * At each step everything is sent that nothing holds back: clusters, their endpoints, secrets and listeners at once (a
 * new listener opens when it has its route table); a route table when the listeners under way are acknowledged and the
 * new clusters that it routes to are ready, because Envoy acknowledges clusters when they have warmed; the removal of
 * clusters when nothing else is left. A newer target takes effect with the next step: what is under way is finished,
 * what was not sent yet never is.
 */
export class DeltaStream {
  readonly #tenant: string;
  readonly #edges: StreamEdges;
  readonly #subscriptions: Subscriptions = {
    cluster: new Subscription('cluster'),
    endpoint: new Subscription('endpoint'),
    secret: new Subscription('secret'),
    listener: new Subscription('listener'),
    route: new Subscription('route'),
  };
  readonly #responses = new Map<string, SentResponse>();
  readonly #changed = new Map<ResourceType, Set<string>>();
  /** Listeners that wait for another chance. */
  readonly #waitingListeners = new Set<string>();
  readonly #listenerRetries = new ListenerRetries();
  readonly #timers = new Set<() => void>();
  readonly #patience: WarmingPatience;
  #target: Target | undefined;
  #appliedVersion: string | undefined;
  #nonce = 0;
  #isWritable = true;
  #isClosed = false;
  #removalsFromMs = 0;

  constructor(tenant: string, edges: StreamEdges) {
    this.#tenant = tenant;
    this.#edges = edges;
    this.#patience = new WarmingPatience(edges.warmingPatienceMs);
  }

  /** The version that Envoy has completely, as far as it accepts it. */
  get appliedVersion(): string | undefined {
    return this.#appliedVersion;
  }

  /** Makes `target` what this Envoy shall have; what differs is sent before this returns, as far as nothing holds it back. */
  setTarget(target: Target): void {
    const before = this.#target?.snapshot;
    this.#target = target;
    for (const subscription of Object.values(this.#subscriptions)) {
      markChanges(subscription, before, target.snapshot);
    }
    this.#appliedVersion = undefined;
    this.#step();
  }

  /** A request that names no type of ours is not answered: nothing of the kind is ever configured. */
  handle(request: DeltaRequest): void {
    const type = resourceTypeOf(request.typeUrl);
    if (type === undefined) return;
    const subscription = this.#subscriptions[type];
    this.#handleAnswer(request);
    const isFirst = subscription.update(request);
    if (isFirst) this.#open(subscription, request);
    this.#step();
  }

  /** The connection takes responses again. */
  drained(): void {
    this.#isWritable = true;
    this.#step();
  }

  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #open(subscription: Subscription, request: DeltaRequest): void {
    if (subscription.type === 'cluster' && request.initialVersions.size > 0) {
      this.#removalsFromMs = this.#edges.now() + reconnectionGraceMs;
    }
    if (this.#target === undefined || !subscription.isWildcard) return;
    for (const name of this.#target.snapshot.resources[subscription.type].keys())
      subscription.dirty.add(name);
  }

  /** ACK and NACK. A nonce that is not known is of another stream or was answered before: it says nothing. */
  #handleAnswer({ error, nonce }: DeltaRequest): void {
    const response = this.#responses.get(nonce);
    if (response === undefined) return;
    this.#responses.delete(nonce);
    const subscription = this.#subscriptions[response.type];
    this.#patience.forget(nonce);
    if (error === undefined) subscription.acknowledged(response);
    else {
      const culprit = subscription.refused(response);
      if (culprit !== undefined) this.#reject(subscription, culprit, rejectionReason(error));
    }
  }

  /** A resource that was sent alone was refused: it is the culprit. */
  #reject(subscription: Subscription, resource: SnapshotResource, reason: string): void {
    const { name, version } = resource;
    const { type } = subscription;
    const delayMs = type === 'listener' ? this.#listenerRetries.delayAfter(name, version, reason) : undefined;
    if (delayMs !== undefined) {
      this.#retryListener(name, delayMs);
      return;
    }
    subscription.alone.delete(name);
    subscription.rejected.set(name, version);
    this.#edges.emit({
      type: 'resource-rejected',
      tenant: this.#tenant,
      resourceType: type,
      typeUrl: typeUrls[type],
      name,
      reason,
      cause: this.#target?.cause,
    });
  }

  #retryListener(name: string, delayMs: number): void {
    this.#waitingListeners.add(name);
    this.#later(() => {
      this.#waitingListeners.delete(name);
      this.#subscriptions.listener.dirty.add(name);
      this.#step();
    }, delayMs);
  }

  /** Sends what can be sent, and says so when nothing is left. */
  #step(): void {
    const target = this.#target;
    if (target === undefined || this.#isClosed) return;
    const now = this.#edges.now();
    const { snapshot } = target;
    for (const type of ['cluster', 'endpoint', 'secret', 'listener', 'route'] as const) {
      const subscription = this.#subscriptions[type];
      if (subscription.dirty.size === 0 && !subscription.awaitsAnswer) continue;
      const plans = planPush(subscription, snapshot, this.#gate(type, snapshot));
      for (const plan of plans) if (!this.#send(plan, now)) return;
    }
    this.#watchWarming(target, now);
    if (!this.#isQuiet()) return;
    if (this.#removeClusters(snapshot, now)) return;
    this.#settle(target);
  }

  /** Says of a resource of a type whether something holds it back. */
  #gate(type: ResourceType, target: Snapshot): (resource: SnapshotResource) => boolean {
    if (type === 'listener') return ({ name }) => this.#waitingListeners.has(name);
    if (type !== 'route') return () => false;
    if (this.#subscriptions.listener.inFlight.size > 0) return () => true;
    const unready = this.#patience.limit(unreadyClusters(target, this.#subscriptions));
    return (table) => routesToOneOf(table, unready);
  }

  #send(plan: ResponsePlan, now: number): boolean {
    if (!this.#isWritable || this.#isClosed) return false;
    this.#nonce += 1;
    const nonce = String(this.#nonce);
    const response: SentResponse = { ...plan, nonce, sentAtMs: now };
    this.#responses.set(nonce, response);
    const subscription = this.#subscriptions[plan.type];
    if (plan.type === 'cluster') this.#patience.watch(response, subscription);
    subscription.sent(response);
    const changed = this.#changed.get(plan.type) ?? new Set();
    for (const { name } of plan.resources) changed.add(name);
    for (const name of plan.removed) changed.add(name);
    if (changed.size > 0) this.#changed.set(plan.type, changed);
    this.#isWritable = this.#edges.send(
      writeDeltaResponse({
        typeUrl: typeUrls[plan.type],
        nonce,
        systemVersion: this.#target?.snapshot.version ?? '',
        resources: plan.resources,
        removed: plan.removed,
      }),
    );
    return true;
  }

  /** Routes that name a new cluster wait for it only so long. */
  #watchWarming(target: Target, now: number): void {
    const { overdue, nextMs } = this.#patience.check(now);
    if (overdue.length > 0) {
      this.#edges.emit({
        type: 'warming-slow',
        tenant: this.#tenant,
        clusters: overdue,
        afterMs: this.#edges.warmingPatienceMs,
        cause: target.cause,
      });
      this.#later(() => this.#step(), 0);
    }
    if (nextMs !== undefined && !this.#patience.isTimed) {
      this.#patience.isTimed = true;
      this.#later(() => {
        this.#patience.isTimed = false;
        this.#step();
      }, nextMs);
    }
  }

  /** Whether nothing is on the way and nothing waits, but perhaps the removal of clusters. */
  #isQuiet(): boolean {
    const { cluster, listener, ...others } = this.#subscriptions;
    if (!cluster.isOpen || !listener.isOpen) return false;
    if (this.#responses.size > 0 || this.#waitingListeners.size > 0) return false;
    return [listener, ...Object.values(others)].every(({ dirty }) => dirty.size === 0);
  }

  /** Whether clusters were or are to be removed. */
  #removeClusters(target: Snapshot, now: number): boolean {
    const { cluster, listener, route } = this.#subscriptions;
    if (cluster.dirty.size === 0) return false;
    const knowsTables = route.isOpen || listener.held.size === 0;
    if (!knowsTables && now < this.#removalsFromMs) {
      this.#later(() => this.#step(), this.#removalsFromMs - now);
      return true;
    }
    const plans = planClusterRemovals(this.#subscriptions, target);
    for (const plan of plans) this.#send(plan, now);
    return plans.length > 0;
  }

  #settle({ cause, snapshot }: Target): void {
    if (this.#appliedVersion === snapshot.version) return;
    if (!haveListenersTheirNeeds(snapshot, this.#subscriptions)) return;
    this.#appliedVersion = snapshot.version;
    const changed = Object.fromEntries([...this.#changed].map(([type, names]) => [type, names.size]));
    this.#changed.clear();
    const rejected = Object.values(this.#subscriptions).flatMap(({ rejected, type }) =>
      [...rejected].filter(([name, version]) => snapshot.resources[type].get(name)?.version === version),
    );
    this.#edges.emit({
      type: 'snapshot-applied',
      tenant: this.#tenant,
      version: snapshot.version,
      cause,
      changed,
      rejected: [...new Set(rejected.map(([name]) => name))],
    });
  }

  #later(task: () => void, afterMs: number): void {
    const cancel = this.#edges.schedule(() => {
      this.#timers.delete(cancel);
      if (!this.#isClosed) task();
    }, afterMs);
    this.#timers.add(cancel);
  }
}

/** Marks what differs between two snapshots. Unchanged maps and resources are the same objects. */
function markChanges(subscription: Subscription, before: Snapshot | undefined, after: Snapshot): void {
  const { dirty, rejected, type } = subscription;
  const old = before?.resources[type];
  const current = after.resources[type];
  if (old === current) return;
  for (const [name, version] of rejected) if (current.get(name)?.version !== version) rejected.delete(name);
  for (const [name, resource] of current) if (old?.get(name) !== resource) dirty.add(name);
  if (old === undefined) for (const name of subscription.held.keys()) dirty.add(name);
  else for (const name of old.keys()) if (!current.has(name)) dirty.add(name);
}
