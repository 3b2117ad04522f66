import type { Locality } from '../../model/cluster.ts';
import type { ObservedPod } from '../../runtime/runtime.ts';
import { podEndpoint } from '../../translate/backends/service-endpoints.ts';
import { podKey } from '../derive/pods.ts';
import type { SessionState } from '../state.ts';
import { backendLabel } from './backend-label.ts';
import type { EndpointView } from './instance-view.ts';

type State = Pick<SessionState, 'leaving' | 'observed' | 'podFacts' | 'workloads'>;

/**
 * Pods that a cluster leads to soon or no longer: they have started and are not ready, or are about to be stopped. No
 * Envoy knows them. `known` are pods that are endpoints of the cluster.
 */
export function comingAndGoing(
  state: State,
  localities: readonly Locality[],
  known: ReadonlySet<string>,
): readonly EndpointView[] {
  const pods = unsettledPods(state);
  if (pods.length === 0) return [];
  return localities.flatMap((locality) =>
    pods
      .filter((pod) => !known.has(podKey(pod)) && isOf(state, pod, locality))
      .map((pod) => viewOf(state, pod, locality)),
  );
}

const unsettled = new WeakMap<SessionState['observed'], readonly ObservedPod[]>();

function unsettledPods({ observed, leaving }: State): readonly ObservedPod[] {
  let notReady = unsettled.get(observed);
  if (notReady === undefined) {
    notReady = observed.pods.filter(({ ready }) => !ready);
    unsettled.set(observed, notReady);
  }
  if (leaving.size === 0) return notReady;
  return observed.pods.filter((pod) => !pod.ready || leaving.has(podKey(pod)));
}

/** `service/ns/name/port` has the pods that the Service selects. */
function isOf({ podFacts }: State, pod: ObservedPod, { name }: Locality): boolean {
  const [kind, namespace, service] = name.split('/');
  if (kind !== 'service') return false;
  return podFacts.get(podKey(pod))?.services.includes(`${namespace}/${service}`) ?? false;
}

function viewOf(state: State, pod: ObservedPod, locality: Locality): EndpointView {
  const { name, priority, weight } = locality;
  const isLeaving = state.leaving.has(podKey(pod));
  const [kind, ...owner] = (state.podFacts.get(podKey(pod))?.owner ?? '').split('/');
  const { declared } = podEndpoint(pod, targetPort(state, locality));
  return {
    declared,
    address: declared,
    pod: podKey(pod),
    ...(kind === 'Deployment' ? { deployment: owner.join('/') } : {}),
    backend: backendLabel(name).replace(/:\d+$/, ''),
    priority,
    weight,
    state: isLeaving ? 'draining' : 'starting',
    ejections: 0,
    detail: isLeaving ? 'gets no new requests and is stopped' : waitingWords(pod),
  };
}

/** Why a pod is not ready, in words. */
export function waitingWords({ waiting, lastExitCode }: ObservedPod): string {
  switch (waiting) {
    case 'CrashLoopBackOff':
      return `ended with ${lastExitCode ?? 'an error'}, is started again after a pause`;
    case 'ContainerCreating':
      return 'its container is being created';
    case 'ImagePull':
      return 'its image is being fetched';
    default:
      return 'its pod is not ready yet';
  }
}

/** The port that another pod of the Service has, or that the Service says. */
function targetPort({ workloads }: State, { name, endpoints }: Locality): number {
  const [, namespace, service, port] = name.split('/');
  const [other] = endpoints;
  if (other !== undefined && !('path' in other.address)) return other.address.port;
  const { resource } =
    workloads.services.find((one) => one.namespace === namespace && one.name === service) ?? {};
  const declared = resource?.object.spec?.ports?.find((one) => String(one.port) === port);
  return typeof declared?.targetPort === 'number' ? declared.targetPort : Number(port);
}
