import type { Exchange } from '../exchange.ts';
import { delay, respondError } from './echo-handler.ts';

/**
 * `/retry/…?uuid=…&succeedAfter=N`: fails the first N attempts of a uuid, then passes the request on. A failure is
 * `responseCode` where the query has one, else a connection reset; `delayRetry` comes before it. Attempts are handled
 * one at a time, as in echo-basic.
 */
export class RetrySimulation {
  readonly #attempts = new Map<string, number>();
  #last: Promise<void> = Promise.resolve();

  handle(exchange: Exchange, succeed: (exchange: Exchange) => Promise<void>): Promise<void> {
    const uuid = exchange.query.get('uuid') ?? '';
    const succeedAfter = exchange.query.get('succeedAfter') ?? '';
    if (uuid === '') return Promise.resolve(exchange.respond(400, [], 'uuid is required'));
    if (!/^[+-]?\d+$/.test(succeedAfter)) {
      return Promise.resolve(exchange.respond(400, [], 'succeedAfter is required'));
    }
    const turn = this.#last.then(async () => {
      const attempts = this.#attempts.get(uuid) ?? 0;
      if (attempts >= Number(succeedAfter)) return succeed(exchange);
      this.#attempts.set(uuid, attempts + 1);
      await fail(exchange);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

async function fail(exchange: Exchange): Promise<void> {
  const error = await delay(exchange.query.get('delayRetry'));
  if (error !== undefined) return respondError(exchange, error);
  const code = exchange.query.get('responseCode') ?? '';
  if (/^\d{3}$/.test(code)) exchange.respond(Number(code), [], '');
  else if (!exchange.reset()) respondError(exchange, 'response writer does not support hijacking');
}
