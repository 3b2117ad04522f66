import type { Cluster, Endpoint, Locality } from '../../../src/model/cluster.ts';
import type { Tenant } from '../../../src/model/tenant.ts';
import { isLoopback } from '../../../src/translate/ip-address.ts';
import { staticBootstrap } from '../../../src/xds/static-bootstrap.ts';

/** The name by which a container finds the machine that it runs on. */
export const machineName = 'host.docker.internal';

/** Where Envoy's lines go: whoever runs the container shows them. */
const output = '/dev/stdout';

export interface ComposeEnvoy {
  /** Its configuration, Envoy's JSON. */
  readonly bootstrap: object;
  /** Whether it leads to servers of the machine. */
  readonly needsMachine: boolean;
  /** What it cannot lead to: unix sockets of the machine. */
  readonly unreachable: readonly string[];
}

/** A tenant's Envoy that finds its endpoints by name. */
export function composeEnvoy(tenant: Tenant): ComposeEnvoy {
  const endpoints = tenant.clusters.flatMap(({ localities }) => localities.flatMap((one) => one.endpoints));
  const unreachable = endpoints.flatMap(({ address }) => ('path' in address ? [address.path] : []));
  const options = {
    ...{ accessLogPath: output, eventLogPath: output },
    ...{ requestEvents: false, sharesListeners: false },
  };
  return {
    bootstrap: staticBootstrap({ ...tenant, clusters: tenant.clusters.map(named) }, options, 'STRICT_DNS'),
    needsMachine: endpoints.some(isOfMachine),
    unreachable: [...new Set(unreachable)],
  };
}

function named(cluster: Cluster): Cluster {
  return { ...cluster, localities: cluster.localities.map(namedLocality) };
}

function namedLocality(locality: Locality): Locality {
  const endpoints = locality.endpoints.flatMap((endpoint): Endpoint[] => {
    const { address } = endpoint;
    if ('path' in address) return [];
    const host = isOfMachine(endpoint) ? machineName : address.address;
    return [{ ...endpoint, address: { address: host, port: address.port }, alternatives: [] }];
  });
  return { ...locality, endpoints };
}

function isOfMachine({ address }: Endpoint): boolean {
  return !('path' in address) && isLoopback(address.address);
}
