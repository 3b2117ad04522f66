import type { FilterChain, Listener } from '../model/listener.ts';
import type { JudgedGateway } from './gateway.ts';
import type { JudgedListener } from './listener.ts';
import { portName, tableName } from './table-names.ts';

/** Programmed listeners that share a route table. */
export type TableListeners = readonly [JudgedListener, ...JudgedListener[]];

/** The programmed listeners of Gateways, grouped by the route table that serves them. */
export function tableListeners(gateways: readonly JudgedGateway[]): readonly TableListeners[] {
  const groups = new Map<string, [JudgedListener, ...JudgedListener[]]>();
  for (const listener of gateways.flatMap(({ listeners }) => listeners)) {
    if (!listener.isProgrammed) continue;
    const name = tableName(listener);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [listener]);
    else group.push(listener);
  }
  return [...groups.values()];
}

/** What Envoy listens on: one listener for each Gateway and port, with a filter chain for each route table. */
export function modelListeners(groups: readonly TableListeners[]): readonly Listener[] {
  const byPort = new Map<string, TableListeners[]>();
  for (const group of groups) {
    const name = portName(group[0]);
    const known = byPort.get(name);
    if (known === undefined) byPort.set(name, [group]);
    else known.push(group);
  }
  return [...byPort].map(([name, ofPort]) => {
    const first = (ofPort[0] as TableListeners)[0];
    const { namespace = 'default', name: gateway } = first.gateway.object.metadata;
    return {
      name,
      source: { kind: 'Gateway', namespace, name: gateway, section: first.name },
      bind: first.binding?.bind ?? [],
      declaredPort: first.port,
      filterChains: ofPort.map(([listener]) => filterChain(listener)),
    };
  });
}

function filterChain(listener: JudgedListener): FilterChain {
  const routeTable = tableName(listener);
  if (listener.protocol !== 'HTTPS') return { name: routeTable, serverNames: [], routeTable };
  return {
    name: routeTable,
    serverNames: listener.hostname === undefined ? [] : [listener.hostname],
    tls: {
      secrets: listener.secrets.map(({ name }) => name),
      ...(listener.clients !== undefined && { clients: listener.clients }),
    },
    routeTable,
  };
}
