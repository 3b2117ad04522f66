import type { Deployment } from '../../gen/kinds/deployment.ts';
import { type Resource, resourceName } from '../../resources/resource.ts';
import { podKey } from '../derive/pods.ts';
import type { SessionState } from '../state.ts';

/** `status` of a Deployment, from the pods that run: those that it wants, and former ones that are still there. */
export function deploymentStatus(state: SessionState, deployment: Resource<Deployment>): unknown {
  const { metadata, spec } = deployment.object;
  const name = resourceName(deployment);
  const wanted = new Set(
    state.workloads.pods.filter(({ owner }) => resourceName(owner) === name).map(({ pod }) => podKey(pod)),
  );
  const running = state.observed.pods.filter((pod) => state.podFacts.get(podKey(pod))?.owner === name);
  const updated = running.filter((pod) => wanted.has(podKey(pod)));
  const ready = running.filter((pod) => pod.ready && !state.leaving.has(podKey(pod)));
  const replicas = new Set([...wanted, ...running.map(podKey)]).size;
  const target = spec?.replicas ?? 1;
  // Pods follow from the stored Deployment a moment after it was written.
  const observed = state.expandedFrom?.get('Deployment', metadata.namespace, metadata.name);
  const available = ready.length;
  const isDone = updated.filter((pod) => pod.ready).length >= target && replicas === wanted.size;
  return {
    observedGeneration: observed?.object.metadata.generation ?? 0,
    ...counts({
      replicas,
      updatedReplicas: wanted.size,
      readyReplicas: available,
      availableReplicas: available,
    }),
    ...(target > available ? { unavailableReplicas: target - available } : {}),
    conditions: [
      available >= target
        ? condition('Available', true, 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
        : condition(
            'Available',
            false,
            'MinimumReplicasUnavailable',
            'Deployment does not have minimum availability.',
          ),
      isDone
        ? condition('Progressing', true, 'NewReplicaSetAvailable', 'The newest pods are available.')
        : condition('Progressing', true, 'ReplicaSetUpdated', 'The newest pods are being started.'),
    ],
  };
}

/** Zeros are left out, as an API server does. */
function counts(all: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

function condition(type: string, isTrue: boolean, reason: string, message: string) {
  return { type, status: isTrue ? 'True' : 'False', reason, message };
}
