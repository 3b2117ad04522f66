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
      ...annotations(standsFor?.address, observed?.standIn),
      uid: uidOf(`Pod/${pod.namespace}/${pod.name}`, creationTimestamp),
      resourceVersion,
      generation: 1,
      creationTimestamp,
    },
    spec: { nodeName, containers: containersOf(workload) },
    status: {
      phase: isReady || hasStarted(observed) ? 'Running' : 'Pending',
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
      containerStatuses: containersOf(workload).map(({ name, image }) => ({
        name,
        image,
        ready: isReady,
        restartCount: observed?.restarts ?? 0,
        started: isReady || hasStarted(observed),
        ...containerState(observed),
      })),
      ...(observed === undefined ? {} : { podIP: observed.address, podIPs: [{ ip: observed.address }] }),
      startTime: creationTimestamp,
    },
  };
}

/** What the pod is instead of what was declared. */
function annotations(standsFor: string | undefined, standIn: string | undefined) {
  const all = {
    ...(standsFor === undefined ? {} : { 'calb-sim/stands-for': standsFor }),
    ...(standIn === undefined ? {} : { 'calb-sim/stands-in-because': standIn }),
  };
  return Object.keys(all).length === 0 ? {} : { annotations: all };
}

/** Whether its program was started, whatever became of it: one that never ran is Pending. */
function hasStarted(observed: ObservedPod | undefined): boolean {
  if (observed?.container === undefined) return false;
  return observed.waiting === undefined || observed.waiting === 'CrashLoopBackOff';
}

/** `state`, `lastState` and `containerID` of core/v1 ContainerStatus, of a pod that runs in a container. */
function containerState(observed: ObservedPod | undefined) {
  if (observed === undefined) return {};
  const { container, waiting, lastExitCode } = observed;
  return {
    ...(container === undefined ? {} : { containerID: `docker://${container}` }),
    ...(waiting === undefined ? {} : { state: { waiting: waitingReason(waiting) } }),
    ...(container === undefined || waiting !== undefined ? {} : { state: { running: {} } }),
    ...(lastExitCode === undefined
      ? {}
      : {
          lastState: {
            terminated: { exitCode: lastExitCode, reason: lastExitCode === 0 ? 'Completed' : 'Error' },
          },
        }),
  };
}

/** The kubelet has no reason of its own for an image that is being pulled. */
function waitingReason(waiting: NonNullable<ObservedPod['waiting']>) {
  return waiting === 'ImagePull'
    ? { reason: 'ContainerCreating', message: 'the image is being pulled' }
    : { reason: waiting };
}

interface Container {
  readonly name: string;
  readonly image: string;
}

/** What runs: of a template's containers, the first. */
function containersOf({ pod, owner }: Workload): readonly Container[] {
  if (owner.object.kind !== 'Deployment') return [{ name: pod.app, image: `calb-sim/${pod.app}` }];
  const { spec } = owner.object as Deployment;
  return (spec?.template.spec?.containers ?? []).slice(0, 1).map(({ name, image }) => ({
    name,
    image: image ?? pod.app,
  }));
}
