import type { ServerResponse } from 'node:http';
import type { ApiState } from './api-state.ts';

/** One request to the API, its path already taken apart. */
export interface ApiCall {
  readonly state: ApiState;
  /** Values of the pattern's `:name` segments, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Media type of the body, without parameters; empty when none was given. */
  readonly contentType: string;
  /** The whole body as text. Rejects when it is larger than 1 MiB. */
  readBody(): Promise<string>;
}

/** An answer: a JSON body, or a stream that the handler writes itself. */
export type Reply =
  | { readonly status: number; readonly body: unknown }
  /** `run` writes until the response is closed. */
  | { readonly stream: (response: ServerResponse) => void };

export type Handler = (call: ApiCall) => Reply | Promise<Reply>;

/** A line of the route table. Segments that begin with `:` match any one segment. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  readonly pattern: string;
  readonly handler: Handler;
}
