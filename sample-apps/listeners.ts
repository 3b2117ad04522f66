import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';

/** The first bytes of every HTTP/2 connection (RFC 9113, section 3.4). */
const http2Preface = Buffer.from('PRI * HTTP/2.0');

/** All servers and open connections of one sample app, so that closing cuts everything at once. */
export class Listeners {
  readonly #address: string;
  readonly #servers: { close(done: () => void): unknown }[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #ports: number[] = [];
  #isClosed = false;

  constructor(address: string) {
    this.#address = address;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The ports that are bound, in ascending order. */
  get ports(): readonly number[] {
    return [...this.#ports].sort((a, b) => a - b);
  }

  /** Registers something that must be closed, too, and the port that it has bound. */
  add(server: { close(done: () => void): unknown }, port: number): void {
    this.#servers.push(server);
    this.#ports.push(port);
  }

  /** Binds a server. Rejects with the system's error when the port cannot be had. */
  listen(server: Server, port: number): Promise<void> {
    server.on('connection', (socket: Socket) => this.#track(socket));
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.#address, port, backlog: 1024 }, () => {
        server.off('error', reject);
        this.#ports.push(port);
        // Later errors (out of file descriptors …) concern single connections: clients see them as refused.
        server.on('error', () => undefined);
        resolve();
      });
    });
  }

  #track(socket: Socket): void {
    if (this.#isClosed) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }
}

/** An HTTP/1.1 server with the limits of Go's: idle connections stay open, headers may have 1 MiB. */
export function http1Server(listener: RequestListener): HttpServer {
  const server = createHttpServer({ maxHeaderSize: 1024 * 1024, keepAliveTimeout: 0 }, listener);
  server.timeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return server;
}

/**
 * A TCP server that tells HTTP/2 with prior knowledge (h2c) from HTTP/1.1 by the first bytes and hands the connection
 * on. `http2` is asked for when the first such connection comes, so that a pod that never sees one does not load it.
 */
export function sniffingServer(http1: HttpServer, http2: () => Promise<Server>): Server {
  return createTcpServer({ noDelay: true }, (socket) => {
    let start = Buffer.alloc(0);
    const look = (chunk: Buffer) => {
      start = Buffer.concat([start, chunk]);
      const isPreface = start.subarray(0, http2Preface.length).equals(http2Preface.subarray(0, start.length));
      if (isPreface && start.length < http2Preface.length) return;
      socket.off('data', look);
      socket.pause();
      socket.unshift(start);
      if (!isPreface) {
        http1.emit('connection', socket);
        socket.resume();
        return;
      }
      http2().then(
        (server) => server.emit('connection', socket),
        () => socket.destroy(),
      );
    };
    socket.on('data', look);
  });
}
