import type { Tenant } from '../../../src/model/tenant.ts';
import { containerUsers } from '../../../src/runtime/docker/images/base-files.ts';
import { envoyArguments } from '../../../src/runtime/process/envoy-arguments.ts';
import type { Binding } from '../../../src/runtime/runtime.ts';
import { networkTargets } from '../../../src/session/derive/proxy-network.ts';
import { envoyServices } from '../../../src/translate/policies/envoy-services.ts';
import { dnsNames } from '../../../src/translate/workloads/service-name.ts';
import type { Offline } from '../translate-paths.ts';
import { composeEnvoy, machineName } from './compose-envoy.ts';
import { composePlaces } from './compose-places.ts';
import { type ComposePod, composePods } from './compose-pods.ts';
import { type ComposeService, composeImages, hardened } from './compose-service.ts';

/** What is written. Paths are relative to the folder of `docker-compose.yaml`. */
export interface ComposeExport {
  /** `docker-compose.yaml`. */
  readonly compose: object;
  /** Envoys' configurations. */
  readonly configurations: ReadonlyMap<string, object>;
  /** What pods read. */
  readonly files: ReadonlyMap<string, string>;
  /** URLs at which Gateways can be reached. */
  readonly urls: readonly string[];
  /** What is not as `calb-sim up` has it. */
  readonly notes: readonly string[];
}

/** Where Envoy finds its configuration in its container. */
const configurationPath = '/etc/envoy/envoy.yaml';

/**
 * The topology of what is declared for plain compose: an Envoy for each tenant, its pods, and a network for each
 * namespace. Envoys are configured by files: nothing is reloaded.
 */
export function composeExport({ workloads, expansion, translation }: Offline): ComposeExport {
  const { effective } = expansion;
  const { bindings, services: observed } = composePlaces(effective, workloads);
  const pods = composePods(workloads);
  const tenants = [...translation.tenants.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const envoys = tenants.map((tenant) => {
    const { reaches } = networkTargets(tenant, { workloads, services: observed });
    const names = envoyServices(effective, tenant.name).flatMap(dnsNames);
    return { tenant, ...envoyService({ tenant, bindings, reaches, names, pods }) };
  });
  const services = [
    ...envoys.map(({ tenant, service }) => [`${tenant.name}-envoy`, service] as const),
    ...pods.map(({ key, service }) => [key, service] as const),
  ];
  const networks = services.flatMap(([, service]) => Object.keys(service.networks));
  return {
    compose: {
      services: Object.fromEntries(services),
      networks: Object.fromEntries([...new Set(networks)].sort().map((name) => [name, {}])),
    },
    configurations: new Map(
      envoys.map(({ tenant, bootstrap }) => [configurationFile(tenant.name), bootstrap]),
    ),
    files: new Map(pods.flatMap(({ files }) => [...files])),
    urls: bindings.map(({ gateway, reach }) => `${gateway} is at ${reach.address}:${reach.port}`),
    notes: envoys.flatMap(({ unreachable }) =>
      unreachable.map((path) => `${path} cannot be reached from a container: it is left out`),
    ),
  };
}

function configurationFile(tenant: string): string {
  return `compose/${tenant}/envoy.yaml`;
}

interface EnvoyParts {
  readonly tenant: Tenant;
  readonly bindings: readonly Binding[];
  /** Other namespaces that its clusters lead to. */
  readonly reaches: readonly string[];
  /** Names of its Gateways' Services. */
  readonly names: readonly string[];
  readonly pods: readonly ComposePod[];
}

function envoyService({ tenant, bindings, reaches, names, pods }: EnvoyParts) {
  const { bootstrap, needsMachine, unreachable } = composeEnvoy(tenant);
  const concurrency = tenant.proxy.concurrency;
  const namespaces = [tenant.name, ...reaches];
  const needed = pods.filter(({ namespace }) => namespaces.includes(namespace)).map(({ key }) => key);
  const service: ComposeService = {
    image: composeImages.envoy,
    command: envoyArguments({ bootstrapFile: configurationPath, concurrency }),
    user: `${containerUsers.envoy}:${containerUsers.envoy}`,
    volumes: [`./${configurationFile(tenant.name)}:${configurationPath}:ro`],
    ports: publishedPorts(bindings, tenant.name),
    networks: {
      [tenant.name]: { aliases: names },
      ...Object.fromEntries(reaches.map((namespace) => [namespace, {}])),
    },
    ...(needsMachine && { extra_hosts: [`${machineName}:host-gateway`] }),
    // Ports below 1024 without a privilege.
    sysctls: { 'net.ipv4.ip_unprivileged_port_start': 0 },
    ...(needed.length > 0 && { depends_on: needed }),
    ...hardened,
  };
  return { service, bootstrap, unreachable };
}

/** Ports that are taken on one loopback address are free on another. */
function variable(address: string): string {
  return `\${CALB_SIM_ADDRESS:-${address}}`;
}

function publishedPorts(bindings: readonly Binding[], tenant: string): readonly string[] {
  return bindings
    .filter(({ gateway }) => gateway.startsWith(`${tenant}/`))
    .flatMap(({ bind, published = [] }) =>
      published.map(({ address, port }) => `${variable(address)}:${port}:${bind[0]?.port ?? port}`),
    );
}
