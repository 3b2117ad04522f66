import type { SocketAddress } from '../../../model/address.ts';
import type { AddressBook } from '../../ports/addresses.ts';
import { Ports } from '../../ports/ports.ts';
import type { Binding, WantedSocket } from '../../runtime.ts';
import { InsidePorts } from './inside-ports.ts';
import { PublishedProbe, type PublishedProbeOptions } from './published-probe.ts';

export interface DockerPortsOptions extends Omit<PublishedProbeOptions, 'insidePorts'> {
  readonly addresses: AddressBook;
  /** Whether 127.0.0.1 is the only loopback address. */
  readonly isSingleAddress: boolean;
}

/** Envoy listens on all addresses of its own network: nobody but its published ports leads there from this machine. */
const everywhere = '0.0.0.0';

/**
 * Finds addresses and ports that an engine of this machine publishes for Gateways. Inside, where each tenant has a
 * network of its own, Envoy listens on the ports as declared.
 */
export class DockerPorts {
  readonly #ports: Ports;
  readonly #inside = new InsidePorts();
  readonly #translated = new WeakMap<Binding, Binding>();

  constructor({ addresses, isSingleAddress, ...options }: DockerPortsOptions) {
    const probe = new PublishedProbe({ ...options, insidePorts: (gateway) => this.#inside.of(gateway) });
    this.#ports = new Ports({ addresses, isSingleAddress, probe });
  }

  /** See {@link Runtime.reserve}. */
  async reserve(wanted: readonly WantedSocket[]): Promise<readonly Binding[]> {
    this.#inside.put(wanted);
    return this.#translate(await this.#ports.reserve(wanted));
  }

  /** See {@link Ports.retry}. */
  async retry(): Promise<readonly Binding[] | undefined> {
    const bindings = await this.#ports.retry();
    return bindings === undefined ? undefined : this.#translate(bindings);
  }

  /** @param lost a socket of this machine that the engine could not publish */
  async rebind(lost: SocketAddress): Promise<readonly Binding[]> {
    return this.#translate(await this.#ports.rebind(lost));
  }

  #translate(bindings: readonly Binding[]): readonly Binding[] {
    return bindings.map((binding) => {
      const { gateway, port, bind, conflict } = binding;
      if (conflict !== undefined) return binding;
      const inside = { address: everywhere, port: this.#inside.port(gateway, port) };
      const known = this.#translated.get(binding);
      if (known?.bind[0]?.port === inside.port) return known;
      const translated = { ...binding, bind: [inside], published: bind };
      this.#translated.set(binding, translated);
      return translated;
    });
  }
}
