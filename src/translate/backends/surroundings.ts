import type { Service } from '../../gen/kinds/service.ts';
import type { SocketAddress } from '../../model/address.ts';
import type { KubeObject, Resource } from '../../resources/resource.ts';
import type { ObservedPod, ObservedService } from '../../runtime/runtime.ts';
import type { TranslateContext } from '../context.ts';
import type { Workload, Workloads } from '../translation.ts';
import { addressKey } from '../workloads/address-pods.ts';
import { buildWorkloads } from '../workloads.ts';

/** What runs around a tenant's proxy, indexed for look-ups. */
export interface Surroundings {
  readonly workloads: Workloads;
  /** See {@link TranslateContext}. */
  readonly hostSocketFolder?: string;
  /** Ready pods that a Service selects, with what they were made from. */
  podsOf(service: Resource<Service>): readonly RunningPod[];
  /** Whether any pod shall run that a Service selects. */
  hasPods(service: Resource<Service>): boolean;
  /** The pod, ready or not, that simulates an address: an address stays where it is when nobody answers there. */
  podOfAddress(namespace: string, app: 'echo' | 'httpbin', address: string): ObservedPod | undefined;
  /** The pod, ready or not, that has a real address. */
  podWithAddress(address: string): ObservedPod | undefined;
}

/** A ready pod, and what it was made from. */
export interface RunningPod {
  readonly pod: ObservedPod;
  readonly owner: KubeObject;
}

const byContext = new WeakMap<TranslateContext, Surroundings>();

/** What runs around a context; made once for each. */
export function surroundings(context: TranslateContext): Surroundings {
  const known = byContext.get(context);
  if (known !== undefined) return known;
  const { hostSocketFolder } = context;
  const made = {
    ...makeSurroundings(buildWorkloads(context.resources), context.pods),
    ...(hostSocketFolder === undefined ? {} : { hostSocketFolder }),
  };
  byContext.set(context, made);
  return made;
}

/** Indexes workloads and the pods that run of them. */
export function makeSurroundings(workloads: Workloads, pods: readonly ObservedPod[]): Surroundings {
  const index = workloadIndex(workloads);
  const running = podIndex(pods);
  const former = formerPods(pods, index);
  return {
    workloads,
    podsOf: (service) => podsOf(service, index, running.byName, former),
    hasPods: (service) => selectedBy(service, index).length > 0,
    podOfAddress(namespace, app, address) {
      const workload = index.byAddress.get(addressKey(namespace, app, address));
      return workload && running.byName.get(nameOf(workload.pod));
    },
    podWithAddress: (address) => running.byAddress.get(address),
  };
}

/** Where a port of a Service's own address really is; `undefined` while the Service has none. */
export function serviceAddress(
  services: readonly ObservedService[],
  { object }: Resource<Service>,
  port: number,
): SocketAddress | undefined {
  let index = serviceIndexes.get(services);
  if (index === undefined) {
    index = new Map(services.map((service) => [nameOf(service), service]));
    serviceIndexes.set(services, index);
  }
  const own = index.get(`${object.metadata.namespace}/${object.metadata.name}`);
  return own && { address: own.address, port: own.movedPorts?.[port] ?? port };
}

const serviceIndexes = new WeakMap<readonly ObservedService[], ReadonlyMap<string, ObservedService>>();

interface WorkloadIndex {
  /** By namespace and one label, `ns/app=active`. */
  readonly byLabel: ReadonlyMap<string, readonly Workload[]>;
  readonly byAddress: ReadonlyMap<string, Workload>;
  readonly names: ReadonlySet<string>;
  /** Deployments with pods, `ns/name`. */
  readonly deployments: ReadonlyMap<string, Workload>;
}

const workloadIndexes = new WeakMap<Workloads, WorkloadIndex>();

function workloadIndex(workloads: Workloads): WorkloadIndex {
  const known = workloadIndexes.get(workloads);
  if (known !== undefined) return known;
  const byLabel = new Map<string, Workload[]>();
  const byAddress = new Map<string, Workload>();
  const deployments = new Map<string, Workload>();
  for (const workload of workloads.pods) {
    const { pod, labels, standsFor, owner } = workload;
    if (standsFor !== undefined) {
      byAddress.set(addressKey(pod.namespace, pod.app, standsFor.address), workload);
    } else if (owner.object.kind === 'Deployment') {
      deployments.set(`${pod.namespace}/${owner.object.metadata.name}`, workload);
    }
    for (const [key, value] of Object.entries(labels)) {
      const label = `${pod.namespace}/${key}=${value}`;
      const list = byLabel.get(label);
      if (list === undefined) byLabel.set(label, [workload]);
      else list.push(workload);
    }
  }
  const names = new Set(workloads.pods.map(({ pod }) => nameOf(pod)));
  const index = { byLabel, byAddress, names, deployments };
  workloadIndexes.set(workloads, index);
  return index;
}

interface PodIndex {
  readonly byName: ReadonlyMap<string, ObservedPod>;
  readonly byAddress: ReadonlyMap<string, ObservedPod>;
}

const podIndexes = new WeakMap<readonly ObservedPod[], PodIndex>();

function podIndex(pods: readonly ObservedPod[]): PodIndex {
  const known = podIndexes.get(pods);
  if (known !== undefined) return known;
  const index = {
    byName: new Map(pods.map((pod) => [nameOf(pod), pod])),
    byAddress: new Map(pods.map((pod) => [pod.address, pod])),
  };
  podIndexes.set(pods, index);
  return index;
}

/**
 * Ready pods of an earlier template of a Deployment, by `ns/deployment`. While they are observed as serving, requests
 * go to them too: in a rolling update they stay until their successors are ready.
 */
function formerPods(
  pods: readonly ObservedPod[],
  { names, deployments }: WorkloadIndex,
): ReadonlyMap<string, readonly ObservedPod[]> {
  const former = new Map<string, ObservedPod[]>();
  for (const pod of pods) {
    if (!pod.ready || names.has(nameOf(pod))) continue;
    const owner = nameOf(pod).replace(/-[^-]+-[^-]+$/, '');
    if (deployments.has(owner)) former.set(owner, [...(former.get(owner) ?? []), pod]);
  }
  return former;
}

function podsOf(
  service: Resource<Service>,
  index: WorkloadIndex,
  running: ReadonlyMap<string, ObservedPod>,
  former: ReadonlyMap<string, readonly ObservedPod[]>,
): readonly RunningPod[] {
  const { namespace } = service.object.metadata;
  const selected = selectedBy(service, index);
  const current = selected.flatMap(({ pod, owner }) => {
    const observed = running.get(nameOf(pod));
    return observed?.ready === true ? [{ pod: observed, owner: owner.object }] : [];
  });
  const owners = new Map(selected.map(({ owner }) => [`${namespace}/${owner.object.metadata.name}`, owner]));
  const leaving = [...owners].flatMap(([name, owner]) =>
    (former.get(name) ?? []).map((pod) => ({ pod, owner: owner.object })),
  );
  return [...current, ...leaving];
}

/** Pods that shall run and that a Service selects. */
function selectedBy({ object }: Resource<Service>, { byLabel }: WorkloadIndex): readonly Workload[] {
  const selector = Object.entries(object.spec?.selector ?? {});
  const [first] = selector;
  if (first === undefined) return [];
  return (byLabel.get(`${object.metadata.namespace}/${first[0]}=${first[1]}`) ?? []).filter(({ labels }) =>
    selector.every(([key, value]) => labels[key] === value),
  );
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
