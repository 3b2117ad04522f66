import type { Exchange, HeaderField } from '../exchange.ts';

/**
 * `/status/N`, or `/status/200:0.9,500:0.1` for a weighted choice. Redirects get a `Location`, 401 its challenge, as in
 * httpbin.
 */
export function respondStatus(exchange: Exchange, codes: string): void {
  const choices = codes.split(',').map((choice) => {
    const [code = '', weight = '1'] = choice.split(':');
    return { code: Number(code), weight: Number(weight) };
  });
  const isValid = choices.every(
    ({ code, weight }) => Number.isInteger(code) && code >= 200 && code <= 599 && weight >= 0,
  );
  if (!isValid) {
    exchange.respond(400, [['Content-Type', 'text/plain']], 'Invalid status code\n');
    return;
  }
  const code = choose(choices);
  exchange.respond(code, headersOf(code), '');
}

function choose(choices: readonly { readonly code: number; readonly weight: number }[]): number {
  let left = Math.random() * choices.reduce((sum, { weight }) => sum + weight, 0);
  for (const { code, weight } of choices) {
    left -= weight;
    if (left < 0) return code;
  }
  return choices.at(-1)?.code ?? 200;
}

function headersOf(code: number): readonly HeaderField[] {
  if ([301, 302, 303, 305, 307].includes(code)) return [['Location', '/redirect/1']];
  if (code === 401) return [['WWW-Authenticate', 'Basic realm="Fake Realm"']];
  return [['Content-Type', 'text/html; charset=utf-8']];
}
