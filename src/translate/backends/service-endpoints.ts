import type { EndpointSlice } from '../../gen/kinds/endpoint-slice.ts';
import type { Service } from '../../gen/kinds/service.ts';
import { formatSocketAddress } from '../../model/address.ts';
import type { Endpoint } from '../../model/cluster.ts';
import type { Resource } from '../../resources/resource.ts';
import type { ObservedPod } from '../../runtime/runtime.ts';
import { isLoopback } from '../ip-address.ts';
import { hasSelector } from '../workloads/service-name.ts';
import { targetPortNumber } from '../workloads/template-pod.ts';
import { hostEndpoint } from './host-endpoint.ts';
import type { Surroundings } from './surroundings.ts';

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];

/**
 * What is behind a port of a Service now: its ready pods, or what EndpointSlices written by hand say.
 *
 * @param slices those of a Service without a selector
 */
export function serviceEndpoints(
  service: Resource<Service>,
  port: ServicePort,
  around: Surroundings,
  slices: readonly Resource<EndpointSlice>[],
): readonly Endpoint[] {
  if (!hasSelector(service)) return slices.flatMap((slice) => sliceEndpoints(slice, port, around));
  return around.podsOf(service).flatMap(({ pod, owner }) => {
    const target = targetPortNumber(port.targetPort, port.port, owner);
    if (target === undefined) return [];
    return [podEndpoint(pod, target)];
  });
}

/** An endpoint that is exactly one pod. A port that had to move is dialled where it is. */
export function podEndpoint(
  pod: Pick<ObservedPod, 'namespace' | 'name' | 'address' | 'movedPorts'>,
  port: number,
  declared?: string,
): Endpoint {
  const address = { address: pod.address, port: pod.movedPorts?.[port] ?? port };
  return {
    address,
    alternatives: [],
    declared: declared ?? formatSocketAddress(address),
    pod: `${pod.namespace}/${pod.name}`,
  };
}

/** Real addresses of pods and this machine's own are used as they are; others are simulated. */
function sliceEndpoints(
  { object }: Resource<EndpointSlice>,
  servicePort: ServicePort,
  around: Surroundings,
): readonly Endpoint[] {
  const port = (object.ports ?? []).find(
    ({ name, protocol }) => (name ?? '') === (servicePort.name ?? '') && protocol === servicePort.protocol,
  )?.port;
  if (port === undefined) return [];
  const namespace = object.metadata.namespace ?? 'default';
  const ready = (object.endpoints ?? []).filter(({ conditions }) => isReady(conditions));
  return ready
    .flatMap(({ addresses }) => addresses)
    .flatMap((address) => {
      const own = around.podWithAddress(address);
      if (own !== undefined) return own.ready ? [podEndpoint(own, port)] : [];
      const socket = { address, port };
      if (isLoopback(address)) return [hostEndpoint(socket, around.hostSocketFolder)];
      const pod = around.podOfAddress(namespace, 'echo', address);
      return pod === undefined ? [] : [podEndpoint(pod, port, formatSocketAddress(socket))];
    });
}

type Conditions = EndpointSlice['endpoints'][number]['conditions'];

/** Serving and not terminating where both are said; else ready, which is the default. */
function isReady(conditions: Conditions): boolean {
  const { ready, serving, terminating } = conditions ?? {};
  if (serving !== undefined && terminating !== undefined) return serving && !terminating;
  return ready ?? true;
}
