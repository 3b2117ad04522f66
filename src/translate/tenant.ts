import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { RouteTable } from '../model/route.ts';
import type { TlsSecret } from '../model/secret.ts';
import type { Tenant } from '../model/tenant.ts';
import { buildClusters } from './backends/build-clusters.ts';
import { clientCertificate } from './client-certificate.ts';
import type { TranslateContext } from './context.ts';
import type { JudgedGateway } from './gateway.ts';
import { keepIdentity } from './keep-identity.ts';
import { keepShallow, sameItems } from './memo.ts';
import { modelListeners, type TableListeners, tableListeners } from './model-listeners.ts';
import type { GatewayIndex } from './parents.ts';
import { proxySettings } from './policies/proxy-settings.ts';
import { type EntriesByHost, routeTable } from './route-tables.ts';
import type { ClusterDemand } from './rule-backends.ts';
import type { VirtualHosts } from './virtual-hosts.ts';

/** A tenant's model and what is to be said about it. */
export interface BuiltTenant {
  readonly tenant: Tenant;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a tenant is made of. */
export interface TenantInput {
  readonly context: TranslateContext;
  readonly name: string;
  readonly gateways: readonly JudgedGateway[];
  readonly index: GatewayIndex;
  readonly entries: EntriesByHost;
  readonly demands: readonly ClusterDemand[];
  readonly virtualHosts: VirtualHosts;
  /** The tenant's latest model: parts that are equal keep their identity. */
  readonly previous: Tenant | undefined;
}

/** Makes the model of one tenant. */
export function buildTenant(input: TenantInput): BuiltTenant {
  const { context, demands, entries, gateways, index, name, previous, virtualHosts } = input;
  const clusters = buildClusters(context, demands);
  const groups = tableListeners(gateways);
  const before = new Map<string, RouteTable>(previous?.routeTables.map((table) => [table.name, table]));
  const naming = {
    nameOf: clusters.nameOf,
    // A cluster is named after its backends and weights: the same clusters have the same names.
    isUnchanged: previous !== undefined && sameItems(previous.clusters, clusters.clusters),
  };
  const tables = groups.map((group) => routeTable({ gateways: index, entries, naming, virtualHosts }, group));
  const { proxy, diagnostics } = proxySettings(context, name);
  const tenant: Tenant = {
    name,
    proxy,
    listeners: keepIdentity(previous?.listeners, modelListeners(groups)),
    routeTables: tables.map(({ table }) => keepTable(before.get(table.name), table)),
    clusters: clusters.clusters,
    secrets: keepIdentity(previous?.secrets, secretsOf(context, gateways, groups)),
  };
  return {
    tenant: keepShallow(previous, tenant),
    diagnostics: [...diagnostics, ...clusters.diagnostics, ...tables.flatMap((table) => table.diagnostics)],
  };
}

function keepTable(previous: RouteTable | undefined, next: RouteTable): RouteTable {
  return keepShallow(previous, { ...next, source: keepIdentity(previous?.source, next.source) });
}

function secretsOf(
  context: TranslateContext,
  gateways: readonly JudgedGateway[],
  groups: readonly TableListeners[],
): readonly TlsSecret[] {
  const all = [
    ...groups.flatMap((group) => group.flatMap(({ secrets }) => secrets)),
    ...gateways.flatMap(({ resource }) => clientCertificate(context, resource).secret ?? []),
  ];
  const byName = new Map(all.map((secret) => [secret.name, secret]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
