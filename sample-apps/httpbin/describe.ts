import type { Exchange } from '../exchange.ts';
import { canonicalHeaderName } from '../header-names.ts';

/** Values by name: one value as itself, several as a list, as httpbin shows them. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

/** What httpbin tells about any request. */
export interface RequestDescription {
  readonly args: Values;
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly url: string;
  readonly [key: string]: unknown;
}

/** Headers of the way to the server, which httpbin does not show unless the query has `show_env`. */
const environmentHeaders = new Set([
  'X-Varnish',
  'X-Request-Start',
  'X-Heroku-Queue-Depth',
  'X-Real-Ip',
  'X-Forwarded-Proto',
  'X-Forwarded-Protocol',
  'X-Forwarded-Ssl',
  'X-Forwarded-Port',
]);

/** `args`, `headers`, `origin` and `url` of a request. */
export function describeRequest(exchange: Exchange): RequestDescription {
  const remote = exchange.remote.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const scheme = exchange.header('x-forwarded-proto') ?? (exchange.tls === undefined ? 'http' : 'https');
  return {
    args: toValues(exchange.query),
    headers: shownHeaders(exchange),
    origin: exchange.header('x-forwarded-for') ?? remote,
    url: `${scheme}://${exchange.host}${exchange.uri}`,
  };
}

function shownHeaders(exchange: Exchange): Record<string, string> {
  const showsAll = exchange.query.has('show_env');
  const headers: Record<string, string> = exchange.host === '' ? {} : { Host: exchange.host };
  for (const [name, value] of exchange.headers) {
    const key = canonicalHeaderName(name);
    if (environmentHeaders.has(key) && !showsAll) continue;
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
}

/** `data`, `files`, `form` and `json` of a request's body. */
export async function describeBody(exchange: Exchange): Promise<Readonly<Record<string, unknown>>> {
  const body = await exchange.readBody();
  const type = exchange.header('content-type') ?? '';
  if (/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
    const fields = await parseForm(body, type);
    if (fields !== undefined) return { data: '', ...fields, json: null };
  }
  const data = toText(body);
  return { data, files: {}, form: {}, json: parseJson(data) };
}

async function parseForm(
  body: Buffer,
  type: string,
): Promise<{ readonly form: Values; readonly files: Values } | undefined> {
  try {
    const form: [string, string][] = [];
    const files: [string, string][] = [];
    const parsed = await new Response(body, { headers: { 'content-type': type } }).formData();
    for (const [name, value] of parsed) {
      if (typeof value === 'string') form.push([name, value]);
      else files.push([name, toText(Buffer.from(await value.arrayBuffer()))]);
    }
    return { form: toValues(form), files: toValues(files) };
  } catch {
    return undefined;
  }
}

function toValues(pairs: Iterable<readonly [string, string]>): Values {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    else values.set(name, [...(typeof before === 'string' ? [before] : before), value]);
  }
  return Object.fromEntries(values);
}

/** A body as text; what is not UTF-8 as a data URL, as in httpbin. */
function toText(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return `data:application/octet-stream;base64,${body.toString('base64')}`;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
