import type { Deployment } from '../gen/kinds/deployment.ts';
import type { Service } from '../gen/kinds/service.ts';
import type { Resource } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';
import { keepIdentity } from './keep-identity.ts';
import type { WorkloadService, Workloads } from './translation.ts';
import { addressPods } from './workloads/address-pods.ts';
import { barePods } from './workloads/bare-pods.ts';
import { deploymentPods } from './workloads/deployment-pods.ts';
import { hasSelector, isHeadless } from './workloads/service-name.ts';
import { slicesOf } from './workloads/slices.ts';

/** The kinds that workloads are made from. */
const kinds = ['Deployment', 'Service', 'Backend', 'EndpointSlice', 'Secret', 'ConfigMap', 'Pod'] as const;

interface Made {
  readonly lists: readonly (readonly Resource[])[];
  readonly workloads: Workloads;
}

const made = new WeakMap<readonly Resource[], Made>();
let latest: Workloads | undefined;

/**
 * Simulated backends that the declared objects ask for: pods of Deployments, pods for addresses of Backends and
 * EndpointSlices that are not this machine's own, and the Services that have an address of their own.
 *
 * Takes the provider's effective resources. Pure, and independent of what runs; the result and its parts keep their
 * identity while their objects do.
 */
export function buildWorkloads(resources: Resources): Workloads {
  const lists = kinds.map((kind) => resources.list(kind));
  const services = lists[1] ?? [];
  const known = made.get(services);
  if (known?.lists.every((list, index) => list === lists[index])) return known.workloads;
  const workloads = keepIdentity(known?.workloads ?? latest, makeWorkloads(resources));
  made.set(services, { lists, workloads });
  latest = workloads;
  return workloads;
}

function makeWorkloads(resources: Resources): Workloads {
  const services = resources.list<Service>('Service');
  const bySelector = servicesBySelector(services);
  const deployments = resources.list<Deployment>('Deployment');
  return {
    pods: [
      ...deployments.flatMap((deployment) =>
        deploymentPods(deployment, candidates(deployment, bySelector), resources),
      ),
      ...barePods(services, resources),
      ...addressPods(resources),
    ],
    services: services.flatMap((service) => toService(service, resources)),
  };
}

/** Services by namespace and the first label that they select. */
function servicesBySelector(
  services: readonly Resource<Service>[],
): ReadonlyMap<string, readonly Resource<Service>[]> {
  const found = new Map<string, Resource<Service>[]>();
  for (const service of services) {
    const { metadata, spec } = service.object;
    const [label] = Object.entries(spec?.selector ?? {});
    if (label === undefined) continue;
    const key = `${metadata.namespace}/${label[0]}=${label[1]}`;
    found.set(key, [...(found.get(key) ?? []), service]);
  }
  return found;
}

/** Services that may select a Deployment's pods. */
function candidates(
  { object }: Resource<Deployment>,
  bySelector: ReadonlyMap<string, readonly Resource<Service>[]>,
): readonly Resource<Service>[] {
  return Object.entries(object.spec?.template?.metadata?.labels ?? {}).flatMap(
    ([key, value]) => bySelector.get(`${object.metadata.namespace}/${key}=${value}`) ?? [],
  );
}

function toService(service: Resource<Service>, resources: Resources): readonly WorkloadService[] {
  const { metadata, spec } = service.object;
  if (spec === undefined || spec.type === 'ExternalName' || isHeadless(service)) return [];
  const slices = hasSelector(service) ? [] : slicesOf(service, resources);
  return [
    {
      namespace: metadata.namespace ?? 'default',
      name: metadata.name,
      resource: service,
      ...(slices.length === 0 ? {} : { slices }),
    },
  ];
}
