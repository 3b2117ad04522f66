import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Backend } from '../../gen/kinds/backend.ts';
import type { CycloudBackend } from '../../gen/kinds/cycloud-backend.ts';
import { cycloudBackendAnnotation } from '../../resources/cycloud-backend-annotation.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import { generated, generatedMeta, generatedName } from './generated.ts';
import { isIpAddress } from './ip-address.ts';

type Port = NonNullable<CycloudBackend['spec']['ports']>[number];

/** What a CycloudBackend became. */
export interface MadeBackends {
  readonly origin: Resource<CycloudBackend>;
  /** In the order of its ports. */
  readonly ports: readonly MadePort[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The Backends of one port: one, or two where IP addresses and names are mixed, which a Backend cannot have.
 */
export interface MadePort {
  readonly port: number;
  readonly parts: readonly MadePart[];
}

export interface MadePart {
  readonly backend: Resource<Backend>;
  /** How many of the port's endpoints it has, for its share of the weight. */
  readonly endpoints: number;
}

interface PortEndpoint {
  readonly address: string;
  readonly targetPort: number;
  readonly appProtocol: string | undefined;
}

const made = new WeakMap<Resource<CycloudBackend>, MadeBackends>();

/** The Backends that a CycloudBackend becomes, for each of its ports. The same origin gives the identical ones. */
export function madeBackends(origin: Resource<CycloudBackend>): MadeBackends {
  const known = made.get(origin);
  if (known !== undefined) return known;
  const byPort = endpointsByPort(origin.object);
  const backends: MadeBackends = {
    origin,
    ports: [...byPort].map(([port, endpoints]) => ({ port, parts: parts(origin, port, endpoints) })),
    diagnostics: findings(origin, byPort.size),
  };
  made.set(origin, backends);
  return backends;
}

/** Name of the Backend that a port of a CycloudBackend would become, whether or not it has the port. */
export function backendName({ object }: Resource<CycloudBackend>, port: number): string {
  const { namespace, name } = object.metadata;
  return generatedName(name, identityOf(namespace, name, port));
}

function identityOf(namespace: string | undefined, name: string, port: number): string {
  return `CycloudBackend/${namespace}/${name}/${port}`;
}

function endpointsByPort({ spec }: CycloudBackend): ReadonlyMap<number, readonly PortEndpoint[]> {
  const found = new Map<number, PortEndpoint[]>();
  for (const { address, ports } of spec.endpoints ?? []) {
    const all = ports ?? spec.ports ?? [];
    for (const port of all) {
      const endpoints = found.get(port.port) ?? [];
      const targetPort = targetPortOf(port, all) ?? port.port;
      found.set(port.port, [...endpoints, { address, targetPort, appProtocol: port.appProtocol }]);
    }
  }
  return found;
}

/** A number, a number in quotes, or the name of one of the ports; `undefined` for an unknown name. */
function targetPortOf({ port, targetPort }: Port, ports: readonly Port[]): number | undefined {
  if (targetPort === undefined) return port;
  if (typeof targetPort === 'number') return targetPort;
  if (/^\d+$/.test(targetPort)) return Number(targetPort);
  return ports.find(({ name }) => name === targetPort)?.port;
}

function parts(
  origin: Resource<CycloudBackend>,
  port: number,
  endpoints: readonly PortEndpoint[],
): readonly MadePart[] {
  const addresses = endpoints.filter(({ address }) => isIpAddress(address));
  const names = endpoints.filter(({ address }) => !isIpAddress(address));
  const [first, second] = addresses.length === 0 ? [names, []] : [addresses, names];
  return [
    part(origin, port, '', first),
    ...(second.length === 0 ? [] : [part(origin, port, '/fqdn', second)]),
  ];
}

function part(
  origin: Resource<CycloudBackend>,
  port: number,
  section: string,
  endpoints: readonly PortEndpoint[],
): MadePart {
  const { metadata } = origin.object;
  const identity = identityOf(metadata.namespace, metadata.name, port) + section;
  const meta = generatedMeta(metadata, generatedName(metadata.name, identity), identity);
  const protocols = [...new Set(endpoints.flatMap(({ appProtocol }) => backendProtocol(appProtocol) ?? []))];
  const backend: Backend = {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'Backend',
    metadata: {
      ...meta,
      annotations: { ...meta.annotations, [cycloudBackendAnnotation]: metadata.name },
    },
    spec: {
      type: 'Endpoints',
      endpoints: endpoints.map(({ address, targetPort }) =>
        isIpAddress(address)
          ? { ip: { address, port: targetPort } }
          : { fqdn: { hostname: address.toLowerCase(), port: targetPort } },
      ),
      ...(protocols.length === 0 ? {} : { appProtocols: protocols }),
    },
  };
  return { backend: generated(backend, origin), endpoints: endpoints.length };
}

type BackendProtocol = NonNullable<Backend['spec']['appProtocols']>[number];

function backendProtocol(appProtocol: string | undefined): BackendProtocol | undefined {
  switch (appProtocol?.replace(/^(?:kubernetes\.io|gateway\.envoyproxy\.io)\//, '').toLowerCase()) {
    case 'h2c':
    case 'http2':
    case 'grpc':
      return 'gateway.envoyproxy.io/h2c';
    case 'ws':
      return 'gateway.envoyproxy.io/ws';
    case 'wss':
      return 'gateway.envoyproxy.io/wss';
    default:
      return undefined;
  }
}

function findings(origin: Resource<CycloudBackend>, ports: number): readonly Diagnostic[] {
  const { spec } = origin.object;
  const say = (code: 'CALB0235' | 'CALB0236', path: Path, message: string) =>
    diagnostic(code, { message, position: positionOf(origin, path), resource: resourceName(origin) });
  const lists: readonly { readonly ports: readonly Port[]; readonly path: Path }[] = [
    { ports: spec.ports ?? [], path: ['spec', 'ports'] },
    ...(spec.endpoints ?? []).map((endpoint, index) => ({
      ports: endpoint.ports ?? [],
      path: ['spec', 'endpoints', index, 'ports'],
    })),
  ];
  return [
    ...(ports === 0
      ? [say('CALB0236', ['spec'], `${resourceName(origin)} has no endpoint with a port`)]
      : []),
    ...lists.flatMap((list) =>
      list.ports.flatMap((port, index) =>
        targetPortOf(port, list.ports) === undefined
          ? [say('CALB0235', [...list.path, index, 'targetPort'], `no port is named "${port.targetPort}"`)]
          : [],
      ),
    ),
  ];
}
