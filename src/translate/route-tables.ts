import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { RouteTable, VirtualHost } from '../model/route.ts';
import { coversHostname } from './hostnames.ts';
import type { JudgedListener } from './listener.ts';
import type { GatewayIndex } from './parents.ts';
import type { Entry } from './route-action.ts';
import { portPeers, tableName } from './table-names.ts';
import type { Naming, VirtualHosts } from './virtual-hosts.ts';

/** Entries of each route table, by its name, then by host name. */
export type EntriesByHost = ReadonlyMap<string, ReadonlyMap<string, readonly Entry[]>>;

/** What route tables are made with. */
export interface TableInput {
  readonly gateways: GatewayIndex;
  readonly entries: EntriesByHost;
  readonly naming: Naming;
  readonly virtualHosts: VirtualHosts;
}

/** A table and what is to be said about its routes. */
export interface BuiltTable {
  readonly table: RouteTable;
  readonly diagnostics: readonly Diagnostic[];
}

const none: ReadonlyMap<string, readonly Entry[]> = new Map();

/** The route table of programmed listeners that share one: all HTTP listeners of a port, or one HTTPS listener. */
export function routeTable(
  input: TableInput,
  listeners: readonly [JudgedListener, ...JudgedListener[]],
): BuiltTable {
  const [first] = listeners;
  const name = tableName(first);
  const served = input.entries.get(name) ?? none;
  const peers = portPeers(input.gateways, first);
  const bare = bareHosts(peers, served, listeners).map((domain) => [domain, []] as const);
  const byHost = bare.length === 0 ? served : new Map([...served, ...bare]);
  const hosts: VirtualHost[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const built of input.virtualHosts.buildTable(name, byHost, input.naming)) {
    hosts.push(built.host);
    if (built.diagnostics.length > 0) diagnostics.push(...built.diagnostics);
  }
  if (first.protocol === 'HTTPS') {
    for (const domain of foreignHosts(peers, first, byHost)) hosts.push(misdirected(first, domain));
  }
  hosts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const { namespace = 'default', name: gateway } = first.gateway.object.metadata;
  const source = { kind: 'Gateway', namespace, name: gateway, section: first.name };
  return { table: { name, source, virtualHosts: hosts }, diagnostics };
}

/**
 * Host names of the table's listeners that no route serves, though a less specific virtual host would take their
 * requests: those belong to the listener, which answers 404.
 */
function bareHosts(
  peers: readonly JudgedListener[],
  served: ReadonlyMap<string, unknown>,
  listeners: readonly JudgedListener[],
): readonly string[] {
  const isHttps = listeners[0]?.protocol === 'HTTPS';
  return (isHttps ? listeners : peers).flatMap(({ hostname }) => {
    if (hostname === undefined || served.has(hostname)) return [];
    const isCovered = peers.some(
      (other) => other.hostname !== hostname && coversHostname(other.hostname ?? '', hostname),
    );
    return isCovered ? [hostname] : [];
  });
}

/**
 * Host names that another HTTPS listener of the port serves: a request that comes here came over a connection for the
 * wrong server name (Gateway API v1.6.1, Listener `hostname`: 421).
 */
function foreignHosts(
  peers: readonly JudgedListener[],
  own: JudgedListener,
  served: ReadonlyMap<string, unknown>,
): readonly string[] {
  return peers.flatMap((other) => {
    const domain = other.hostname ?? '*';
    return other === own || served.has(domain) ? [] : [domain];
  });
}

const misdirectedHosts = new WeakMap<JudgedListener, Map<string, VirtualHost>>();

function misdirected(listener: JudgedListener, domain: string): VirtualHost {
  const ofListener = misdirectedHosts.get(listener) ?? new Map<string, VirtualHost>();
  misdirectedHosts.set(listener, ofListener);
  const known = ofListener.get(domain);
  if (known !== undefined) return known;
  const { namespace = 'default', name } = listener.gateway.object.metadata;
  const host: VirtualHost = {
    name: domain,
    domains: [domain],
    routes: [
      {
        name: `gateway/${namespace}/${name}/${listener.name}/misdirected/${domain.replaceAll('.', '_')}`,
        source: { kind: 'Gateway', namespace, name, section: listener.name },
        match: { path: { type: 'prefix', value: '/' }, headers: [], queryParams: [] },
        action: { type: 'direct', status: 421 },
      },
    ],
  };
  ofListener.set(domain, host);
  return host;
}
