import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Service } from '../../gen/kinds/service.ts';
import type { KubeObject, Resource } from '../../resources/resource.ts';
import { podKey } from '../derive/pods.ts';
import type { SessionState } from '../state.ts';
import { deploymentStatus } from './deployment-status.ts';
import { podObject } from './pod-object.ts';

/**
 * All objects of a kind as an API server would show them: declared ones and those that a provider made, with their
 * status; pods as they run; Services with their real address. Ordered by namespace, then name.
 */
export function listObjects(state: SessionState, kind: string): readonly KubeObject[] {
  if (kind === 'Pod') return pods(state);
  const { store, expansion } = state;
  const generated = (expansion?.generated ?? []).filter(({ object }) => object.kind === kind);
  const objects = [...store.resources.list(kind), ...generated].map((resource) => shown(state, resource));
  return generated.length === 0 ? objects : objects.sort(byName);
}

function shown(state: SessionState, resource: Resource): KubeObject {
  const { object } = resource;
  if (object.kind === 'Deployment') {
    return { ...object, status: deploymentStatus(state, resource as Resource<Deployment>) };
  }
  if (object.kind === 'Service') return serviceObject(state, object as Service);
  return state.store.withStatus(resource);
}

function serviceObject({ observed }: SessionState, service: Service): KubeObject {
  const { namespace, name } = service.metadata;
  const own = observed.services.find((other) => other.namespace === namespace && other.name === name);
  if (own === undefined || service.spec?.clusterIP !== undefined) return service;
  return { ...service, spec: { ...service.spec, clusterIP: own.address, clusterIPs: [own.address] } };
}

function pods({ workloads, observed }: SessionState): readonly KubeObject[] {
  const running = new Map(observed.pods.map((pod) => [podKey(pod), pod]));
  return workloads.pods
    .map((workload) => podObject(workload, running.get(podKey(workload.pod))))
    .sort(byName);
}

function byName(a: KubeObject, b: KubeObject): number {
  const left = [a.metadata.namespace ?? '', a.metadata.name];
  const right = [b.metadata.namespace ?? '', b.metadata.name];
  return left < right ? -1 : left > right ? 1 : 0;
}
