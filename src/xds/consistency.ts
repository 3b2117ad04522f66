import type { RouteTable, VirtualHost } from '../model/route.ts';
import type { Source } from '../model/source.ts';
import type { Tenant } from '../model/tenant.ts';
import type { XdsProblem } from './problem.ts';

/**
 * References between a tenant's parts that lead nowhere: route tables and secrets of listeners, clusters of routes. A
 * correct translation has none; Envoy would wait for the former and answer 503 for the latter.
 */
export function missingReferences(tenant: Tenant): readonly XdsProblem[] {
  return [...missingOfListeners(tenant), ...missingClusters(tenant)];
}

/** Names of route tables that listeners refer to and that the tenant does not have. */
export function missingRouteTables(tenant: Tenant): readonly string[] {
  const tables = new Set(tenant.routeTables.map(({ name }) => name));
  const wanted = tenant.listeners.flatMap(({ filterChains }) =>
    filterChains.map(({ routeTable }) => routeTable),
  );
  return [...new Set(wanted)].filter((name) => !tables.has(name));
}

function missingOfListeners(tenant: Tenant): XdsProblem[] {
  const tables = new Set(missingRouteTables(tenant));
  const secrets = new Set(tenant.secrets.map(({ name }) => name));
  return tenant.listeners.flatMap((listener) =>
    listener.filterChains.flatMap((chain): XdsProblem[] => {
      const about = { resourceType: 'listener', resource: listener.name, source: listener.source } as const;
      const path = `filter_chains[${chain.name}]`;
      const problems: XdsProblem[] = [];
      if (tables.has(chain.routeTable)) {
        const message = `there is no route table ${chain.routeTable}`;
        problems.push({ ...about, path, message, effect: 'its requests are answered 404' });
      }
      for (const secret of chain.tls?.secrets ?? []) {
        if (secrets.has(secret)) continue;
        const message = `there is no certificate ${secret}`;
        problems.push({ ...about, path, message, effect: 'the listener waits for it' });
      }
      return problems;
    }),
  );
}

function missingClusters(tenant: Tenant): XdsProblem[] {
  const clusters = new Set(tenant.clusters.map(({ name }) => name));
  const problems: XdsProblem[] = [];
  for (const table of tenant.routeTables) {
    for (const host of table.virtualHosts) {
      for (const [name, source] of referencedClusters(host)) {
        if (!clusters.has(name)) problems.push(missingCluster(table, host, { name, source }));
      }
    }
  }
  return problems;
}

function missingCluster(
  table: RouteTable,
  host: VirtualHost,
  { name, source }: { readonly name: string; readonly source: Source },
): XdsProblem {
  return {
    resourceType: 'route',
    resource: table.name,
    source,
    path: `virtual_hosts[${host.name}]`,
    message: `there is no cluster ${name}`,
    effect: 'requests routed to it are answered 503',
  };
}

const references = new WeakMap<VirtualHost, ReadonlyMap<string, Source>>();

/** Clusters that a virtual host's routes name, each with the first route's source. */
function referencedClusters(host: VirtualHost): ReadonlyMap<string, Source> {
  const known = references.get(host);
  if (known !== undefined) return known;
  const names = new Map<string, Source>();
  for (const { action, source } of host.routes) {
    if (action.type !== 'forward') continue;
    for (const { cluster } of [...action.clusters, ...action.mirrors]) {
      if (cluster !== null && !names.has(cluster)) names.set(cluster, source);
    }
  }
  references.set(host, names);
  return names;
}
