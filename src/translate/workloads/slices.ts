import type { EndpointSlice } from '../../gen/kinds/endpoint-slice.ts';
import type { Service } from '../../gen/kinds/service.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';

/** EndpointSlices written by hand for a Service (label `kubernetes.io/service-name`). */
export function slicesOf(
  { object }: Resource<Service>,
  resources: Resources,
): readonly Resource<EndpointSlice>[] {
  const { namespace, name } = object.metadata;
  return resources
    .list<EndpointSlice>('EndpointSlice')
    .filter(
      ({ object: { metadata } }) =>
        metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
    );
}
