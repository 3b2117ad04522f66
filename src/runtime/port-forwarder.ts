import { connect, createServer, type Server, type Socket } from 'node:net';
import { formatSocketAddress, type SocketAddress } from '../model/address.ts';

/**
 * One port of a Service's own address: each connection goes to the next target; without targets the port refuses
 * connections; connections to a target that is gone are cut.
 */
export class PortForwarder {
  /** What is bound. */
  readonly real: SocketAddress;
  #server: Server | undefined;
  #targets: readonly SocketAddress[] = [];
  #next = 0;
  /** Open connections by target. */
  readonly #connections = new Map<string, Set<Socket>>();

  constructor(real: SocketAddress) {
    this.real = real;
  }

  /** Changes where connections go; without targets the port is closed. */
  setTargets(targets: readonly SocketAddress[]): void {
    this.#targets = targets;
    const kept = new Set(targets.map(formatSocketAddress));
    for (const [target, clients] of this.#connections) {
      if (kept.has(target)) continue;
      for (const client of clients) client.resetAndDestroy();
      this.#connections.delete(target);
    }
    if (targets.length > 0) return;
    // Only a closed socket refuses; an open one without a pod would accept and then hang up.
    this.#server?.close();
    this.#server = undefined;
  }

  /**
   * Binds the port when there are targets and it is not bound yet.
   *
   * @throws the system's error, with `code` and `port`, when it cannot be bound
   */
  listenWhenNeeded(): Promise<void> {
    if (this.#server !== undefined || this.#targets.length === 0) return Promise.resolve();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#forward(client, 0));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        this.#server = undefined;
        reject(Object.assign(error, { port: this.real.port }));
      });
      server.listen({ host: this.real.address, port: this.real.port, exclusive: true }, () => resolve());
    });
  }

  /** Connects a client to the next target; one that refuses is passed over once per client. */
  #forward(client: Socket, failures: number): void {
    const target = this.#targets[this.#next % Math.max(1, this.#targets.length)];
    this.#next += 1;
    if (target === undefined || failures >= this.#targets.length) {
      client.resetAndDestroy();
      return;
    }
    if (failures === 0) client.on('error', () => client.destroy());
    const pod = connect({ host: target.address, port: target.port, allowHalfOpen: true, noDelay: true });
    let isConnected = false;
    const onGone = () => pod.destroy();
    client.once('close', onGone);
    pod.once('connect', () => {
      isConnected = true;
      this.#track(target, client);
      client.pipe(pod);
      pod.pipe(client);
    });
    pod.once('error', () => {
      client.off('close', onGone);
      if (isConnected || client.destroyed) client.resetAndDestroy();
      else this.#forward(client, failures + 1);
    });
    pod.once('close', () => {
      if (isConnected) client.destroy();
    });
  }

  #track(target: SocketAddress, client: Socket): void {
    const key = formatSocketAddress(target);
    // The target may have gone while the connection was being made.
    if (!this.#targets.some((current) => formatSocketAddress(current) === key)) {
      client.resetAndDestroy();
      return;
    }
    const clients = this.#connections.get(key) ?? new Set<Socket>();
    this.#connections.set(key, clients.add(client));
    client.once('close', () => clients.delete(client));
  }
}
