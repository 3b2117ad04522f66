import { BehaviourSwitch } from '../behaviour.ts';
import type { Exchange } from '../exchange.ts';
import { type Handler, lazyHttp2, requestListener } from '../http-port.ts';
import { http1Server, Listeners, sniffingServer } from '../listeners.ts';
import type { SampleApp, SampleAppOptions } from '../sample-app.ts';
import { describeBody, describeRequest } from './describe.ts';
import { respondHtml, respondJson } from './respond.ts';
import { respondStatus } from './status.ts';

/** Served when neither `ports` nor `PORT` names one. */
const defaultPort = 8080;

/** Longest `/delay/N`, seconds, as in httpbin. */
const maxDelaySeconds = 10;

/**
 * A stand-in for httpbin: `/get /post /put /patch /delete /headers /ip /user-agent /status/N /delay/N /anything`, with
 * httpbin's JSON. Every port speaks HTTP/1.1 and h2c with prior knowledge.
 *
 * Resolves when all ports accept connections.
 *
 * @throws when a port cannot be bound; nothing is left open then
 */
export async function startHttpbin(options: SampleAppOptions): Promise<SampleApp> {
  const { address, env, log } = options;
  const listeners = new Listeners(address);
  const behaviour = new BehaviourSwitch();
  const handler = behaviour.wrap((exchange) => {
    log(`${exchange.method} ${exchange.uri} ${exchange.proto} (${exchange.remote})`);
    return route(exchange);
  });
  const ports = options.ports.length > 0 ? options.ports : [Number(env.PORT ?? defaultPort)];
  try {
    await Promise.all(
      [...new Set(ports)].map(async (port) => {
        await listeners.listen(
          sniffingServer(http1Server(requestListener(handler)), lazyHttp2(handler)),
          port,
        );
        log(`Listening at: http://${address.includes(':') ? `[${address}]` : address}:${port}`);
      }),
    );
  } catch (error) {
    await listeners.close();
    throw error;
  }
  return {
    get ready() {
      return !listeners.isClosed;
    },
    get ports() {
      return listeners.ports;
    },
    behave: (wanted) => behaviour.set(wanted),
    close: () => listeners.close(),
  };
}

interface Endpoint {
  /** Allowed methods; any where absent. `GET` allows `HEAD`, too. */
  readonly methods?: readonly string[];
  readonly handle: Handler;
}

const withBody: Handler = async (exchange) =>
  respondJson(exchange, { ...describeRequest(exchange), ...(await describeBody(exchange)) });

/** By first path segment. Those that take an argument get it from the path themselves. */
const endpoints: Readonly<Record<string, Endpoint>> = {
  '': { methods: ['GET'], handle: (exchange) => respondHtml(exchange, 200, index) },
  get: { methods: ['GET'], handle: (exchange) => respondJson(exchange, describeRequest(exchange)) },
  post: { methods: ['POST'], handle: withBody },
  put: { methods: ['PUT'], handle: withBody },
  patch: { methods: ['PATCH'], handle: withBody },
  delete: { methods: ['DELETE'], handle: withBody },
  headers: { methods: ['GET'], handle: (e) => respondJson(e, { headers: describeRequest(e).headers }) },
  ip: { methods: ['GET'], handle: (e) => respondJson(e, { origin: describeRequest(e).origin }) },
  'user-agent': {
    methods: ['GET'],
    handle: (e) => respondJson(e, { 'user-agent': e.header('user-agent') ?? null }),
  },
  'status/': { handle: (exchange) => respondStatus(exchange, argument(exchange)) },
  'delay/': { handle: delayed },
  anything: { handle: anything },
  'anything/': { handle: anything },
};

const index = `<!DOCTYPE html>
<title>httpbin (simulated)</title>
<h1>httpbin (simulated)</h1>
<p>/get /post /put /patch /delete /headers /ip /user-agent /status/418 /delay/2 /anything</p>
`;

function route(exchange: Exchange): void | Promise<void> {
  const [, segment = '', rest] = exchange.path.split('/', 3);
  const key = rest === undefined ? segment : `${segment}/`;
  const endpoint = Object.hasOwn(endpoints, key) ? endpoints[key] : undefined;
  if (endpoint === undefined)
    return respondHtml(exchange, 404, '<!DOCTYPE html>\n<title>404 Not Found</title>\n');
  const { methods, handle } = endpoint;
  const method = exchange.method === 'HEAD' ? 'GET' : exchange.method;
  if (methods !== undefined && !methods.includes(method)) {
    return respondHtml(exchange, 405, '<!DOCTYPE html>\n<title>405 Method Not Allowed</title>\n', [
      ['Allow', [...methods, 'HEAD', 'OPTIONS'].join(', ')],
    ]);
  }
  return handle(exchange);
}

function argument(exchange: Exchange): string {
  return exchange.path.split('/').slice(2).join('/');
}

async function delayed(exchange: Exchange): Promise<void> {
  const seconds = Number(argument(exchange));
  if (!Number.isFinite(seconds) || seconds < 0)
    return respondHtml(exchange, 400, 'the delay is not a number\n');
  await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, maxDelaySeconds) * 1000));
  return withBody(exchange);
}

async function anything(exchange: Exchange): Promise<void> {
  const body = await describeBody(exchange);
  respondJson(exchange, { ...describeRequest(exchange), ...body, method: exchange.method });
}
