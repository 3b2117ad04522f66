import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Service } from '../../gen/kinds/service.ts';
import type { KubeObject, Resource } from '../../resources/resource.ts';
import type { SessionState } from '../state.ts';
import { accountObjects } from './account-objects.ts';
import { customResourceDefinitions } from './custom-resource-definitions.ts';
import { deploymentStatus } from './deployment-status.ts';
import { endpointSlices } from './endpoint-slices.ts';
import { envoyObjects } from './envoy-objects.ts';
import { nodeObject } from './node-object.ts';
import { barePodObject, podObjects } from './pod-objects.ts';
import { replicaSets } from './replica-sets.ts';
import { serviceObject } from './service-object.ts';
import { withSource } from './source-annotation.ts';

/** What is made of a kind beside what is declared or written: in a cluster, controllers make it. */
const made: Readonly<Record<string, (state: SessionState) => readonly KubeObject[]>> = {
  CustomResourceDefinition: customResourceDefinitions,
  EndpointSlice: endpointSlices,
  Node: (state) => [nodeObject(state)],
  Pod: (state) => [...podObjects(state), ...envoyObjects(state, 'Pod')],
  ReplicaSet: replicaSets,
  Service: (state) => envoyObjects(state, 'Service'),
  ServiceAccount: (state) => [...accountObjects(state), ...envoyObjects(state, 'ServiceAccount')],
};

/**
 * All objects of a kind as an API server would show them: declared ones, those that a provider made, and what a cluster's
 * controllers would make, with their status; pods as they run; Services with their real address. Ordered by namespace,
 * then name.
 *
 * @param events the `Event` objects of the instance
 */
export function listObjects(
  state: SessionState,
  kind: string,
  events: readonly KubeObject[] = [],
): readonly KubeObject[] {
  const { store, expansion } = state;
  const stored = store.resources.list(kind).map((resource) => shown(state, resource));
  const generated = (expansion?.generated ?? [])
    .filter(({ object }) => object.kind === kind)
    .map((resource) => shown(state, resource));
  const more = kind === 'Event' ? events : (made[kind]?.(state) ?? []);
  if (generated.length + more.length === 0) return stored;
  const names = new Set([...stored, ...generated].map(keyOf));
  return [...stored, ...generated, ...more.filter((object) => !names.has(keyOf(object)))].sort(byName);
}

function shown(state: SessionState, resource: Resource): KubeObject {
  return withSource(resource, withState(state, resource));
}

function withState(state: SessionState, resource: Resource): KubeObject {
  const { object } = resource;
  switch (object.kind) {
    case 'Deployment':
      return { ...object, status: deploymentStatus(state, resource as Resource<Deployment>) };
    case 'Service':
      return serviceObject(state, object as Service);
    case 'Pod':
      return barePodObject(state, resource);
    case 'Namespace':
      return { ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
    default:
      return state.store.withStatus(resource);
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function byName(a: KubeObject, b: KubeObject): number {
  const [left, right] = [a.metadata, b.metadata];
  if (left.namespace !== right.namespace) return (left.namespace ?? '') < (right.namespace ?? '') ? -1 : 1;
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
