import { createServer, type Server, type Socket } from 'node:net';
import type { SocketAddress } from '../model/address.ts';

/** Accepts connections at once and keeps them, unread, until somebody takes them. */
export class ConnectionQueue {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #waiting: Socket[] = [];
  #take: ((connection: Socket) => void) | undefined;

  /** @param onFirst called at the first connection */
  constructor(onFirst: () => void) {
    this.#server = createServer({ noDelay: true, pauseOnConnect: true }, (connection) => {
      this.#open.add(connection);
      // Without a listener a client that resets its connection would end the program.
      connection.on('error', () => connection.destroy());
      connection.once('close', () => this.#open.delete(connection));
      onFirst();
      if (this.#take === undefined) this.#waiting.push(connection);
      else this.#take(connection);
    });
  }

  /** Listens; port 0 is a free one. Answers the port. */
  listen({ address, port }: SocketAddress): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: address, port }, () => {
        const bound = this.#server.address();
        resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
      });
    });
  }

  /** Hands over what waits, and from now on every connection as it comes. */
  serve(take: (connection: Socket) => void): void {
    this.#take = take;
    for (const connection of this.#waiting.splice(0)) if (!connection.destroyed) take(connection);
  }

  /** Accepts no more and closes what was not taken. */
  stop(): void {
    this.#server.close();
    for (const connection of this.#waiting.splice(0)) connection.destroy();
  }

  /** Cuts all connections that are still there. */
  cut(): void {
    for (const connection of this.#open) connection.destroy();
  }
}
