import { chmodSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerRequest } from './answer-request.ts';
import type { ApiState } from './api-state.ts';
import { takeUpgrades } from './connect/take-upgrades.ts';
import type { TlsListener, TlsOptions } from './tls-listener.ts';

export interface ApiOptions {
  /** Path of the unix socket; must not exist yet. Its folder should be readable by this user only. */
  readonly socketPath: string;
  readonly state: ApiState;
}

export interface Api {
  /** Serves the same on a loopback port as well. */
  listenTls(options: TlsOptions): Promise<TlsListener>;
  /** Ends all streams and removes the socket. Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves an instance's state over HTTP on a unix socket that only this user can open: Kubernetes' paths and shapes,
 * `/calb/v1/…` for what Kubernetes does not have.
 *
 * @throws when the socket cannot be made
 */
export async function startApi({ socketPath, state }: ApiOptions): Promise<Api> {
  const streams = new Set<ServerResponse>();
  const upgraded = new Set<Duplex>();
  const closer = new AbortController();
  const serving = { state, streams, upgraded, closing: closer.signal };
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    answerRequest(request, response, serving).catch(() => response.destroy());
  });
  const servers: ClosableServer[] = [server];
  takeUpgrades(server, serving);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  chmodSync(socketPath, 0o600);
  let closing: Promise<void> | undefined;
  return {
    async listenTls(options) {
      const { listenTls } = await import('./tls-listener.ts');
      const listener = await listenTls(options, serving);
      servers.push(listener.server);
      if (closer.signal.aborted) {
        listener.server.closeAllConnections();
        await closed(listener.server);
      }
      return listener;
    },
    close() {
      for (const connection of upgraded) connection.destroy();
      closer.abort();
      closing ??= closeAll(servers, streams);
      return closing;
    },
  };
}

/** How long the end of a stream may take to get to a reader that is busy, milliseconds. */
const lastWordsMs = 1000;

/** Pauses between looks for connections over which nothing comes any more, milliseconds. */
const lookMs = 20;

/** A server of Node, over HTTP or TLS. */
type ClosableServer = Pick<Server, 'close' | 'closeAllConnections' | 'closeIdleConnections'>;

/** Streams end as streams do: their readers can tell that from an instance that was killed. */
async function closeAll(
  servers: readonly ClosableServer[],
  streams: ReadonlySet<ServerResponse>,
): Promise<void> {
  const allClosed = Promise.all(servers.map(closed));
  for (const stream of streams) stream.end();
  const untilMs = performance.now() + lastWordsMs;
  const timer = setInterval(() => {
    const isLate = performance.now() >= untilMs;
    for (const server of servers) {
      if (isLate) server.closeAllConnections();
      else server.closeIdleConnections();
    }
  }, lookMs);
  await allClosed;
  clearInterval(timer);
}

/** Takes no new connections; resolves when all have ended. */
function closed(server: ClosableServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
