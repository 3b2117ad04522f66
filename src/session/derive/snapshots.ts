import type { Backend } from '../../gen/kinds/backend.ts';
import type { Resources } from '../../resources/resources.ts';
import type { ObservedPod } from '../../runtime/runtime.ts';
import { serviceOfName } from '../../translate/workloads/service-name.ts';
import { buildSnapshot, type SnapshotOptions } from '../../xds/build-snapshot.ts';
import type { Draft } from '../draft.ts';
import type { SessionState } from '../state.ts';
import { updateTenant } from '../tenants.ts';
import { desiredServices } from './desired-state.ts';
import { podKey } from './pods.ts';
import { proxyNetwork } from './proxy-network.ts';

/** How long a tenant's first snapshot waits for its pods, milliseconds: containers take longer to start. */
const podPatienceMs = { process: 2000, container: 20_000 };

/** What a pod waits for that others should not wait for. */
const longWaits: readonly unknown[] = ['CrashLoopBackOff', 'ImagePull'] satisfies ObservedPod['waiting'][];

/** Encodes what changed for each tenant; a tenant whose model is the same gets nothing. */
export function deriveSnapshots(draft: Draft): void {
  if (draft.before.loadedAtMs === undefined && draft.state.loadedAtMs !== undefined) {
    draft.effect({ type: 'wake', afterMs: podPatience(draft.state) });
  }
  for (const { name, model, encodedModel, snapshot: previous } of draft.state.tenants.values()) {
    if (model === undefined || model === encodedModel) continue;
    if (previous === undefined && !mayBegin(draft)) continue;
    if (!hasWays(draft, name)) continue;
    const { snapshot, problems } = buildSnapshot(model, snapshotOptions(draft.state, name), previous);
    updateTenant(draft, name, { encodedModel: model, snapshot, problems });
    if (snapshot.version === previous?.version) continue;
    draft.effect({ type: 'set-snapshot', snapshot, cause: draft.cause });
  }
}

function snapshotOptions({ settings }: SessionState, tenant: string): SnapshotOptions {
  const { accessLog, eventLog } = settings.paths(tenant);
  const { sharesListeners } = settings.traits;
  return { accessLogPath: accessLog, eventLogPath: eventLog, requestEvents: true, sharesListeners };
}

/**
 * At the start Envoys get their first configuration when the pods are there: a health check that fails only because a
 * backend is a moment late would send the first requests elsewhere.
 */
function mayBegin(draft: Draft): boolean {
  const { loadedAtMs = draft.nowMs, readiness } = draft.state;
  const untilMs = loadedAtMs + podPatience(draft.state);
  return readiness !== 'waiting' || draft.nowMs >= untilMs || areBackendsReady(draft.state);
}

function podPatience({ settings }: SessionState): number {
  return podPatienceMs[settings.traits.runsImages ? 'container' : 'process'];
}

/** How long a configuration waits for its Envoy to get into the networks that it leads to, milliseconds. */
const wayPatienceMs = 3000;

/**
 * Whether a tenant's Envoy is in all networks that its clusters lead to: requests that go there before would hang until
 * they time out, because nobody answers.
 */
function hasWays(draft: Draft, name: string): boolean {
  const { observed, heldSinceMs } = draft.state;
  const { reached } = observed.proxies.find(({ tenant }) => tenant === name) ?? {};
  if (reached === undefined) return true;
  const isHeld = proxyNetwork(draft.state, name).reaches.some((namespace) => !reached.includes(namespace));
  const sinceMs = heldSinceMs.get(name) ?? draft.nowMs;
  if (isHeld !== heldSinceMs.has(name)) {
    const next = new Map(heldSinceMs);
    if (isHeld) next.set(name, sinceMs);
    else next.delete(name);
    draft.update({ heldSinceMs: next });
    if (isHeld) draft.effect({ type: 'wake', afterMs: wayPatienceMs });
  }
  return !isHeld || draft.nowMs - sinceMs >= wayPatienceMs;
}

/** Whether others should not wait for a pod: a program of somebody else takes as long as it takes. */
function isSlow({ waiting, spec, container }: ObservedPod): boolean {
  return longWaits.includes(waiting) || (spec.image !== undefined && container !== undefined);
}

const namedIndex = new WeakMap<Resources, ReadonlySet<string>>();

/** Services that a Backend names: Envoys reach them by the Service's own address, all others by their pods'. */
function namedServices({ expansion }: SessionState): ReadonlySet<string> {
  const resources = expansion?.effective;
  if (resources === undefined) return new Set();
  const known = namedIndex.get(resources);
  if (known !== undefined) return known;
  const hosts = resources
    .list<Backend>('Backend')
    .flatMap(({ object }) => (object.spec?.endpoints ?? []).map(({ fqdn }) => fqdn?.hostname));
  const services = hosts.map((host) => (host === undefined ? undefined : serviceOfName(resources, host)));
  const keys = services.flatMap((service) => {
    const { name, namespace = 'default' } = service?.object.metadata ?? { name: undefined };
    return name === undefined ? [] : [podKey({ name, namespace })];
  });
  const named = new Set(keys);
  namedIndex.set(resources, named);
  return named;
}

function areBackendsReady(state: SessionState): boolean {
  const { workloads, observed } = state;
  const settled = observed.pods.filter((pod) => pod.ready || isSlow(pod));
  const ready = new Set(settled.map(podKey));
  if (!workloads.pods.every(({ pod }) => ready.has(podKey(pod)))) return false;
  const services = new Map(observed.services.map((service) => [podKey(service), service]));
  const needed = namedServices(state);
  return desiredServices(state).every((desired) => {
    if (!needed.has(podKey(desired))) return true;
    const service = services.get(podKey(desired));
    return service?.ready === true && JSON.stringify(service.ports) === JSON.stringify(desired.ports);
  });
}
