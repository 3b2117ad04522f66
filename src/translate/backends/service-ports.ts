import type { Service } from '../../gen/kinds/service.ts';
import type { SocketAddress } from '../../model/address.ts';
import type { Resource } from '../../resources/resource.ts';
import type { DesiredServicePort, ObservedPod } from '../../runtime/runtime.ts';
import type { Workloads } from '../translation.ts';
import { hasSelector } from '../workloads/service-name.ts';
import { serviceEndpoints } from './service-endpoints.ts';
import { makeSurroundings, type Surroundings } from './surroundings.ts';

const latest = new WeakMap<readonly ObservedPod[], { workloads: Workloads; around: Surroundings }>();

/**
 * What a Service's own address does on each of its TCP ports: hands connections to the ready pods behind it, or
 * refuses them when there is none.
 */
export function servicePorts(
  service: Resource<Service>,
  workloads: Workloads,
  pods: readonly ObservedPod[],
): readonly DesiredServicePort[] {
  const around = indexed(workloads, pods);
  const { namespace, name } = service.object.metadata;
  const slices = hasSelector(service)
    ? []
    : (workloads.services.find((other) => other.namespace === namespace && other.name === name)?.slices ??
      []);
  return (service.object.spec?.ports ?? [])
    .filter(({ protocol }) => protocol === 'TCP')
    .map((port) => ({
      port: port.port,
      targets: serviceEndpoints(service, port, around, slices).flatMap(({ address }): SocketAddress[] =>
        'path' in address ? [] : [address],
      ),
    }));
}

function indexed(workloads: Workloads, pods: readonly ObservedPod[]): Surroundings {
  const known = latest.get(pods);
  if (known?.workloads === workloads) return known.around;
  const around = makeSurroundings(workloads, pods);
  latest.set(pods, { workloads, around });
  return around;
}
