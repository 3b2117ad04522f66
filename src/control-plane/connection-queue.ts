import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../model/address.ts';

/** Envoys in containers are other users; who may open it is decided by its folder. */
const socketMode = 0o666;

/** Accepts connections at once and keeps them, unread, until somebody takes them. */
export class ConnectionQueue {
  readonly #servers: Server[] = [];
  readonly #onFirst: () => void;
  readonly #open = new Set<Socket>();
  #waiting: Socket[] = [];
  #take: ((connection: Socket) => void) | undefined;

  /** @param onFirst called at the first connection */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  /** Listens at one more place; port 0 is a free one. Answers where. */
  listen(at: Address): Promise<Address> {
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (connection) =>
      this.#accept(connection),
    );
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      if ('path' in at) {
        // What an instance of this name left when it was killed.
        rmSync(at.path, { force: true });
        server.listen({ path: at.path }, () => {
          chmodSync(at.path, socketMode);
          resolve(at);
        });
      } else {
        server.listen({ host: at.address, port: at.port }, () => {
          const bound = server.address();
          resolve(typeof bound === 'object' && bound !== null ? { ...at, port: bound.port } : at);
        });
      }
    });
  }

  #accept(connection: Socket): void {
    this.#open.add(connection);
    // Without a listener a client that resets its connection would end the program.
    connection.on('error', () => connection.destroy());
    connection.once('close', () => this.#open.delete(connection));
    this.#onFirst();
    if (this.#take === undefined) this.#waiting.push(connection);
    else this.#take(connection);
  }

  /** Hands over what waits, and from now on every connection as it comes. */
  serve(take: (connection: Socket) => void): void {
    this.#take = take;
    for (const connection of this.#waiting.splice(0)) if (!connection.destroyed) take(connection);
  }

  /** Accepts no more and closes what was not taken. */
  stop(): void {
    for (const server of this.#servers) server.close();
    for (const connection of this.#waiting.splice(0)) connection.destroy();
  }

  /** Cuts all connections that are still there. */
  cut(): void {
    for (const connection of this.#open) connection.destroy();
  }
}
