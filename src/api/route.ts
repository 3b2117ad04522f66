import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ApiState } from './api-state.ts';

/** One request to the API, its path already taken apart. */
export interface ApiCall {
  readonly state: ApiState;
  /** Values of the pattern's `:name` segments, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Media type of the body, without parameters; empty when none was given. */
  readonly contentType: string;
  readonly headers: IncomingHttpHeaders;
  /** The whole body as text. Rejects as {@link readBytes} does. */
  readBody(): Promise<string>;
  /** The whole body. Rejects with `BodyTooLargeError` when it is larger than an API server takes (3 MiB). */
  readBytes(): Promise<Buffer>;
}

/** An answer with a JSON body. */
export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
  /** The body as JSON, where it is known already. */
  readonly text?: string;
  /** Default: `application/json`. */
  readonly contentType?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** An answer: a JSON body, or a stream that the handler writes itself. */
export type Reply =
  | JsonReply
  /** `run` writes until the response is closed. */
  | { readonly stream: (response: ServerResponse) => void };

export type Handler = (call: ApiCall) => Reply | Promise<Reply>;

/** A line of the route table. Segments that begin with `:` match any one segment. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  readonly pattern: string;
  readonly handler: Handler;
}
