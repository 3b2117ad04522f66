import type { Exchange } from './exchange.ts';

/**
 * How a simulated backend departs from its normal behaviour. `status`, `delayMs` and `hang` concern all requests but
 * those to the health paths (`/health`, `/healthz`), which obey `healthz` alone: so a pod can fail its clients while
 * its health checks pass, and the other way round.
 */
export interface Behaviour {
  /** Answers with this status (200 to 599) and no content. */
  readonly status?: number;
  /** Waits that long before it answers, milliseconds. */
  readonly delayMs?: number;
  /** Accepts requests and never answers. */
  readonly hang?: boolean;
  /** What health checks get: a status (200 to 599), or no answer at all. */
  readonly healthz?: number | 'hang';
}

/**
 * Where a pod is told how to behave, on any of its HTTP ports: `GET` shows the behaviour in force, `POST` or `PUT` with
 * a JSON {@link Behaviour} replaces it, `DELETE` ends it. Only requests that come to the pod directly count: what came
 * through a proxy (which adds `X-Forwarded-Proto`, `X-Forwarded-For` or `X-Request-Id`) is an ordinary request, so that
 * no client of a gateway can reach it.
 */
export const behaviourPath = '/_calb/behave';

/** The behaviour of one pod, shared by all its ports. */
export class BehaviourSwitch {
  #current: Behaviour = {};

  set(behaviour: Behaviour): void {
    this.#current = behaviour;
  }

  /** Puts the behaviour in front of a handler. */
  wrap(handler: (exchange: Exchange) => void | Promise<void>): (exchange: Exchange) => void | Promise<void> {
    return (exchange) => {
      if (exchange.path === behaviourPath && !cameThroughProxy(exchange)) return this.#control(exchange);
      if (isHealthPath(exchange.path)) return this.#health(exchange);
      const { status, delayMs = 0, hang = false } = this.#current;
      if (hang) return;
      const go = () => (status === undefined ? handler(exchange) : exchange.respond(status, [], ''));
      if (delayMs <= 0) return go();
      return new Promise<void>((resolve) => setTimeout(resolve, delayMs)).then(go);
    };
  }

  #health(exchange: Exchange): void {
    const { healthz = 200 } = this.#current;
    if (healthz === 'hang') return;
    exchange.respond(
      healthz,
      [['Content-Type', 'text/plain; charset=utf-8']],
      healthz < 300 ? 'OK' : 'not OK',
    );
  }

  async #control(exchange: Exchange): Promise<void> {
    if (exchange.method === 'DELETE') this.#current = {};
    else if (exchange.method === 'POST' || exchange.method === 'PUT') {
      const wanted = parseBehaviour((await exchange.readBody()).toString('utf8'));
      if (typeof wanted === 'string') return exchange.respond(400, [], `${wanted}\n`);
      this.#current = wanted;
    } else if (exchange.method !== 'GET')
      return exchange.respond(405, [['Allow', 'GET, POST, PUT, DELETE']], '');
    exchange.respond(200, [['Content-Type', 'application/json']], `${JSON.stringify(this.#current)}\n`);
  }
}

function isHealthPath(path: string): boolean {
  return path === '/healthz' || path === '/health';
}

function cameThroughProxy(exchange: Exchange): boolean {
  return ['x-forwarded-proto', 'x-forwarded-for', 'x-request-id'].some(
    (name) => exchange.header(name) !== undefined,
  );
}

/** A {@link Behaviour}, or what is wrong with the text. Unknown fields are refused: a typo must not pass for success. */
export function parseBehaviour(text: string): Behaviour | string {
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch {
    return 'the body is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'the body is not a JSON object';
  for (const [field, fieldValue] of Object.entries(value)) {
    const problem = fieldProblem(field, fieldValue);
    if (problem !== undefined) return problem;
  }
  return value;
}

function fieldProblem(field: string, value: unknown): string | undefined {
  const isStatus = Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
  switch (field) {
    case 'status':
      return isStatus ? undefined : 'status must be a number from 200 to 599';
    case 'delayMs':
      return typeof value === 'number' && value >= 0 ? undefined : 'delayMs must be a number of milliseconds';
    case 'hang':
      return typeof value === 'boolean' ? undefined : 'hang must be true or false';
    case 'healthz':
      return isStatus || value === 'hang' ? undefined : 'healthz must be a status from 200 to 599 or "hang"';
    default:
      return `unknown field "${field}"; known are status, delayMs, hang and healthz`;
  }
}
