import type { Gateway } from '../../gen/kinds/gateway.ts';
import { formatSocketAddress } from '../../model/address.ts';
import type { Binding } from '../../runtime/runtime.ts';
import { listenerOwners } from '../../translate/listener-sets.ts';
import type { ListenerUrl } from '../events.ts';
import type { SessionState, TenantState } from '../state.ts';

/** What listeners and their URLs follow from. */
export interface ListenerSources extends Pick<SessionState, 'expansion' | 'bindings' | 'translation'> {
  readonly tenants: ReadonlyMap<string, Pick<TenantState, 'model'>>;
}

/** A listener with what people need to reach it, whether or not it serves. */
export interface ListenerReport extends ListenerUrl {
  readonly programmed: boolean;
  readonly protocol: string;
  /** All sockets of this machine that lead to it, `address:port`, the one of the URL first; and `localhost:port`. */
  readonly sockets: readonly string[];
}

/** All listeners of the data plane's Gateways, with their URLs and whether they are Programmed. */
export function listenerReports(state: ListenerSources): readonly ListenerReport[] {
  const effective = state.expansion?.effective;
  if (effective === undefined) return [];
  const bindings = new Map(state.bindings.map((binding) => [`${binding.gateway}:${binding.port}`, binding]));
  return effective.list<Gateway>('Gateway').flatMap((gateway) => {
    const status = state.translation?.statuses.get(gateway);
    if (status === undefined) return [];
    const { namespace = '', name } = gateway.object.metadata;
    const declared = listenerOwners(effective, gateway).flatMap((owner) =>
      owner.object.spec.listeners.map((listener) => ({ owner, listener })),
    );
    return declared.map(({ owner, listener }) => {
      const binding = bindings.get(`${namespace}/${name}:${listener.port}`);
      return {
        tenant: namespace,
        gateway: `${namespace}/${name}`,
        listener: listener.name,
        ...reach(binding, listener),
        hostnames: hostnames(state, gateway.object, listener),
        programmed: isProgrammed(state.translation?.statuses.get(owner), listener.name),
        protocol: listener.protocol,
        sockets: socketsOf(binding),
      };
    });
  });
}

type GatewayListener = Gateway['spec']['listeners'][number];

function reach(
  binding: Binding | undefined,
  listener: GatewayListener,
): { readonly address: string; readonly port: number; readonly url: string } {
  if (binding === undefined) return { address: '', port: listener.port, url: '' };
  const { address, port } = binding.reach;
  const scheme = listener.protocol === 'HTTPS' ? 'https' : 'http';
  const host = address.includes(':') ? `[${address}]` : address;
  const wellKnown = scheme === 'https' ? 443 : 80;
  return { address, port, url: `${scheme}://${host}${port === wellKnown ? '' : `:${port}`}/` };
}

function socketsOf(binding: Binding | undefined): readonly string[] {
  if (binding === undefined || binding.conflict !== undefined) return [];
  const { bind, localhost, published = bind, reach } = binding;
  const alias = localhost ? [`localhost:${reach.port}`] : [];
  return [...new Set([reach, ...published].map(formatSocketAddress)), ...alias];
}

function isProgrammed(status: unknown, listenerName: string): boolean {
  const { listeners = [] } = (status ?? {}) as Partial<Gateway['status']>;
  const listener = listeners.find(({ name }) => name === listenerName);
  return (
    listener?.conditions.some(({ type, status: value }) => type === 'Programmed' && value === 'True') ?? false
  );
}

/** Host names that the listener's virtual hosts answer to. */
function hostnames(state: ListenerSources, gateway: Gateway, listener: GatewayListener): readonly string[] {
  const { namespace = '', name } = gateway.metadata;
  const model = state.tenants.get(namespace)?.model;
  const port = `${namespace}/${name}/${listener.port}`;
  const table = model?.routeTables.find(
    (candidate) => candidate.name === port || candidate.name === `${port}/${listener.name}`,
  );
  const all =
    table?.virtualHosts
      .filter(({ routes }) => routes.some(({ source }) => source.kind !== 'Gateway'))
      .flatMap((host) => host.domains) ?? [];
  return all.filter((domain) => belongsTo(domain, listener.hostname));
}

function belongsTo(domain: string, hostname: string | undefined): boolean {
  if (hostname === undefined || hostname === '') return true;
  if (hostname.startsWith('*.')) return domain === hostname || domain.endsWith(hostname.slice(1));
  return domain === hostname;
}
