import type { Backend } from '../../gen/kinds/backend.ts';
import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Service } from '../../gen/kinds/service.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import { hasSelector, isSelected, serviceOfName } from '../../translate/workloads/service-name.ts';

type Index = Map<string, readonly string[]>;

const indexes = new WeakMap<Resources, Index>();

/**
 * Deployments whose pods are behind a locality (`service/ns/name/port`, `backend/ns/name`), as `namespace/name`: those
 * that a Service selects, the Service itself or one that a Backend names. `declared` leaves that of one endpoint.
 */
export function deploymentsBehind(
  resources: Resources | undefined,
  locality: string,
  declared?: string,
): readonly string[] {
  if (resources === undefined) return [];
  const index = indexes.get(resources) ?? new Map();
  indexes.set(resources, index);
  const key = `${locality} ${declared ?? ''}`;
  const known = index.get(key);
  if (known !== undefined) return known;
  const services = servicesBehind(resources, locality, declared);
  const found = [...new Set(services.flatMap((service) => selectedBy(resources, service)))];
  index.set(key, found);
  return found;
}

function servicesBehind(
  resources: Resources,
  locality: string,
  declared: string | undefined,
): readonly Resource<Service>[] {
  const [kind, namespace = '', name = ''] = locality.split('/');
  const one = (service: Resource<Service> | undefined) => (service === undefined ? [] : [service]);
  if (kind === 'service') return one(resources.get<Service>('Service', namespace, name));
  if (declared !== undefined) return one(serviceOfName(resources, declared.replace(/:\d+$/, '')));
  const endpoints = resources.get<Backend>('Backend', namespace, name)?.object.spec?.endpoints ?? [];
  return endpoints.flatMap(({ fqdn }) =>
    fqdn === undefined ? [] : one(serviceOfName(resources, fqdn.hostname)),
  );
}

function selectedBy(resources: Resources, service: Resource<Service>): readonly string[] {
  if (!hasSelector(service)) return [];
  const { namespace } = service.object.metadata;
  return resources.list<Deployment>('Deployment').flatMap(({ object: deployment }) => {
    if (deployment.metadata.namespace !== namespace) return [];
    const labels = deployment.spec?.template.metadata?.labels ?? {};
    return isSelected(service, labels) ? [`${namespace}/${deployment.metadata.name}`] : [];
  });
}
