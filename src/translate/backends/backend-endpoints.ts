import type { Backend } from '../../gen/kinds/backend.ts';
import { formatSocketAddress } from '../../model/address.ts';
import type { Endpoint } from '../../model/cluster.ts';
import type { Resource } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import { isLoopback } from '../ip-address.ts';
import { backendApp } from '../workloads/address-pods.ts';
import { hasSelector, isHeadless, serviceOfName } from '../workloads/service-name.ts';
import { slicesOf } from '../workloads/slices.ts';
import { hostEndpoint } from './host-endpoint.ts';
import { podEndpoint, serviceEndpoints } from './service-endpoints.ts';
import { serviceAddress, surroundings } from './surroundings.ts';

type BackendEndpoint = NonNullable<Backend['spec']['endpoints']>[number];

/**
 * Endpoints of a Backend: this machine's own addresses and unix sockets as they are, a Service's name as the Service's
 * own address (its pods when it is headless), everything else as the pod that simulates it.
 */
export function backendEndpoints(context: TranslateContext, backend: Resource<Backend>): readonly Endpoint[] {
  return (backend.object.spec.endpoints ?? []).flatMap((endpoint) =>
    resolve(context, backend, endpoint).map((resolved) =>
      endpoint.hostname === undefined ? resolved : { ...resolved, hostname: endpoint.hostname },
    ),
  );
}

function resolve(
  context: TranslateContext,
  backend: Resource<Backend>,
  { ip, fqdn, unix }: BackendEndpoint,
): readonly Endpoint[] {
  if (unix !== undefined) return [hostEndpoint({ path: unix.path }, context.hostSocketFolder)];
  const target = ip ?? (fqdn === undefined ? undefined : { address: fqdn.hostname, port: fqdn.port });
  if (target === undefined) return [];
  const { address, port } = target;
  const declared = formatSocketAddress(target);
  if (isLoopback(address)) return [hostEndpoint(target, context.hostSocketFolder)];
  const service = fqdn === undefined ? undefined : serviceOfName(context.resources, fqdn.hostname);
  if (service !== undefined) {
    if (isHeadless(service)) return headlessEndpoints(context, service, port, declared);
    const servers = hostServers(context, service, port);
    if (servers.length > 0) return servers.map((server) => ({ ...server, declared }));
    const own = serviceAddress(context.services, service, port);
    return own === undefined ? [] : [{ address: own, alternatives: [], declared }];
  }
  const namespace = backend.object.metadata.namespace ?? 'default';
  const pod = surroundings(context).podOfAddress(namespace, backendApp(backend), address);
  return pod === undefined ? [] : [podEndpoint(pod, port, declared)];
}

/**
 * Servers of this machine that EndpointSlices name for a Service: what stands for the Service elsewhere is no nearer to
 * them than Envoy is.
 */
function hostServers(
  context: TranslateContext,
  service: Parameters<typeof serviceEndpoints>[0],
  port: number,
): readonly Endpoint[] {
  const declared = service.object.spec?.ports?.find((candidate) => candidate.port === port);
  if (context.hostSocketFolder === undefined || declared === undefined || hasSelector(service)) return [];
  const slices = slicesOf(service, context.resources);
  const endpoints = serviceEndpoints(service, declared, surroundings(context), slices);
  return endpoints.some(({ hostTarget }) => hostTarget !== undefined) ? endpoints : [];
}

/** The DNS name of a headless Service means its ready pods; the port is the declared one, never `targetPort`. */
function headlessEndpoints(
  context: TranslateContext,
  service: Parameters<typeof serviceEndpoints>[0],
  port: number,
  declared: string,
): readonly Endpoint[] {
  const slices = hasSelector(service) ? [] : slicesOf(service, context.resources);
  const asDeclared = { port, targetPort: port, protocol: 'TCP' } as const;
  const named = slices.length === 0 ? asDeclared : (service.object.spec?.ports?.[0] ?? asDeclared);
  return serviceEndpoints(service, named, surroundings(context), slices).map((endpoint) => {
    const { address, hostTarget } = endpoint;
    if (hostTarget !== undefined && !('path' in hostTarget)) {
      return { ...hostEndpoint({ ...hostTarget, port }, context.hostSocketFolder), declared };
    }
    return 'path' in address ? endpoint : { ...endpoint, address: { ...address, port }, declared };
  });
}
