import type { KubeObject, Resource } from '../../resources/resource.ts';
import type { Workload } from '../../translate/translation.ts';
import { podKey } from '../derive/pods.ts';
import type { SessionState } from '../state.ts';
import { podObject } from './pod-object.ts';

/**
 * The pods of Deployments and of simulated addresses, and those that somebody made: all that shall run, and former ones
 * that still do.
 */
export function podObjects(state: SessionState): readonly KubeObject[] {
  const { workloads, observed, podFacts, leaving } = state;
  const running = new Map(observed.pods.map((pod) => [podKey(pod), pod]));
  const wanted = new Set(workloads.pods.map(({ pod }) => podKey(pod)));
  const pods = workloads.pods.flatMap((workload) => {
    const key = podKey(workload.pod);
    const isLeaving = isDeleted(state, workload);
    if (isLeaving && !running.has(key)) return [];
    return [
      podObject(workload, { createdAtMs: 0, ...podFacts.get(key), observed: running.get(key), isLeaving }),
    ];
  });
  const former = observed.pods.flatMap((pod) => {
    const key = podKey(pod);
    const facts = podFacts.get(key);
    if (wanted.has(key) || facts === undefined) return [];
    return [podObject(facts.workload, { ...facts, observed: pod, isLeaving: leaving.has(key) })];
  });
  return [...pods, ...former];
}

/** Whether somebody made the pod and has deleted it: what follows from that may come a moment later. */
function isDeleted({ store }: SessionState, { owner, pod }: Workload): boolean {
  return owner.object.kind === 'Pod' && store.resources.get('Pod', pod.namespace, pod.name) === undefined;
}

/** A pod that somebody made: pending until it was looked at. */
export function barePodObject(
  { workloads, observed, podFacts }: SessionState,
  resource: Resource,
): KubeObject {
  const { object } = resource;
  const workload = workloads.pods.find(({ owner }) => owner === resource);
  if (workload === undefined) return { ...object, status: { phase: 'Pending', qosClass: 'BestEffort' } };
  const key = podKey(workload.pod);
  const running = observed.pods.find((pod) => podKey(pod) === key);
  return podObject(workload, { createdAtMs: 0, ...podFacts.get(key), observed: running });
}
