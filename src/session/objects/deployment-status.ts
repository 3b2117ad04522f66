import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Resource } from '../../resources/resource.ts';
import type { SessionState } from '../state.ts';

/** `status` of a Deployment, from the pods that run. */
export function deploymentStatus(state: SessionState, deployment: Resource<Deployment>): unknown {
  const { metadata } = deployment.object;
  const wanted = new Set(
    state.workloads.pods.filter(({ owner }) => owner === deployment).map(({ pod }) => pod.name),
  );
  const ready = state.observed.pods.filter(
    (pod) => pod.namespace === metadata.namespace && pod.ready && wanted.has(pod.name),
  ).length;
  const isAvailable = ready >= wanted.size;
  return {
    observedGeneration: metadata.generation,
    replicas: wanted.size,
    updatedReplicas: wanted.size,
    readyReplicas: ready,
    availableReplicas: ready,
    conditions: [
      {
        type: 'Available',
        status: isAvailable ? 'True' : 'False',
        reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        message: isAvailable
          ? 'Deployment has minimum availability.'
          : 'Deployment does not have minimum availability.',
      },
    ],
  };
}
