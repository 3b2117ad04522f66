import type { Service } from '../../gen/kinds/service.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import type { Workload } from '../translation.ts';
import type { Pod } from './pod-template.ts';
import { isSelected } from './service-name.ts';
import { templatePod } from './template-pod.ts';

/** The pods that were made alone, through the API: by no Deployment. */
export function barePods(services: readonly Resource<Service>[], resources: Resources): readonly Workload[] {
  return resources
    .list<Pod>('Pod')
    .map((owner) => {
      const { namespace = 'default', name, labels = {} } = owner.object.metadata;
      const selecting = services.filter(
        (service) =>
          (service.object.metadata.namespace ?? 'default') === namespace && isSelected(service, labels),
      );
      return templatePod({ owner, namespace, name, selecting }, resources);
    })
    .filter((workload) => workload !== undefined);
}
