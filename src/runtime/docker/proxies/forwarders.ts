import type { SocketAddress } from '../../../model/address.ts';
import type { ProxyNetwork } from '../../runtime.ts';
import type { RunningContainer } from '../containers.ts';
import { startForwarder } from './forwarder.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { forwardersFor, type Sandbox } from './sandbox.ts';

/** Ports and names of a tenant that its sandbox does not have. */
export class Forwarders {
  readonly #options: ProxyOptions;
  readonly #running = new Map<string, RunningContainer>();

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /**
   * Starts what is missing and ends what is no longer wanted.
   *
   * @returns sockets of this machine that were added
   * @throws the engine's error
   */
  async put(network: ProxyNetwork, sandbox: Sandbox): Promise<readonly SocketAddress[]> {
    const added: SocketAddress[] = [];
    const { containers, images } = this.#options;
    const specs = forwardersFor(network, sandbox, this.#options);
    const wanted = new Set(specs.map(({ name }) => name));
    const { cell } = sandbox;
    for (const [name, container] of this.#running) {
      if (wanted.has(name)) continue;
      this.#running.delete(name);
      await container.remove();
      cell.releaseAddress(`forwarder/${name}`);
    }
    const target = sandbox.container.address;
    for (const spec of specs) {
      if (this.#running.has(spec.name)) continue;
      const container = await startForwarder(spec, { containers, image: images.node, cell, target });
      this.#running.set(spec.name, container);
      added.push(...Object.values(spec.published).flat());
      void container.ended.then(() => {
        if (this.#running.get(spec.name) === container) this.#running.delete(spec.name);
      });
    }
    return added;
  }

  async close(): Promise<void> {
    const all = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(all.map((container) => container.remove()));
  }
}
