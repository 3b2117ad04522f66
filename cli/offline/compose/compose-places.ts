import type { Resources } from '../../../src/resources/resources.ts';
import type { Binding, ObservedPod, ObservedService } from '../../../src/runtime/runtime.ts';
import { servicePorts } from '../../../src/translate/backends/service-ports.ts';
import { dataPlaneGateways } from '../../../src/translate/data-plane-gateways.ts';
import { declaredPorts } from '../../../src/translate/listener-sets.ts';
import type { Workloads } from '../../../src/translate/translation.ts';

/**
 * Where everything is among containers that find each other by name: pods and Services have names for addresses, and
 * Envoys listen on all addresses of their own.
 */
export function composePlaces(resources: Resources, workloads: Workloads) {
  const pods = composePods(workloads);
  return { bindings: composeBindings(resources), pods, services: composeServices(workloads, pods) };
}

/** Declared ports are published on 127.0.0.1; one that another Gateway has got already is the next free one. */
function composeBindings(resources: Resources): readonly Binding[] {
  const published = new Set<number>();
  const inside = new Map<string, Set<number>>();
  return dataPlaneGateways(resources).flatMap((gateway) => {
    const { name, namespace = 'default' } = gateway.object.metadata;
    const ofTenant = inside.get(namespace) ?? new Set<number>();
    inside.set(namespace, ofTenant);
    return declaredPorts(resources, gateway).map((port): Binding => {
      const own = { address: '127.0.0.1', port: take(published, port) };
      const bind = [{ address: '0.0.0.0', port: take(ofTenant, port) }];
      return { gateway: `${namespace}/${name}`, port, bind, published: [own], reach: own, localhost: true };
    });
  });
}

function take(taken: Set<number>, wanted: number): number {
  let port = wanted;
  while (taken.has(port)) port += 1;
  taken.add(port);
  return port;
}

function composePods({ pods }: Workloads): readonly ObservedPod[] {
  return pods.map(({ pod }) => ({
    ...{ namespace: pod.namespace, name: pod.name, ready: true, spec: pod },
    address: podName(pod),
  }));
}

/** The name by which a pod is found: no two namespaces share one. */
export function podName({ name, namespace }: { readonly name: string; readonly namespace: string }): string {
  return `${name}.${namespace}`;
}

/** A Service's name means its pods, which listen on other ports than the Service. */
function composeServices(workloads: Workloads, pods: readonly ObservedPod[]): readonly ObservedService[] {
  return workloads.services.map(({ namespace, name, resource }) => {
    const ports = servicePorts(resource, workloads, pods);
    const moved = ports.flatMap(({ port, targets }) => {
      const [target] = targets;
      return target === undefined ? [] : [[port, target.port] as const];
    });
    return {
      ...{ namespace, name, ports, ready: true },
      address: `${name}.${namespace}.svc.cluster.local`,
      movedPorts: Object.fromEntries(moved),
    };
  });
}
