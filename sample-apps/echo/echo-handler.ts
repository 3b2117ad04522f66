import { type Exchange, type HeaderField, isSendable } from '../exchange.ts';
import { canonicalHeaderName } from '../header-names.ts';
import { parseGoDuration } from './go-duration.ts';
import type { Identity } from './identity.ts';
import { tlsAssertions } from './tls.ts';

/** What an echo needs to know about its pod. */
export interface EchoContext {
  readonly identity: Identity;
  /** Value of HTTP_PORT, whatever port the request came to. */
  readonly httpPort: string;
  log(line: string): void;
}

const jsonHeaders: readonly HeaderField[] = [
  ['Content-Type', 'application/json'],
  ['X-Content-Type-Options', 'nosniff'],
];

/** Answers a request with a description of it, as echo-basic does. */
export async function echo(exchange: Exchange, context: EchoContext): Promise<void> {
  context.log(`Echoing back request made to ${exchange.uri} to client (${exchange.remote})`);
  const error = exchange.uri.includes('delay=') ? await delay(exchange.query.get('delay')) : undefined;
  if (error !== undefined) return respondError(exchange, error);
  const body = {
    path: exchange.uri,
    host: exchange.host,
    method: exchange.method,
    proto: exchange.proto,
    headers: headerLists(exchange.headers),
    httpPort: context.httpPort,
    ...context.identity,
    ...(exchange.tls === undefined ? {} : { tls: tlsAssertions(exchange.tls) }),
  };
  exchange.respond(200, [...requestedHeaders(exchange), ...jsonHeaders], goJson(body));
}

/** Waits for a Go duration; gives the error text of one that cannot be parsed. An absent one is no wait. */
export async function delay(duration: string | null): Promise<string | undefined> {
  if (duration === null || duration === '') return undefined;
  const parsed = parseGoDuration(duration);
  if ('error' in parsed) return parsed.error;
  if (parsed.ms > 0) await new Promise((resolve) => setTimeout(resolve, parsed.ms));
  return undefined;
}

/** echo-basic's answer to what it cannot do. */
export function respondError(exchange: Exchange, message: string): void {
  exchange.respond(500, jsonHeaders, goJson({ message }));
}

/** Canonical name → values, names sorted as Go's encoder sorts them. */
function headerLists(headers: readonly HeaderField[]): Record<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = canonicalHeaderName(name);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [value]);
    else list.push(value);
  }
  return Object.fromEntries([...lists].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Response headers that the client asked for: `X-Echo-Set-Header: name:value,name2:value2`. Those that cannot be sent
 * are left out, as Go's server does.
 */
function requestedHeaders(exchange: Exchange): readonly HeaderField[] {
  if (exchange.header('x-echo-set-header') === undefined) return [];
  const wanted = new Map<string, string>();
  for (const [name, list] of exchange.headers) {
    if (canonicalHeaderName(name) !== 'X-Echo-Set-Header') continue;
    for (const pair of list.split(',')) {
      const [key = '', ...rest] = pair.trim().split(':');
      if (key === '') continue;
      const value = rest.join(':').trim();
      const before = wanted.get(key);
      wanted.set(key, before === undefined ? value : `${before},${value}`);
    }
  }
  return [...wanted].filter(isSendable);
}

/** JSON as Go's encoder writes it with an indent of one space: characters that matter in HTML are escaped. */
function goJson(value: unknown): string {
  const json = JSON.stringify(value, undefined, 1);
  if (!/[<>&\u2028\u2029]/.test(json)) return json;
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
