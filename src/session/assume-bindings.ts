import { createHash } from 'node:crypto';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { Resources } from '../resources/resources.ts';
import type { Binding, ObservedPod, ObservedService } from '../runtime/runtime.ts';
import { declaredPorts } from '../translate/listener-sets.ts';
import type { Workloads } from '../translate/translation.ts';

/**
 * Bindings for translating without a runtime: every Gateway has a made-up loopback address, the same on every run, on
 * which all its ports are free.
 *
 * @param resources the provider's effective resources
 */
export function assumeBindings(resources: Resources): readonly Binding[] {
  return resources.list<Gateway>('Gateway').flatMap((gateway) => {
    const { namespace = '', name } = gateway.object.metadata;
    const address = assumedAddress(`Gateway/${namespace}/${name}`);
    return declaredPorts(resources, gateway).map((port) => ({
      gateway: `${namespace}/${name}`,
      port,
      bind: [{ address, port }],
      reach: { address, port },
      localhost: false,
    }));
  });
}

/** Every wanted pod, as if it ran and were ready. */
export function assumePods({ pods }: Workloads): readonly ObservedPod[] {
  return pods.map(({ pod }) => ({
    namespace: pod.namespace,
    name: pod.name,
    address: assumedAddress(`Pod/${pod.namespace}/${pod.name}`),
    ready: true,
    spec: pod,
  }));
}

/** Every Service with an address of its own, as if it ran. */
export function assumeServices({ services }: Workloads): readonly ObservedService[] {
  return services.map(({ namespace, name }) => ({
    namespace,
    name,
    address: assumedAddress(`Service/${namespace}/${name}`),
    ports: [],
    ready: true,
  }));
}

/** An address in 127.64.0.0/10, derived from what it is for. */
function assumedAddress(identity: string): string {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(identity).digest();
  return `127.${64 + (a % 64)}.${b}.${1 + (c % 254)}`;
}
