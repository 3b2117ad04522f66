import {
  type IncomingMessage,
  type ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Largest request body that a sample app keeps in memory, bytes; more is cut off. */
const maxBodyBytes = 16 * 1024 * 1024;

/** A header as it goes over the wire. */
export type HeaderField = readonly [name: string, value: string];

/** One request and its response, the same for HTTP/1.1 and HTTP/2. */
export interface Exchange {
  readonly method: string;
  /** The request target as sent, with its query. */
  readonly uri: string;
  /** The target's path, runs of slashes collapsed. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** `HTTP/1.1`, `HTTP/2.0`. */
  readonly proto: string;
  /** `Host` or `:authority`, with its port where one was sent; empty when neither was. */
  readonly host: string;
  /** Headers without `Host` and HTTP/2's pseudo headers, in their order, in the case in which they were sent. */
  readonly headers: readonly HeaderField[];
  /** The client's `address:port`. */
  readonly remote: string;
  /** Set when the connection is encrypted. */
  readonly tls: TLSSocket | undefined;
  /** First value of a header, by its lower-case name. */
  header(name: string): string | undefined;
  readBody(): Promise<Buffer>;
  /** Answers. Header names and values must be valid; see {@link isSendable}. */
  respond(status: number, headers: readonly HeaderField[], body: string): void;
  /** Aborts the connection with a reset. `false` where the protocol has no connection of its own to abort (HTTP/2). */
  reset(): boolean;
}

/** Wraps what Node hands to a request listener. What few handlers ask for is only made when they do. */
export function exchangeOf(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): Exchange {
  return new NodeExchange(request, response);
}

class NodeExchange implements Exchange {
  readonly method: string;
  readonly uri: string;
  readonly path: string;
  readonly #request: IncomingMessage | Http2ServerRequest;
  readonly #response: ServerResponse | Http2ServerResponse;
  readonly #socket: Socket;

  constructor(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) {
    this.#request = request;
    this.#response = response;
    this.#socket = request.socket;
    this.method = request.method ?? 'GET';
    this.uri = request.url ?? '/';
    const question = this.uri.indexOf('?');
    const path = question < 0 ? this.uri : this.uri.slice(0, question);
    this.path = path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
  }

  get query(): URLSearchParams {
    const question = this.uri.indexOf('?');
    return new URLSearchParams(question < 0 ? '' : this.uri.slice(question + 1));
  }

  get proto(): string {
    return `HTTP/${this.#request.httpVersion}`;
  }

  get host(): string {
    return hostOf(this.#request);
  }

  get headers(): readonly HeaderField[] {
    return headerFields(this.#request.rawHeaders);
  }

  get remote(): string {
    return formatRemote(this.#socket);
  }

  get tls(): TLSSocket | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket : undefined;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  readBody(): Promise<Buffer> {
    return readBody(this.#request);
  }

  respond(status: number, headers: readonly HeaderField[], body: string): void {
    respond(this.#response, { status, headers, body });
  }

  reset(): boolean {
    if (this.#request.httpVersionMajor === 2) return false;
    if (this.tls !== undefined) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
    return true;
  }
}

function hostOf(request: IncomingMessage | Http2ServerRequest): string {
  const authority = request.headers[':authority'];
  return typeof authority === 'string' ? authority : (request.headers.host ?? '');
}

/** Go's server moves these out of the headers; nobody behind echo-basic expects them there. */
const notHeaders = new Set(['host', 'transfer-encoding', 'trailer']);

function headerFields(raw: readonly string[]): HeaderField[] {
  const fields: HeaderField[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (name.startsWith(':') || notHeaders.has(name.toLowerCase())) continue;
    fields.push([name, raw[i + 1] ?? '']);
  }
  return fields;
}

/** `address:port` of a socket's other side, with brackets around IPv6. */
export function formatRemote(socket: Socket): string {
  const address = socket.remoteAddress ?? '';
  return address.includes(':') ? `[${address}]:${socket.remotePort}` : `${address}:${socket.remotePort}`;
}

async function readBody(request: IncomingMessage | Http2ServerRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    if (length < maxBodyBytes) chunks.push(bytes);
    length += bytes.length;
  }
  return Buffer.concat(chunks);
}

interface Answer {
  readonly status: number;
  readonly headers: readonly HeaderField[];
  readonly body: string;
}

function respond(response: ServerResponse | Http2ServerResponse, { status, headers, body }: Answer): void {
  if (response.writableEnded || response.destroyed) return;
  const mayHaveBody = status !== 204 && status !== 304;
  response.statusCode = status;
  for (const [name, value] of headers) response.setHeader(name, value);
  if (mayHaveBody) response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(mayHaveBody ? body : '');
}

/** Whether a header can be sent as it is. */
export function isSendable([name, value]: HeaderField): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
