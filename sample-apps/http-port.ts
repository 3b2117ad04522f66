import type { RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { type Exchange, exchangeOf } from './exchange.ts';

/** Answers one request. */
export type Handler = (exchange: Exchange) => void | Promise<void>;

/** Runs a handler; a fault in it is answered 500 with its message. */
export function runHandler(handler: Handler, exchange: Exchange): void {
  const failed = (error: unknown) =>
    exchange.respond(500, [], `${error instanceof Error ? error.message : String(error)}\n`);
  try {
    Promise.resolve(handler(exchange)).catch(failed);
  } catch (error) {
    failed(error);
  }
}

/** A handler as Node's HTTP servers want it. */
export function requestListener(handler: Handler): RequestListener {
  return (request, response) => runHandler(handler, exchangeOf(request, response));
}

/** Makes the HTTP/2 server of a port when the first connection asks for one. */
export function lazyHttp2(handler: Handler): () => Promise<Server> {
  let server: Promise<Server> | undefined;
  return () => {
    server ??= import('node:http2').then(({ createServer }) =>
      createServer((request, response) => runHandler(handler, exchangeOf(request, response))),
    );
    return server;
  };
}
