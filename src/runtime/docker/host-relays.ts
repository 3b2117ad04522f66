import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { hostSocketName } from '../../model/host-socket.ts';
import type { HostTarget } from '../runtime.ts';

/** Envoys are other users; who gets to the socket is decided by its folder, and by what is mounted. */
const socketMode = 0o666;

/** How often a server that is not there is looked for, milliseconds. */
const retryMs = 200;

/** How long a server may keep a connection open that only asked whether it is there, milliseconds. */
const probeMs = 1000;

/** What a connection fails with when nobody listens, on TCP and on a unix socket. */
const refusals = new Set(['ECONNREFUSED', 'ENOENT']);

/**
 * Lets Envoys in containers reach servers of this machine: for each one a unix socket in a folder that the containers
 * see, and behind it a connection to the server for each connection of Envoy. Nothing listens on a network for it.
 */
export class HostRelays {
  readonly #folder: string;
  readonly #relays = new Map<string, Relay>();

  /** @param folder where the sockets are; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Makes these the servers that can be reached. Resolves when all sockets of servers that are there listen; those of
   * the others follow. What is the same is left alone.
   *
   * @throws the system's error when a socket cannot be made
   */
  async put(targets: readonly HostTarget[]): Promise<void> {
    const wanted = new Map(targets.map((target) => [hostSocketName(target), target]));
    for (const [name, relay] of this.#relays) {
      if (wanted.has(name)) continue;
      this.#relays.delete(name);
      relay.close();
    }
    if (wanted.size > 0) mkdirSync(this.#folder, { recursive: true });
    const listening = [...wanted].map(([name, target]) => {
      const known = this.#relays.get(name);
      if (known !== undefined) return known.isSettled;
      const relay = new Relay(join(this.#folder, name), target);
      this.#relays.set(name, relay);
      return relay.isSettled;
    });
    await Promise.all(listening);
  }

  /** Removes all sockets and cuts the connections through them. */
  close(): void {
    for (const relay of this.#relays.values()) relay.close();
    this.#relays.clear();
  }
}

/** One socket and the connections through it. It listens while the server can be reached, so that refusals are such. */
class Relay {
  /** Resolves when it is known whether the server is there, and the socket listens if it is. */
  readonly isSettled: Promise<void>;
  readonly #path: string;
  readonly #target: HostTarget;
  readonly #open = new Set<Socket>();
  #listener: Server | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(path: string, target: HostTarget) {
    this.#path = path;
    this.#target = target;
    this.isSettled = this.#look();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#listener?.close();
    for (const socket of this.#open) socket.destroy();
  }

  async #look(): Promise<void> {
    const isThere = await answers(this.#target);
    if (this.#isClosed) return;
    if (isThere) await this.#listen();
    else this.#retry = setTimeout(() => void this.#look(), retryMs).unref();
  }

  #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => this.#relay(client));
    this.#listener = server;
    // What an instance of this name left when it was killed.
    rmSync(this.#path, { force: true });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#path, () => {
        chmodSync(this.#path, socketMode);
        resolve();
      });
    });
  }

  /** The server is gone: from now on connections are refused, until it is there again. */
  #lost(): void {
    if (this.#listener === undefined || this.#isClosed) return;
    this.#listener.close();
    this.#listener = undefined;
    this.#retry = setTimeout(() => void this.#look(), retryMs).unref();
  }

  /** Each end of a direction is passed on as such: a client that has said everything still gets its answer. */
  #relay(client: Socket): void {
    const server = dial(this.#target);
    server.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (refusals.has(code)) this.#lost();
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(from);
      from.on('error', () => to.destroy());
      from.once('close', () => {
        this.#open.delete(from);
        // Cut off rather than ended: then the other side is too. After an end the answer may still be under way.
        if (!from.readableEnded) to.destroy();
      });
      from.pipe(to);
    }
  }
}

/** Whether a server takes connections. */
function answers(target: HostTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial(target);
    socket.setTimeout(probeMs, () => socket.destroy());
    socket.once('connect', () => {
      socket.resume().end();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function dial(target: HostTarget): Socket {
  if ('path' in target) return connect({ path: target.path, allowHalfOpen: true });
  const { address: host, port } = target;
  return connect({ host, port, allowHalfOpen: true, noDelay: true, autoSelectFamily: true });
}
