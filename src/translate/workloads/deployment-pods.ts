import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Service } from '../../gen/kinds/service.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import type { Workload } from '../translation.ts';
import { podName } from './pod-names.ts';
import { isSelected } from './service-name.ts';
import { templatePod } from './template-pod.ts';

/** How many pods of one Deployment are simulated: one machine stands for them all. */
export const maxReplicas = 250;

/**
 * Pods of a Deployment: as many as `replicas`, stable for the same template and ordinal. `services` are those of its
 * namespace that may select them.
 */
export function deploymentPods(
  deployment: Resource<Deployment>,
  services: readonly Resource<Service>[],
  resources: Resources,
): readonly Workload[] {
  const { metadata, spec } = deployment.object;
  if (spec?.template === undefined) return [];
  const namespace = metadata.namespace ?? 'default';
  const selecting = services.filter((service) => isSelected(service, spec.template.metadata?.labels ?? {}));
  const identity = JSON.stringify(spec.template);
  const count = Math.min(spec.replicas, maxReplicas);
  return Array.from({ length: count }, (_, ordinal) => {
    const name = podName({ namespace, name: metadata.name }, identity, ordinal);
    return templatePod({ owner: deployment, namespace, name, selecting }, resources);
  }).filter((workload) => workload !== undefined);
}
