import { type DumpedResource, type Json, list, object, text, texts } from './config-dump.ts';

/** Listeners, a row for each of their ways in: addresses, port, what a connection must ask for, where it goes. */
export function listenersTable(listeners: readonly DumpedResource[]): readonly (readonly string[])[] {
  const rows = listeners.flatMap(({ resource, state, name }) => {
    if (state === 'rejected') return [['-', '-', name, `refused: ${text(resource, 'details')}`]];
    const places = placesOf(resource);
    const chains = list(resource, 'filter_chains');
    return places.flatMap(({ addresses, port }) =>
      chains.map((chain) => [
        addresses.join(','),
        port,
        matchOf(chain),
        destinationOf(chain) + (state === 'warming' ? ' (warming)' : ''),
      ]),
    );
  });
  return [['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION'], ...rows];
}

/** Addresses that share a port are one place. */
function placesOf(
  listener: Json,
): readonly { readonly addresses: readonly string[]; readonly port: string }[] {
  const all = [listener, ...list(listener, 'additional_addresses')].map(({ address }) => object(address));
  const byPort = new Map<string, string[]>();
  for (const address of all) {
    const socket = object(address.socket_address);
    const path = text(object(address.pipe), 'path');
    const port = path === '' ? String(socket.port_value ?? '-') : '-';
    byPort.set(port, [...(byPort.get(port) ?? []), path || text(socket, 'address')]);
  }
  return [...byPort].map(([port, addresses]) => ({ port, addresses }));
}

function matchOf(chain: Json): string {
  const names = texts(object(chain.filter_chain_match), 'server_names');
  if (names.length > 0) return `SNI: ${names.join(',')}`;
  return 'transport_socket' in chain ? 'TLS' : 'ALL';
}

function destinationOf(chain: Json): string {
  for (const filter of list(chain, 'filters')) {
    const config = object(filter.typed_config);
    const table = text(object(config.rds), 'route_config_name');
    if (table !== '') return `Route: ${table}`;
    if ('route_config' in config) return 'Inline Route';
    const cluster = text(config, 'cluster');
    if (cluster !== '') return `Cluster: ${cluster}`;
  }
  return '-';
}
