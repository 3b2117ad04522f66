import type { SocketAddress } from '../../../model/address.ts';
import type { Cell } from '../cells.ts';
import type { Containers, RunningContainer } from '../containers.ts';
import { containerUsers } from '../images/base-files.ts';
import { podCommand } from '../pod-program/pod-command.ts';
import type { ServiceOrder } from '../pod-program/service-protocol.ts';

/** A way to a tenant's Envoy that its own container does not have: another published port, or another name. */
export interface ForwarderSpec {
  readonly name: string;
  /** What it is for: the Gateway. */
  readonly object: string;
  readonly aliases: readonly string[];
  /** Port of the forwarder → port of Envoy. */
  readonly ports: Readonly<Record<number, number>>;
  readonly published: Readonly<Record<number, readonly SocketAddress[]>>;
}

export interface ForwarderOptions {
  readonly containers: Containers;
  readonly image: string;
  readonly cell: Cell;
  /** Envoy's address in the cell's network. */
  readonly target: string;
}

/**
 * Starts a container that hands connections to Envoy. Ports and names belong to a container for as long as it lives, so
 * that new ones come as another container: nothing is taken away from those that are connected.
 *
 * @throws the engine's error
 */
export async function startForwarder(
  spec: ForwarderSpec,
  options: ForwarderOptions,
): Promise<RunningContainer> {
  const { containers, image, cell, target } = options;
  const { Entrypoint, Cmd } = podCommand({ type: 'service' });
  const container = await containers.run({
    role: 'service',
    name: spec.name,
    namespace: cell.namespace,
    object: spec.object,
    image,
    ...{ entrypoint: Entrypoint, command: Cmd },
    user: containerUsers.app,
    stdin: true,
    pidOf: cell.guard.id,
    network: {
      ...{ type: 'own', network: cell.network.id, aliases: spec.aliases, published: spec.published },
      address: cell.addressFor(`forwarder/${spec.name}`),
    },
    ...{ memoryBytes: 64 * 2 ** 20, pids: 32 },
  });
  const order: ServiceOrder = {
    ports: Object.entries(spec.ports).map(([port, of]) => ({
      port: Number(port),
      targets: [{ address: target, port: of }],
    })),
  };
  const applied = new Promise<void>((resolve) => {
    container.onLine((line) => {
      if (line.includes('"applied"')) resolve();
    });
    void container.ended.then(() => resolve());
  });
  container.stdin?.write(`${JSON.stringify(order)}\n`);
  await applied;
  return container;
}
