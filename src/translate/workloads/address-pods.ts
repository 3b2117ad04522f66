import type { Backend } from '../../gen/kinds/backend.ts';
import type { EndpointSlice } from '../../gen/kinds/endpoint-slice.ts';
import { cycloudBackendAnnotation } from '../../resources/cycloud-backend-annotation.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import { isLoopback } from '../ip-address.ts';
import type { Workload } from '../translation.ts';
import { appPorts, type WantedPort } from './app-ports.ts';
import { podName } from './pod-names.ts';
import { serviceOfName } from './service-name.ts';

/** Which app a Backend's addresses are simulated by. */
export function backendApp({ object }: Resource<Backend>): 'echo' | 'httpbin' {
  return object.metadata.annotations?.[cycloudBackendAnnotation] === undefined ? 'echo' : 'httpbin';
}

/** Identity of a simulated address: one pod in a namespace and app, whoever refers to it. */
export function addressKey(namespace: string, app: 'echo' | 'httpbin', address: string): string {
  return `${namespace}/${app}/${address.toLowerCase()}`;
}

interface Simulated {
  readonly owner: Resource;
  readonly namespace: string;
  readonly app: 'echo' | 'httpbin';
  readonly address: string;
  readonly ports: WantedPort[];
}

/** Pods for the addresses and names of Backends and hand-written EndpointSlices that are not this machine's own. */
export function addressPods(resources: Resources): readonly Workload[] {
  const simulated = new Map<string, Simulated>();
  const add = (entry: Omit<Simulated, 'ports'>, port: WantedPort) => {
    const key = addressKey(entry.namespace, entry.app, entry.address);
    const known = simulated.get(key) ?? { ...entry, ports: [] };
    known.ports.push(port);
    simulated.set(key, known);
  };
  for (const backend of resources.list<Backend>('Backend')) addBackend(backend, resources, add);
  for (const slice of resources.list<EndpointSlice>('EndpointSlice')) addSlice(slice, add);
  return [...simulated.values()].map(toWorkload);
}

function addBackend(
  backend: Resource<Backend>,
  resources: Resources,
  add: (entry: Omit<Simulated, 'ports'>, port: WantedPort) => void,
): void {
  const { metadata, spec } = backend.object;
  const isHttp2 = (spec.appProtocols ?? []).includes('gateway.envoyproxy.io/h2c');
  for (const { ip, fqdn } of spec.endpoints ?? []) {
    const target = ip ?? (fqdn === undefined ? undefined : { address: fqdn.hostname, port: fqdn.port });
    if (target === undefined || isLoopback(target.address)) continue;
    if (fqdn !== undefined && serviceOfName(resources, fqdn.hostname) !== undefined) continue;
    add(
      {
        owner: backend,
        namespace: metadata.namespace ?? 'default',
        app: backendApp(backend),
        address: target.address,
      },
      { port: target.port, isHttp2 },
    );
  }
}

function addSlice(
  slice: Resource<EndpointSlice>,
  add: (entry: Omit<Simulated, 'ports'>, port: WantedPort) => void,
): void {
  const { metadata, endpoints, ports = [] } = slice.object;
  for (const address of (endpoints ?? []).flatMap(({ addresses }) => addresses)) {
    if (isLoopback(address)) continue;
    for (const { port, protocol, appProtocol } of ports) {
      if (port === undefined || protocol !== 'TCP') continue;
      add(
        { owner: slice, namespace: metadata.namespace ?? 'default', app: 'echo', address },
        { port, isHttp2: appProtocol === 'kubernetes.io/h2c' },
      );
    }
  }
}

function toWorkload({ owner, namespace, app, address, ports }: Simulated): Workload {
  const name = podName(
    { namespace, name: owner.object.metadata.name },
    addressKey(namespace, app, address),
    0,
  );
  const served = appPorts(app, { POD_NAME: name, NAMESPACE: namespace }, ports);
  return {
    pod: { namespace, name, app, env: served.env, ports: served.ports, files: {} },
    labels: {},
    standsFor: { owner, address },
    owner,
  };
}
