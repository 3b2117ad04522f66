import { uidOf } from '../../resources/stored-object.ts';
import { wholeSeconds } from '../../resources/whole-seconds.ts';
import type { SessionEvent } from '../events.ts';
import type { SessionState } from '../state.ts';
import { envoyObjects } from './envoy-objects.ts';
import { replicaSetName } from './replica-set-name.ts';

/** What an `Event` says of one object. */
export interface KubeEvent {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly type: 'Normal' | 'Warning';
  /** One word in upper camel case. */
  readonly reason: string;
  readonly message: string;
  /** Who says so. */
  readonly component: string;
}

/** What happened to objects, in the words of a cluster's components. Most events of the session are about none. */
export function kubeEvents(event: SessionEvent, state: SessionState): readonly KubeEvent[] {
  switch (event.type) {
    case 'PodStarted':
      return [
        ofPod(event.namespace, event.pod, {
          type: 'Normal',
          reason: 'Started',
          message: `Started at ${event.address}`,
        }),
      ];
    case 'PodStopped':
      // One that has done its work.
      if (!event.willRestart && event.exitCode !== undefined) return [];
      return [
        event.willRestart
          ? ofPod(event.namespace, event.pod, {
              type: 'Warning',
              reason: 'BackOff',
              message: endMessage(event.exitCode),
            })
          : ofPod(event.namespace, event.pod, {
              type: 'Normal',
              reason: 'Killing',
              message: 'Stopping the pod',
            }),
      ];
    case 'EndpointUnhealthy':
      return unhealthy(event, `The active health check failed: ${event.detail}`);
    case 'EndpointEjected':
      return unhealthy(event, `Envoy sends no requests there for a while: ${event.reason}`);
    case 'Scaled':
      return [scaled(event, state)];
    case 'Diagnostic':
      return event.cleared === true || event.severity === 'hint' ? [] : finding(event);
    case 'ConfigRejected':
      return ofResource(event.resource, { reason: 'Rejected', message: event.reason });
    case 'ProxyStarted':
    case 'ProxyExited':
      return proxyEvents(event, state);
    default:
      return [];
  }
}

function ofPod(
  namespace: string,
  name: string,
  what: Pick<KubeEvent, 'type' | 'reason' | 'message'>,
): KubeEvent {
  return { kind: 'Pod', namespace, name, ...what, component: 'kubelet' };
}

function endMessage(exitCode: number | undefined): string {
  return exitCode === undefined
    ? 'The program ended and is started again'
    : `The program ended with ${exitCode} and is started again`;
}

/** Pods are named alone, or with their namespace. */
function unhealthy(
  { tenant = '', pod }: { readonly tenant?: string; readonly pod?: string },
  message: string,
): readonly KubeEvent[] {
  if (pod === undefined) return [];
  const [first = '', second] = pod.split('/');
  const [namespace, name] = second === undefined ? [tenant, first] : [first, second];
  return [
    { ...ofPod(namespace, name, { type: 'Warning', reason: 'Unhealthy', message }), component: 'envoy' },
  ];
}

function scaled(
  { resource, from, to }: Extract<SessionEvent, { readonly type: 'Scaled' }>,
  { workloads }: SessionState,
): KubeEvent {
  const [kind = '', namespace = '', name = ''] = resource.split('/');
  const pod = workloads.pods.find(
    ({ owner }) => owner.object.metadata.name === name && owner.object.metadata.namespace === namespace,
  );
  const set = pod === undefined ? name : replicaSetName(pod.pod.name);
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set} from ${from} to ${to}`;
  return {
    ...{ kind, namespace, name, message },
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    component: 'deployment-controller',
  };
}

function finding(event: Extract<SessionEvent, { readonly type: 'Diagnostic' }>): readonly KubeEvent[] {
  if (event.resource === undefined) return [];
  return ofResource(event.resource, { reason: event.code, message: `${event.message}: ${event.effect}` });
}

/** An event about an object named as in diagnostics: `HTTPRoute/ns/name`. */
function ofResource(
  resource: string,
  { reason, message }: Pick<KubeEvent, 'reason' | 'message'>,
): readonly KubeEvent[] {
  const [kind = '', first = '', second] = resource.split('/');
  if (first === '') return [];
  const [namespace, name] = second === undefined ? [undefined, first] : [first, second];
  return [{ kind, namespace, name, type: 'Warning', reason, message, component: 'calb-sim' }];
}

function proxyEvents(
  event: Extract<SessionEvent, { readonly type: 'ProxyStarted' | 'ProxyExited' }>,
  state: SessionState,
): readonly KubeEvent[] {
  const pods = envoyObjects(state, 'Pod').filter(({ metadata }) => metadata.namespace === event.tenant);
  return pods.map(({ metadata }) => {
    const { namespace = '', name } = metadata;
    return event.type === 'ProxyStarted'
      ? ofPod(namespace, name, { type: 'Normal', reason: 'Started', message: 'Started container envoy' })
      : ofPod(namespace, name, { type: 'Warning', reason: 'BackOff', message: 'Envoy ended' });
  });
}

/** An `Event` as it is shown; `times` in milliseconds since the epoch. */
export function eventObject(
  event: KubeEvent,
  involved: { readonly apiVersion: string; readonly uid: string } | undefined,
  times: { readonly firstMs: number; readonly lastMs: number; readonly count: number },
) {
  const { kind, namespace, name, type, reason, message, component } = event;
  const place = namespace ?? 'default';
  const first = wholeSeconds(times.firstMs);
  const identity = `${kind}/${place}/${name}/${reason}/${message}`;
  const uid = uidOf(`Event/${identity}`, first);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${uid.replaceAll('-', '').slice(0, 16)}`,
      namespace: place,
      uid,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: first,
    },
    involvedObject: { kind, ...(namespace === undefined ? {} : { namespace }), name, ...involved },
    reason,
    message,
    type,
    count: times.count,
    firstTimestamp: first,
    lastTimestamp: wholeSeconds(times.lastMs),
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  };
}
