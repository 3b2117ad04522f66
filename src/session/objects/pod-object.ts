import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { uidOf } from '../../resources/stored-object.ts';
import type { ObservedPod } from '../../runtime/runtime.ts';
import type { Workload } from '../../translate/translation.ts';

/** The one node that everything runs on. */
const nodeName = 'calb-sim';

/** A simulated backend as the `Pod` that it would be in a cluster. `observed` is absent until the runtime has it. */
export function podObject(workload: Workload, observed: ObservedPod | undefined): KubeObject {
  const { pod, labels, owner, standsFor } = workload;
  const { creationTimestamp, resourceVersion } = owner.object.metadata;
  const isReady = observed?.ready ?? false;
  const condition = (type: string) => ({ type, status: isReady ? 'True' : 'False' });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      namespace: pod.namespace,
      labels,
      ...(standsFor === undefined ? {} : { annotations: { 'calb-sim/stands-for': standsFor.address } }),
      uid: uidOf(`Pod/${pod.namespace}/${pod.name}`, creationTimestamp),
      resourceVersion,
      generation: 1,
      creationTimestamp,
    },
    spec: { nodeName, containers: containersOf(workload) },
    status: {
      phase: isReady ? 'Running' : 'Pending',
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
      containerStatuses: containersOf(workload).map(({ name, image }) => ({
        name,
        image,
        ready: isReady,
        restartCount: 0,
        started: isReady,
      })),
      ...(observed === undefined ? {} : { podIP: observed.address, podIPs: [{ ip: observed.address }] }),
      startTime: creationTimestamp,
    },
  };
}

interface Container {
  readonly name: string;
  readonly image: string;
}

function containersOf({ pod, owner }: Workload): readonly Container[] {
  if (owner.object.kind !== 'Deployment') return [{ name: pod.app, image: `calb-sim/${pod.app}` }];
  const { spec } = owner.object as Deployment;
  return (spec?.template.spec?.containers ?? []).map(({ name, image }) => ({
    name,
    image: image ?? pod.app,
  }));
}
