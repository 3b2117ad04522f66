import {
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  ServerResponse,
} from 'node:http';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { BehaviourSwitch } from '../behaviour.ts';
import { type Exchange, exchangeOf } from '../exchange.ts';
import { type Handler, lazyHttp2, requestListener, runHandler } from '../http-port.ts';
import { http1Server, type Listeners, sniffingServer } from '../listeners.ts';
import type { SampleAppOptions } from '../sample-app.ts';
import { type EchoContext, echo } from './echo-handler.ts';
import { identityOf } from './identity.ts';
import { portOf } from './ports.ts';
import { RetrySimulation } from './retry-simulation.ts';
import { type KeyPair, keyPairOf } from './tls.ts';

/** echo-basic's default mode: HTTP/1.1, h2c, HTTPS where a certificate is given, and WebSocket on `/ws`. */
export async function startHttpMode(
  options: SampleAppOptions,
  listeners: Listeners,
  behaviour: BehaviourSwitch,
): Promise<void> {
  const { env, files, log } = options;
  const httpPort = portOf(env, 'HTTP_PORT', 3000);
  const h2cPort = portOf(env, 'H2C_PORT', 3001);
  const httpsPort = portOf(env, 'HTTPS_PORT', 8443);
  const keyPair = keyPairOf(env, files, {
    cert: 'TLS_SERVER_CERT',
    key: 'TLS_SERVER_PRIVKEY',
    clientCa: 'TLS_CLIENT_CACERTS',
  });
  const context: EchoContext = { identity: identityOf(env), httpPort: String(httpPort), log };
  const routed = behaviour.wrap(routes(context));
  const h2cOnly = behaviour.wrap((exchange) => {
    const isH2c = exchange.proto === 'HTTP/2.0' || exchange.header('upgrade') === 'h2c';
    return isH2c ? echo(exchange, context) : exchange.respond(400, [], 'Expected h2c request');
  });

  const started = [listeners.listen(webServer(routed), httpPort)];
  log(`Starting server, listening on port ${httpPort} (http)`);
  started.push(
    listeners.listen(sniffingServer(http1Server(requestListener(h2cOnly)), lazyHttp2(h2cOnly)), h2cPort),
  );
  log(`Starting server, listening on port ${h2cPort} (h2c)`);
  if (keyPair !== undefined) {
    started.push(listeners.listen(await httpsServer(routed, keyPair), httpsPort));
    log(`Starting server, listening on port ${httpsPort} (https)`);
  }
  const taken = new Set([httpPort, h2cPort, ...(keyPair === undefined ? [] : [httpsPort])]);
  for (const port of new Set(options.ports)) {
    if (taken.has(port)) continue;
    started.push(listeners.listen(sniffingServer(webServer(routed), lazyHttp2(routed)), port));
    log(`Starting server, listening on port ${port} (http)`);
  }
  await Promise.all(started);
}

function routes(context: EchoContext): Handler {
  const retries = new RetrySimulation();
  return (exchange) => {
    if (exchange.path.startsWith('/status/')) return respondStatus(exchange);
    if (exchange.path.startsWith('/retry/')) return retries.handle(exchange, (again) => echo(again, context));
    if (exchange.path === '/ws') return exchange.respond(400, [], 'Expected a WebSocket handshake');
    return echo(exchange, context);
  };
}

/** `/status/NNN`; the whole request target counts, so a query makes it a bad request, as in echo-basic. */
function respondStatus(exchange: Exchange): void {
  const code = Number(/^\/status\/(\d\d\d)$/.exec(exchange.uri)?.[1] ?? '400');
  if (code < 100 || code > 599) exchange.reset();
  // Informational responses are followed by a final one, which is 200.
  else exchange.respond(Math.max(code, 200), [], '');
}

/** HTTP/1.1 with WebSocket on `/ws`; any other upgrade is answered as if none had been asked for. */
function webServer(handler: Handler): HttpServer {
  const listener = requestListener(handler);
  const server = http1Server(listener);
  server.on('upgrade', (request, socket, head) => upgrade({ request, socket, head }, listener));
  return server;
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

function upgrade({ request, socket, head }: Upgrade, otherwise: RequestListener): void {
  const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
  if (isWebSocket && request.url?.split('?')[0] === '/ws') {
    import('./web-socket.ts').then(
      ({ echoWebSocket }) => echoWebSocket(request, socket, head),
      () => socket.destroy(),
    );
    return;
  }
  const response = new ServerResponse(request);
  response.assignSocket(request.socket);
  response.shouldKeepAlive = false;
  response.on('finish', () => socket.end());
  otherwise(request, response as Parameters<RequestListener>[1]);
}

/** TLS with ALPN `h2` and `http/1.1`; a client certificate is checked where one is given, and never required. */
async function httpsServer(handler: Handler, { cert, key, clientCa }: KeyPair): Promise<Server> {
  const { createSecureServer } = await import('node:http2');
  const verify = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  const server = createSecureServer({ allowHTTP1: true, cert, key, ...verify }, (request, response) =>
    runHandler(handler, exchangeOf(request, response)),
  );
  server.on('secureConnection', (socket: TLSSocket) => {
    if (clientCa === undefined || socket.authorized) return;
    if (Object.keys(socket.getPeerCertificate()).length > 0) socket.destroy();
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    upgrade({ request, socket, head }, requestListener(handler)),
  );
  return server;
}
