import type { Service } from '../../gen/kinds/service.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { safeHash } from '../../resources/safe-hash.ts';
import { uidOf } from '../../resources/stored-object.ts';
import type { ObservedPod } from '../../runtime/runtime.ts';
import { hasSelector, isSelected } from '../../translate/workloads/service-name.ts';
import { targetPortNumber } from '../../translate/workloads/template-pod.ts';
import { podKey } from '../derive/pods.ts';
import type { SessionState } from '../state.ts';
import { madeMetadata } from './made-metadata.ts';
import { nodeName } from './node-object.ts';

/** Label that says which Service a slice is of. */
const serviceLabel = 'kubernetes.io/service-name';

/** The slices of Services that select their pods: what is behind each, ready or not. */
export function endpointSlices(state: SessionState): readonly KubeObject[] {
  const behind = podsByService(state);
  return state.store.resources
    .list<Service>('Service')
    .filter((service) => hasSelector(service) && service.object.spec?.type !== 'ExternalName')
    .map(({ object }) => slice(state, object, behind.get(nameOf(object)) ?? []));
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

interface Behind {
  readonly pod: ObservedPod;
  readonly owner: KubeObject;
}

function podsByService({ store, observed, podFacts }: SessionState): ReadonlyMap<string, readonly Behind[]> {
  const byNamespace = new Map<string, Service[]>();
  for (const { object } of store.resources.list<Service>('Service')) {
    const namespace = object.metadata.namespace ?? '';
    const known = byNamespace.get(namespace);
    if (known === undefined) byNamespace.set(namespace, [object]);
    else known.push(object);
  }
  const found = new Map<string, Behind[]>();
  for (const pod of observed.pods) {
    const workload = podFacts.get(podKey(pod))?.workload;
    if (workload === undefined || pod.address === '') continue;
    const owner = workload.owner.object;
    for (const service of byNamespace.get(pod.namespace) ?? []) {
      if (!isSelected({ object: service }, workload.labels)) continue;
      const name = nameOf(service);
      found.set(name, [...(found.get(name) ?? []), { pod, owner }]);
    }
  }
  return found;
}

function slice(state: SessionState, service: Service, behind: readonly Behind[]): KubeObject {
  const { name, namespace = '', uid, creationTimestamp, labels } = service.metadata;
  const sliceName = `${name}-${safeHash(`${namespace}/${name}`, 5)}`;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...madeMetadata(uidOf(`EndpointSlice/${namespace}/${sliceName}`, uid), creationTimestamp),
      name: sliceName,
      generateName: `${name}-`,
      namespace,
      labels: {
        ...labels,
        [serviceLabel]: name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    addressType: behind[0]?.pod.address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: behind.map(({ pod }) => endpoint(state, pod)),
    ports: slicePorts(service, behind[0]?.owner),
  } as KubeObject;
}

function endpoint({ leaving }: SessionState, { namespace, name, address, ready }: ObservedPod) {
  const isLeaving = leaving.has(`${namespace}/${name}`);
  return {
    addresses: [address],
    conditions: { ready: ready && !isLeaving, serving: ready, terminating: isLeaving },
    nodeName,
    targetRef: { kind: 'Pod', namespace, name },
  };
}

function slicePorts({ spec }: Service, owner: KubeObject | undefined) {
  return (spec?.ports ?? []).flatMap(({ name = '', port, protocol, targetPort, appProtocol }) => {
    const target = targetPortNumber(targetPort, port, owner);
    if (target === undefined) return [];
    return [{ name, port: target, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}
