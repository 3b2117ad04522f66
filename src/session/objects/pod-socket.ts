import type { SocketAddress } from '../../model/address.ts';
import { podKey } from '../derive/pods.ts';
import type { SessionState } from '../state.ts';
import { gatewayOfPod } from './envoy-objects.ts';

/** A port as a pod declares it. */
export interface PodPort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** Where a port of a pod is on this machine. Of an Envoy's pod: where that serves its Gateway's port. */
export function podSocket(state: SessionState, { port, ...pod }: PodPort): SocketAddress | undefined {
  const gateway = gatewayOfPod(state, pod.namespace, pod.name);
  if (gateway !== undefined) {
    const binding = state.bindings.find((one) => one.gateway === gateway && one.port === port);
    return binding === undefined || binding.conflict !== undefined ? undefined : binding.reach;
  }
  const observed = state.observed.pods.find((one) => podKey(one) === podKey(pod));
  if (observed === undefined || observed.address === '') return undefined;
  return { address: observed.address, port: observed.movedPorts?.[port] ?? port };
}
