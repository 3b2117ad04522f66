import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { wholeSeconds } from '../../resources/whole-seconds.ts';
import { podKey } from '../derive/pods.ts';
import type { SessionState } from '../state.ts';
import { madeMetadata } from './made-metadata.ts';
import { replicaSetName, replicaSetUid, templateHash } from './replica-set-name.ts';

/** The ReplicaSet of each Deployment: that of its newest template, which owns the pods. */
export function replicaSets(state: SessionState): readonly KubeObject[] {
  const ready = new Set(state.observed.pods.filter((pod) => pod.ready).map(podKey));
  const sets = new Map<string, { deployment: Deployment; pods: number; ready: number; created: number }>();
  for (const { pod, owner } of state.workloads.pods) {
    if (owner.object.kind !== 'Deployment') continue;
    const key = `${pod.namespace}/${replicaSetName(pod.name)}`;
    const known = sets.get(key);
    const created = state.podFacts.get(podKey(pod))?.createdAtMs ?? 0;
    const isReady = ready.has(podKey(pod)) ? 1 : 0;
    sets.set(key, {
      deployment: owner.object as Deployment,
      pods: (known?.pods ?? 0) + 1,
      ready: (known?.ready ?? 0) + isReady,
      created: Math.min(known?.created ?? created, created),
    });
  }
  return [...sets].map(([key, { deployment, ...counts }]) =>
    replicaSet(deployment, key.slice(key.indexOf('/') + 1), counts),
  );
}

interface Counts {
  readonly pods: number;
  readonly ready: number;
  readonly created: number;
}

function replicaSet(deployment: Deployment, name: string, { pods, ready, created }: Counts): KubeObject {
  const { metadata, spec } = deployment;
  const hash = templateHash(`${name}-0`);
  const labels = { ...spec?.template.metadata?.labels, 'pod-template-hash': hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...madeMetadata(replicaSetUid(deployment, name), wholeSeconds(created)),
      name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(metadata.generation) },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      replicas: spec?.replicas ?? 1,
      selector: {
        ...spec?.selector,
        matchLabels: { ...spec?.selector.matchLabels, 'pod-template-hash': hash },
      },
      template: { ...spec?.template, metadata: { ...spec?.template.metadata, labels } },
    },
    status: {
      replicas: pods,
      fullyLabeledReplicas: pods,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: 1,
    },
  };
}
