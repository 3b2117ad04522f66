import type { Cluster } from '../model/cluster.ts';
import type { Tenant } from '../model/tenant.ts';
import type { SnapshotOptions } from './build-snapshot.ts';
import { clusterJson } from './cluster.ts';
import { endpointsJson } from './endpoint.ts';
import { secretJson } from './secret.ts';
import { tenantJson } from './tenant-json.ts';

type Json = Readonly<Record<string, unknown>>;

/** How an Envoy that nobody configures finds its endpoints: they are addresses, or names that it looks up. */
export type StaticDiscovery = 'STATIC' | 'STRICT_DNS';

/**
 * A bootstrap that has in it what a tenant's Envoy would otherwise get over xDS: for Envoys without a control plane. Holds
 * private keys.
 */
export function staticBootstrap(
  tenant: Tenant,
  options: SnapshotOptions,
  discovery: StaticDiscovery = 'STATIC',
): Json & { readonly static_resources: Readonly<Record<string, readonly unknown[]>> } {
  const json = tenantJson(tenant, options);
  const tables = new Map(json.routes.map((table) => [table.name, table]));
  const inline = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inline);
    if (typeof value !== 'object' || value === null) return value;
    const { rds, sds_config: _, ...rest } = value as Json & { rds?: { route_config_name: string } };
    const entries = Object.entries(rest).map(([key, item]) => [key, inline(item)]);
    // As with RDS, clusters that do not exist are no mistake.
    if (rds !== undefined) {
      entries.push(['route_config', { ...tables.get(rds.route_config_name), validate_clusters: false }]);
    }
    return Object.fromEntries(entries);
  };
  return {
    node: { id: tenant.name, cluster: tenant.name },
    static_resources: {
      listeners: json.listeners.map(inline),
      clusters: tenant.clusters.map((cluster) =>
        inline(staticCluster(cluster, options.eventLogPath, discovery)),
      ),
      secrets: tenant.secrets.map(secretJson),
    },
  };
}

function staticCluster(cluster: Cluster, eventLogPath: string, discovery: StaticDiscovery): Json {
  const { eds_cluster_config: _, ...fields } = clusterJson(cluster, eventLogPath);
  return { ...fields, type: discovery, load_assignment: endpointsJson(cluster) };
}
