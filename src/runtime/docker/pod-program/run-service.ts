import { createInterface } from 'node:readline';
import { PortForwarder } from '../../port-forwarder.ts';
import type { DesiredServicePort } from '../../runtime.ts';
import { exitOnSignal } from './exit-on-signal.ts';
import type { ServiceOrder, ServiceReply } from './service-protocol.ts';

/**
 * A ClusterIP: listens on the ports that the last {@link ServiceOrder} named, hands each connection to the next target,
 * and refuses where there is none. Ends with its standard input.
 */
export function runService(): void {
  exitOnSignal();
  const service = new ServicePorts();
  let applied = 0;
  let turn = Promise.resolve();
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      turn = turn.then(async () => {
        const failed = await service.put(portsOf(line));
        applied += 1;
        const reply: ServiceReply = { applied, ...(failed.length > 0 && { failed }) };
        process.stdout.write(`${JSON.stringify(reply)}\n`);
      });
    })
    .on('close', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
}

function portsOf(line: string): readonly DesiredServicePort[] {
  const { ports } = JSON.parse(line) as ServiceOrder;
  return ports;
}

/** All ports of one Service, on every address of its container. */
class ServicePorts {
  readonly #ports = new Map<number, PortForwarder>();

  /** Makes `wanted` what the Service has; answers the ports that could not be bound. */
  async put(wanted: readonly DesiredServicePort[]): Promise<NonNullable<ServiceReply['failed']>> {
    const kept = new Set(wanted.map(({ port }) => port));
    for (const [port, forwarder] of this.#ports) {
      if (kept.has(port)) continue;
      forwarder.setTargets([]);
      this.#ports.delete(port);
    }
    const outcomes = await Promise.all(wanted.map((port) => this.#put(port)));
    return outcomes.filter((outcome) => outcome !== undefined);
  }

  async #put({ port, targets }: DesiredServicePort) {
    const forwarder = this.#ports.get(port) ?? new PortForwarder({ address: '0.0.0.0', port });
    this.#ports.set(port, forwarder);
    forwarder.setTargets(targets);
    try {
      await forwarder.listenWhenNeeded();
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { port, message, ...(code !== undefined && { code }) };
    }
  }
}
