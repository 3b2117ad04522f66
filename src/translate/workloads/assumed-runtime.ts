import type { ObservedPod, ObservedService } from '../../runtime/runtime.ts';
import { servicePorts } from '../backends/service-ports.ts';
import type { Workloads } from '../translation.ts';

/** What would run. */
export interface AssumedRuntime {
  readonly pods: readonly ObservedPod[];
  readonly services: readonly ObservedService[];
}

/**
 * All workloads as if they ran and were ready, at made-up addresses (pods 10.244.0.0/16, Services 10.96.0.0/16): for
 * looking at a translation while nothing runs.
 */
export function assumedRuntime(workloads: Workloads): AssumedRuntime {
  const pods = workloads.pods.map(
    ({ pod }, index): ObservedPod => ({
      namespace: pod.namespace,
      name: pod.name,
      address: `10.244.${(index + 1) >> 8}.${(index + 1) & 255}`,
      ready: true,
      spec: pod,
    }),
  );
  const services = workloads.services.map(
    ({ namespace, name, resource }, index): ObservedService => ({
      namespace,
      name,
      address: `10.96.${(index + 1) >> 8}.${(index + 1) & 255}`,
      ports: servicePorts(resource, workloads, pods),
    }),
  );
  return { pods, services };
}
