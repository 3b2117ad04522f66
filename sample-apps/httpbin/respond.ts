import type { Exchange, HeaderField } from '../exchange.ts';

/** Answers 200 with JSON as Flask writes it: two spaces, keys sorted, a newline at the end. */
export function respondJson(exchange: Exchange, value: Readonly<Record<string, unknown>>): void {
  exchange.respond(
    200,
    [['Content-Type', 'application/json']],
    `${JSON.stringify(sorted(value), undefined, 2)}\n`,
  );
}

/** Answers with a small page. */
export function respondHtml(
  exchange: Exchange,
  status: number,
  page: string,
  headers: readonly HeaderField[] = [],
): void {
  exchange.respond(status, [['Content-Type', 'text/html; charset=utf-8'], ...headers], page);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
