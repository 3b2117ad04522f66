import type { Tenant } from '../../../src/model/tenant.ts';
import { containerUsers } from '../../../src/runtime/docker/images/base-files.ts';
import { envoyArguments } from '../../../src/runtime/process/envoy-arguments.ts';
import type { Binding } from '../../../src/runtime/runtime.ts';
import { listenerReports } from '../../../src/session/derive/listener-urls.ts';
import { networkTargets } from '../../../src/session/derive/proxy-network.ts';
import type { ListenerUrl } from '../../../src/session/events.ts';
import { envoyServices } from '../../../src/translate/policies/envoy-services.ts';
import { dnsNames } from '../../../src/translate/workloads/service-name.ts';
import type { Offline } from '../translate-paths.ts';
import { composeEnvoy, machineName } from './compose-envoy.ts';
import { imageOf } from './compose-images.ts';
import { composePlaces } from './compose-places.ts';
import { type ComposePod, composePods } from './compose-pods.ts';
import { publishedPorts } from './compose-ports.ts';
import { type ComposeService, hardened, lowPorts } from './compose-service.ts';
import { targetPorts } from './target-ports.ts';

/** What is written. Paths are relative to the folder of `docker-compose.yaml`. */
export interface ComposeExport {
  /** `docker-compose.yaml`. */
  readonly compose: object;
  /** Envoys' configurations. */
  readonly configurations: ReadonlyMap<string, object>;
  /** What pods read. */
  readonly files: ReadonlyMap<string, string>;
  /** Listeners that serve, at the addresses at which they can be reached. */
  readonly urls: readonly ListenerUrl[];
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
  const tenants = [...translation.tenants.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const pods = composePods(workloads, targetPorts(tenants, observed));
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
  const models = new Map(tenants.map((model) => [model.name, { model }]));
  return {
    compose: {
      services: Object.fromEntries(services),
      networks: Object.fromEntries([...new Set(networks)].sort().map((name) => [name, {}])),
    },
    configurations: new Map(
      envoys.map(({ tenant, bootstrap }) => [configurationFile(tenant.name), bootstrap]),
    ),
    files: new Map(pods.flatMap(({ files }) => [...files])),
    urls: listenerReports({ expansion, translation, bindings, tenants: models }).filter(
      ({ programmed }) => programmed,
    ),
    notes: [...envoys, ...pods].flatMap(({ notes }) => notes),
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
  const { concurrency } = tenant.proxy;
  const namespaces = [tenant.name, ...reaches];
  const needed = pods.filter(({ namespace }) => namespaces.includes(namespace)).map(({ key }) => key);
  const own = bindings.filter(({ gateway }) => gateway.startsWith(`${tenant.name}/`));
  const service: ComposeService = {
    image: imageOf('envoy'),
    command: envoyArguments({ bootstrapFile: configurationPath, concurrency }),
    user: `${containerUsers.envoy}:${containerUsers.envoy}`,
    volumes: [`./${configurationFile(tenant.name)}:${configurationPath}:ro`],
    ports: publishedPorts(own),
    networks: {
      [tenant.name]: { aliases: names },
      ...Object.fromEntries(reaches.map((namespace) => [namespace, {}])),
    },
    ...(needsMachine && { extra_hosts: [`${machineName}:host-gateway`] }),
    ...(needed.length > 0 && { depends_on: needed }),
    ...lowPorts(own.flatMap(({ bind }) => bind.map(({ port }) => port))),
    ...hardened,
    ...{ mem_limit: '2g', pids_limit: 64 + concurrency },
  };
  const notes = unreachable.map((path) => `${path} cannot be reached from a container: it is left out`);
  return { service, bootstrap, notes };
}
