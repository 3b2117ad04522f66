import { existsSync } from 'node:fs';
import type { SocketAddress } from '../../../model/address.ts';
import type { Binding, DesiredProxy, ProxyNetwork, ProxyService } from '../../runtime.ts';
import type { Cell } from '../cells.ts';
import type { RunningContainer } from '../containers.ts';
import { containerUsers } from '../images/base-files.ts';
import { podCommand } from '../pod-program/pod-command.ts';
import type { ForwarderSpec } from './forwarder.ts';
import type { ProxyOptions } from './proxy-options.ts';

/** The container that owns a tenant's network namespace, with its address, names and published ports. Envoys come and go in it. */
export interface Sandbox {
  readonly container: RunningContainer;
  readonly cell: Cell;
  readonly network: ProxyNetwork;
  /** Other namespaces whose networks it is in, with those networks' ids. */
  readonly joined: Map<string, string>;
}

/** Starts one that has all ports and names that are known by now. @throws the engine's error */
export async function startSandbox(cell: Cell, proxy: DesiredProxy, options: ProxyOptions): Promise<Sandbox> {
  const { containers, images, names } = options;
  const { Entrypoint, Cmd } = podCommand({ type: 'sandbox' });
  const { network } = proxy;
  // From the start: an engine that gives a running container another network may take its published ports away meanwhile.
  const others = await Promise.all(network.reaches.map((namespace) => options.cells.cell(namespace)));
  const joined = new Map(
    others.map((other) => [other.network.id, other.addressFor(proxyOwner(proxy.tenant))]),
  );
  const container = await containers.run({
    role: 'sandbox',
    name: names.container(proxy.tenant, 'gateway'),
    namespace: proxy.tenant,
    image: images.node,
    ...{ entrypoint: Entrypoint, command: Cmd },
    user: containerUsers.guard,
    pidOf: cell.guard.id,
    network: {
      type: 'own',
      network: cell.network.id,
      address: cell.addressFor('proxy'),
      aliases: network.services.filter((service) => isDirect(service, network)).flatMap(dnsNames),
      published: publishedPorts(network.bindings),
      joined,
    },
    sysctls: handingOver(),
    ...{ memoryBytes: 64 * 2 ** 20, pids: 32 },
  });
  const inside = others.map((other) => [other.namespace, other.network.id] as const);
  return { container, cell, network, joined: new Map(inside) };
}

/** Who a tenant's Envoy is in the networks of other namespaces. */
export function proxyOwner(tenant: string): string {
  return `proxy/${tenant}`;
}

/**
 * Connections that wait to be taken by an Envoy that stops listening go to the one that listens beside it, where the
 * kernel can do that (Linux 5.14): otherwise they are reset.
 */
function handingOver(): Readonly<Record<string, string>> {
  const path = '/proc/sys/net/ipv4/tcp_migrate_req';
  return existsSync(path) ? { 'net.ipv4.tcp_migrate_req': '1' } : {};
}

/** What a tenant needs beside its sandbox: ports that came later, and names whose ports are others inside. */
export function forwardersFor(
  desired: ProxyNetwork,
  sandbox: Sandbox,
  options: ProxyOptions,
): readonly ForwarderSpec[] {
  const { namespace } = sandbox.cell;
  const given = new Set(sandbox.network.bindings.flatMap(socketKeys));
  const late = desired.bindings.flatMap((binding): ForwarderSpec[] => {
    const sockets = (binding.published ?? []).filter((socket) => !given.has(socketKey(binding, socket)));
    const inside = binding.bind[0]?.port;
    if (sockets.length === 0 || inside === undefined) return [];
    const [, gateway = ''] = binding.gateway.split('/');
    return [
      {
        name: options.names.container(namespace, `${gateway}-${sockets.map(describeSocket).join('-')}`),
        object: gateway,
        aliases: [],
        ports: { [inside]: inside },
        published: { [inside]: sockets },
      },
    ];
  });
  const direct = new Set(
    sandbox.network.services.filter((service) => isDirect(service, sandbox.network)).map(serviceKey),
  );
  const named = desired.services
    .filter((service) => !direct.has(serviceKey(service)) || !isDirect(service, desired))
    .map((service) => forwarderOf(service, desired, options));
  return [...late, ...named];
}

/** `name`, `name.namespace`, … as a cluster's DNS knows a Service. */
export function dnsNames({
  name,
  namespace,
}: {
  readonly name: string;
  readonly namespace: string;
}): string[] {
  const full = `${name}.${namespace}`;
  return [name, full, `${full}.svc`, `${full}.svc.cluster.local`];
}

function forwarderOf(
  service: ProxyService,
  { bindings }: ProxyNetwork,
  { names }: ProxyOptions,
): ForwarderSpec {
  const own = bindings.filter(({ gateway }) => gateway === service.gateway);
  const ports = Object.fromEntries(own.map(({ port, bind }) => [port, bind[0]?.port ?? port]));
  const [namespace = ''] = service.gateway.split('/');
  // The ports are part of the name: others are another container.
  const text = Object.entries(ports).map(([port, inside]) => `${port}-${inside}`);
  return {
    name: names.container(namespace, ['svc', service.name, ...text].join('-')),
    object: service.name,
    aliases: dnsNames(service),
    ports,
    published: {},
  };
}

/** Whether a Gateway's ports are the same inside as they are declared. */
function isDirect({ gateway }: ProxyService, { bindings }: ProxyNetwork): boolean {
  const own = bindings.filter((binding) => binding.gateway === gateway);
  return own.length > 0 && own.every(({ port, bind }) => bind[0]?.port === port);
}

function publishedPorts(bindings: readonly Binding[]): Readonly<Record<number, readonly SocketAddress[]>> {
  const ports: Record<number, readonly SocketAddress[]> = {};
  for (const { bind, published = [] } of bindings) {
    const inside = bind[0]?.port;
    if (inside !== undefined) ports[inside] = [...(ports[inside] ?? []), ...published];
  }
  return ports;
}

function socketKeys(binding: Binding): readonly string[] {
  return (binding.published ?? []).map((socket) => socketKey(binding, socket));
}

function socketKey({ bind }: Binding, socket: SocketAddress): string {
  return `${describeSocket(socket)}>${bind[0]?.port}`;
}

function describeSocket({ address, port }: SocketAddress): string {
  return `${address.replaceAll(':', '')}-${port}`;
}

function serviceKey({ gateway, namespace, name }: ProxyService): string {
  return `${gateway} ${namespace}/${name}`;
}
