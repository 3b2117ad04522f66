import type { KubeObject } from '../../resources/resource.ts';
import { uidOf } from '../../resources/stored-object.ts';
import { wholeSeconds } from '../../resources/whole-seconds.ts';
import type { ObservedPod } from '../../runtime/runtime.ts';
import type { Workload } from '../../translate/translation.ts';
import { templateOf } from '../../translate/workloads/pod-template.ts';
import { madeMetadata } from './made-metadata.ts';
import { nodeName } from './node-object.ts';
import { replicaSetName, replicaSetUid, templateHash } from './replica-set-name.ts';

/** What is known of a pod beside what it is made from. */
export interface PodState {
  /** Absent until the runtime has it. */
  readonly observed: ObservedPod | undefined;
  /** Milliseconds since the epoch; when its program was started and ended last. */
  readonly createdAtMs: number;
  readonly startedAtMs?: number | undefined;
  readonly endedAtMs?: number | undefined;
  /** It runs until no Envoy sends requests to it any more. */
  readonly isLeaving?: boolean;
}

/** A simulated backend as the `Pod` that it would be in a cluster. */
export function podObject(workload: Workload, state: PodState): KubeObject {
  const { observed, createdAtMs, isLeaving } = state;
  const { pod, labels, owner, standsFor } = workload;
  const createdAt = wholeSeconds(createdAtMs);
  const isReady = observed?.ready ?? false;
  const status = podStatus(workload, { ...times(state), observed, isReady, createdAt });
  if (owner.object.kind === 'Pod')
    return { ...bareObject(workload, isLeaving ? createdAt : undefined), status };
  const isOfDeployment = owner.object.kind === 'Deployment';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...madeMetadata(uidOf(`Pod/${pod.namespace}/${pod.name}`, String(createdAtMs)), createdAt),
      name: pod.name,
      namespace: pod.namespace,
      labels: isOfDeployment ? { ...labels, 'pod-template-hash': templateHash(pod.name) } : labels,
      ...annotations(
        templateOf(workload.owner.object)?.metadata?.annotations,
        standsFor?.address,
        observed?.standIn,
      ),
      ...(isOfDeployment ? { generateName: `${replicaSetName(pod.name)}-` } : {}),
      ...(isOfDeployment ? { ownerReferences: [controller(workload)] } : {}),
      ...(isLeaving ? { deletionTimestamp: createdAt, deletionGracePeriodSeconds: 30 } : {}),
    },
    spec: podSpec(workload),
    status,
  };
}

/** A pod that somebody made: as it was declared, where it runs. */
function bareObject({ owner }: Workload, deletionTimestamp: string | undefined): KubeObject {
  const { object } = owner;
  const leaving = deletionTimestamp && { deletionTimestamp, deletionGracePeriodSeconds: 30 };
  return {
    ...object,
    metadata: { ...object.metadata, ...leaving },
    spec: { restartPolicy: 'Always', serviceAccountName: 'default', ...Object(object.spec), nodeName },
  };
}

function controller({ pod, owner }: Workload) {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: replicaSetName(pod.name),
    uid: replicaSetUid(owner.object, replicaSetName(pod.name)),
    controller: true,
    blockOwnerDeletion: true,
  };
}

function podSpec(workload: Workload) {
  const { volumes, serviceAccountName } = templateOf(workload.owner.object)?.spec ?? {};
  return {
    nodeName,
    containers: containersOf(workload),
    ...(volumes === undefined ? {} : { volumes }),
    restartPolicy: 'Always',
    serviceAccountName: serviceAccountName ?? 'default',
  };
}

interface Running {
  readonly observed: ObservedPod | undefined;
  readonly isReady: boolean;
  readonly createdAt: string;
  readonly startedAt: string;
  /** Absent where its program never ended. */
  readonly endedAt: string | undefined;
}

function times({ createdAtMs, startedAtMs = createdAtMs, endedAtMs }: PodState) {
  const endedAt = endedAtMs === undefined ? undefined : wholeSeconds(endedAtMs);
  return { startedAt: wholeSeconds(startedAtMs), endedAt };
}

function podStatus(workload: Workload, running: Running) {
  const { observed, isReady, createdAt } = running;
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime: createdAt,
  });
  const isRunning = isReady || hasStarted(observed);
  return {
    phase: phaseOf(observed, isRunning),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    containerStatuses: containersOf(workload).map(({ name, image }) => ({
      name,
      image: image ?? workload.pod.app,
      imageID: '',
      ready: isReady,
      restartCount: observed?.restarts ?? 0,
      started: isRunning && observed?.ended === undefined,
      ...containerState(running, isRunning),
    })),
    ...(observed === undefined || observed.address === ''
      ? {}
      : { hostIP: '127.0.0.1', podIP: observed.address, podIPs: [{ ip: observed.address }] }),
    startTime: createdAt,
    qosClass: 'BestEffort',
  };
}

function phaseOf(observed: ObservedPod | undefined, isRunning: boolean): string {
  if (observed?.ended === undefined) return isRunning ? 'Running' : 'Pending';
  return observed.ended.exitCode === 0 ? 'Succeeded' : 'Failed';
}

/** What was declared of the pod, and what it is instead of that. */
function annotations(
  declared: Readonly<Record<string, string>> | undefined,
  standsFor: string | undefined,
  standIn: string | undefined,
) {
  const all = {
    ...declared,
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

/** `state`, `lastState` and `containerID` of core/v1 ContainerStatus. */
function containerState({ observed, createdAt, startedAt, endedAt }: Running, isRunning: boolean) {
  if (observed === undefined) return { state: { waiting: { reason: 'ContainerCreating' } } };
  const { container, waiting, lastExitCode, ended } = observed;
  const containerId = container === undefined ? {} : { containerID: `docker://${container}` };
  if (ended !== undefined) {
    const { exitCode = 137 } = ended;
    const how = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' };
    const terminated = { ...how, startedAt, finishedAt: endedAt ?? startedAt, ...containerId };
    return { ...containerId, state: { terminated } };
  }
  const running = isRunning ? { running: { startedAt } } : { waiting: { reason: 'ContainerCreating' } };
  return {
    ...containerId,
    state: waiting === undefined ? running : { waiting: waitingReason(waiting) },
    ...(lastExitCode === undefined
      ? {}
      : {
          lastState: {
            terminated: {
              exitCode: lastExitCode,
              reason: lastExitCode === 0 ? 'Completed' : 'Error',
              ...(endedAt === undefined ? {} : { startedAt: createdAt, finishedAt: endedAt }),
            },
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

/** What runs: of a template's containers, the first. */
function containersOf(workload: Workload) {
  const { pod } = workload;
  const template = templateOf(workload.owner.object);
  if (template === undefined) return [{ name: pod.app, image: `calb-sim/${pod.app}` }];
  return (template.spec?.containers ?? []).slice(0, 1);
}
