import { resourceName } from '../../resources/resource.ts';
import type { DesiredPod, ObservedPod } from '../../runtime/runtime.ts';
import type { Workload, WorkloadService } from '../../translate/translation.ts';
import { isSelected } from '../../translate/workloads/service-name.ts';
import type { Draft } from '../draft.ts';
import type { Leaving, SessionState } from '../state.ts';
import { causeOf } from './write-cause.ts';

/** How long a pod may wait for the Envoys to acknowledge that it is gone, milliseconds. */
const patienceMs = 5000;

/** `namespace/name`. */
export function podKey(pod: { readonly namespace: string; readonly name: string }): string {
  return `${pod.namespace}/${pod.name}`;
}

/**
 * Decides which running pods are on their way out. As in a rolling update, a pod whose template changed serves until
 * all of its successors are ready; a pod that has no successor leaves at once.
 */
export function markLeavingPods(draft: Draft): void {
  const { workloads, observed, leaving, podFacts } = draft.state;
  const wanted = new Set(workloads.pods.map(({ pod }) => podKey(pod)));
  const unready = ownersWithUnreadyPods(draft.state);
  const next = new Map<string, Leaving>();
  for (const pod of observed.pods) {
    const key = podKey(pod);
    if (wanted.has(key)) continue;
    const owner = podFacts.get(key)?.owner;
    const known = leaving.get(key);
    if (known !== undefined) next.set(key, known);
    else if (owner === undefined || !unready.has(owner)) {
      const cause = causeOf(draft, owner, pod.namespace);
      next.set(key, { deadlineMs: draft.nowMs + patienceMs, cause });
      draft.effect({ type: 'wake', afterMs: patienceMs });
    }
  }
  if (next.size > 0 || leaving.size > 0) draft.update({ leaving: next });
}

/** Remembers what the wanted pods are for, until they have stopped: their end is told when nothing else knows them. */
export function rememberPods(draft: Draft): void {
  const { workloads, podFacts, rememberedWorkloads } = draft.state;
  if (rememberedWorkloads === workloads) return;
  const next = new Map(podFacts);
  for (const workload of workloads.pods) {
    next.set(podKey(workload.pod), {
      ...podFacts.get(podKey(workload.pod)),
      owner: resourceName(workload.owner),
      workload,
      createdAtMs: podFacts.get(podKey(workload.pod))?.createdAtMs ?? draft.nowMs,
      services: workloads.services.filter((service) => selects(service, workload)).map(podKey),
    });
  }
  draft.update({ podFacts: next, rememberedWorkloads: workloads });
}

/** Remembers when a pod's program was started, or ended, last. */
export function notePodTime(draft: Draft, key: string, time: 'startedAtMs' | 'endedAtMs'): void {
  const facts = draft.state.podFacts.get(key);
  if (facts === undefined) return;
  draft.update({ podFacts: new Map(draft.state.podFacts).set(key, { ...facts, [time]: draft.nowMs }) });
}

/** Forgets a pod that has stopped for good. */
export function forgetPod(draft: Draft, key: string): void {
  if (draft.state.workloads.pods.some(({ pod }) => podKey(pod) === key)) return;
  const podFacts = new Map(draft.state.podFacts);
  podFacts.delete(key);
  draft.update({ podFacts });
}

function selects(service: WorkloadService, { pod, labels }: Workload): boolean {
  return service.namespace === pod.namespace && isSelected(service.resource, labels);
}

function ownersWithUnreadyPods({ workloads, observed }: SessionState): ReadonlySet<string> {
  const ready = new Set(observed.pods.filter((pod) => pod.ready).map(podKey));
  const owners = new Set<string>();
  for (const { pod, owner } of workloads.pods) {
    if (!ready.has(podKey(pod))) owners.add(resourceName(owner));
  }
  return owners;
}

/** Pods that requests may be sent to: those that are not on their way out. */
export function servingPods({ observed, leaving }: SessionState): readonly ObservedPod[] {
  return leaving.size === 0 ? observed.pods : observed.pods.filter((pod) => !leaving.has(podKey(pod)));
}

/**
 * The pods that shall run: the wanted ones, and those on their way out that some Envoy may still send requests to.
 */
export function desiredPods(state: SessionState, nowMs: number): readonly DesiredPod[] {
  const wanted = state.workloads.pods.map(({ pod }) => pod);
  const keys = new Set(wanted.map(podKey));
  const inSync = [...state.tenants.values()].every(
    (tenant) => !tenant.isConnected || tenant.ackedVersion === tenant.snapshot?.version,
  );
  const staying = state.observed.pods.filter((pod) => {
    const key = podKey(pod);
    if (keys.has(key)) return false;
    const departure = state.leaving.get(key);
    return departure === undefined || (!inSync && nowMs < departure.deadlineMs);
  });
  return [...wanted, ...staying.map((pod) => pod.spec)];
}
