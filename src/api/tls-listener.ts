import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { answerRequest, type Serving, sendReply } from './answer-request.ts';
import { takeUpgrades } from './connect/take-upgrades.ts';
import { failure } from './kube-status.ts';
import type { JsonReply } from './route.ts';

export interface TlsOptions {
  /** PEM texts. */
  readonly certificate: string;
  readonly privateKey: string;
  /** Who knows it owns the instance. */
  readonly token: string;
  /** The port to have where it is free; any other where it is not. */
  readonly preferredPort: number;
}

/** A listener on 127.0.0.1. */
export interface TlsListener {
  readonly port: number;
  readonly server: Server;
}

/** As API servers: clients keep connections between polls. */
const keepAliveMs = 120_000;

/** How long a request may take to arrive, milliseconds. */
const requestMs = 60_000;

/** Serves the API over TLS on a loopback port, to whoever brings the token. */
export async function listenTls(options: TlsOptions, serving: Serving): Promise<TlsListener> {
  const { certificate: cert, privateKey: key, token } = options;
  const isOwner = tokenCheck(token);
  const server = createServer(
    { cert, key, keepAliveTimeout: keepAliveMs, requestTimeout: requestMs, headersTimeout: requestMs },
    (request, response) => {
      const refusal = refusalOf(request, isOwner);
      if (refusal !== undefined) refuse(request, response, refusal);
      else answerRequest(request, response, serving).catch(() => response.destroy());
    },
  );
  takeUpgrades(server, serving, (request) => refusalOf(request, isOwner));
  // A broken handshake or request is its client's affair.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket) => socket.destroy());
  await listen(server, options.preferredPort).catch(() => listen(server, 0));
  const { port } = server.address() as AddressInfo;
  return { port, server };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** A page from elsewhere sends its origin, or reaches a loopback address by a name of its own. */
function refusalOf({ headers }: IncomingMessage, isOwner: (token: string) => boolean): JsonReply | undefined {
  if (headers.origin !== undefined) return failure('Forbidden', 'requests of web pages are not taken');
  if (!isLoopbackName(headers.host ?? '')) {
    return failure('Forbidden', `the host ${JSON.stringify(headers.host ?? '')} is not this machine`);
  }
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return token !== undefined && isOwner(token) ? undefined : failure('Unauthorized', 'Unauthorized');
}

function isLoopbackName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/** Compares in the same time, whatever is wrong. */
function tokenCheck(token: string): (given: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (given) => timingSafeEqual(digest(given), expected);
}

/** What was not read of a refused request is not waited for. */
function refuse(request: IncomingMessage, response: ServerResponse, refusal: JsonReply): void {
  response.setHeader('Connection', 'close');
  if (refusal.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  sendReply(response, refusal);
  request.resume();
}
