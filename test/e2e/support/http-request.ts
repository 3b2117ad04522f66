import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type RequestOptions, request as secureRequest } from 'node:https';

/** What a test sends; everything that it does not say is what curl would send. */
export interface HttpRequest {
  readonly address: string;
  readonly port: number;
  readonly path?: string;
  readonly method?: string;
  /** `Host`; the address where it is left out. */
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly timeoutMs?: number;
  /** Speaks TLS with this server name, and trusts any certificate. */
  readonly serverName?: string;
  /** Reuses connections; without one each request has its own. */
  readonly agent?: Agent;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly durationMs: number;
}

/** Sends one request over `node:http` or `node:https`. @throws when no complete answer comes. */
export function send(options: HttpRequest): Promise<HttpResponse> {
  const started = performance.now();
  const timeoutMs = options.timeoutMs ?? 10_000;
  const target: RequestOptions = {
    host: options.address,
    port: options.port,
    path: options.path ?? '/',
    method: options.method ?? 'GET',
    agent: options.agent ?? false,
    headers: {
      ...(options.host === undefined ? {} : { host: options.host }),
      ...copyHeaders(options.headers),
    },
    ...(options.serverName === undefined
      ? {}
      : { servername: options.serverName, rejectUnauthorized: false }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (options.serverName === undefined ? request : secureRequest)(target, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          durationMs: performance.now() - started,
        }),
      );
    });
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

function copyHeaders(headers: HttpRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : [...value],
    ]),
  );
}

/** The part of echo-basic's answer that tests read. */
export interface EchoAnswer {
  readonly path: string;
  readonly host: string;
  readonly method: string;
  readonly proto: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly namespace: string;
  readonly ingress: string;
  readonly service: string;
  readonly pod: string;
}

/** The answer of an echo backend. @throws when the answer is not 200 in that shape. */
export function echoed(response: HttpResponse): EchoAnswer {
  if (response.status !== 200)
    throw new Error(`expected 200, got ${response.status}: ${response.body.slice(0, 200)}`);
  return JSON.parse(response.body) as EchoAnswer;
}
