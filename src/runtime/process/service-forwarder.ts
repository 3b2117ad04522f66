import { PortForwarder } from '../port-forwarder.ts';
import { movedPort } from '../ports/moved-port.ts';
import type { DesiredServicePort } from '../runtime.ts';

/**
 * A Service's own address, as kube-proxy makes one: each connection goes to the next ready pod; without a ready pod
 * the port refuses connections; connections to a pod that is gone are cut.
 */
export class ServiceForwarder {
  readonly #address: string;
  readonly #isShared: boolean;
  readonly #ports = new Map<number, PortForwarder>();

  /** @param isShared whether others use the address too, so that taken ports must move */
  constructor(address: string, isShared: boolean) {
    this.#address = address;
    this.#isShared = isShared;
  }

  get address(): string {
    return this.#address;
  }

  /**
   * Makes `ports` what the Service has. Answers declared port → real port, where they differ.
   *
   * @throws the system's error, with `code` and `port`, when a port cannot be bound
   */
  async put(ports: readonly DesiredServicePort[]): Promise<Readonly<Record<number, number>>> {
    const wanted = new Set(ports.map(({ port }) => port));
    for (const [port, forwarder] of this.#ports) {
      if (wanted.has(port)) continue;
      forwarder.setTargets([]);
      this.#ports.delete(port);
    }
    const moved: Record<number, number> = {};
    for (const { port, targets } of ports) {
      const forwarder = await this.#forwarder(port);
      forwarder.setTargets(targets);
      await forwarder.listenWhenNeeded();
      if (forwarder.real.port !== port) moved[port] = forwarder.real.port;
    }
    return moved;
  }

  close(): void {
    for (const forwarder of this.#ports.values()) forwarder.setTargets([]);
    this.#ports.clear();
  }

  async #forwarder(port: number): Promise<PortForwarder> {
    const known = this.#ports.get(port);
    if (known !== undefined) return known;
    const real = await movedPort({ address: this.#address, port }, this.#isShared);
    const forwarder = new PortForwarder({ address: this.#address, port: real });
    this.#ports.set(port, forwarder);
    return forwarder;
  }
}
