import type { Readable } from 'node:stream';
import type { SessionEvent } from '../../../src/session/events.ts';
import { patienceMs } from './eventually.ts';

export type EventType = SessionEvent['type'];
export type EventOf<T extends EventType> = SessionEvent & { readonly type: T };

interface Waiter {
  readonly check: (event: SessionEvent) => boolean;
  readonly resolve: () => void;
}

/** What an awaited event must be like. */
export interface Expectation<T extends EventType> {
  readonly where?: (event: EventOf<T>) => boolean;
  /** Only events at or after this place of the stream count; 0 by default: the whole stream. */
  readonly from?: number;
  readonly timeoutMs?: number;
}

/** Collects one JSON object a line, keeps all of them, and lets a test wait for one. */
export class EventStream {
  readonly events: SessionEvent[] = [];
  /** Lines that are no JSON object: a breach of the contract that tests check at the end. */
  readonly strayLines: string[] = [];
  readonly #waiters = new Set<Waiter>();
  #rest = '';
  #ended = false;

  constructor(source: Readable) {
    source.setEncoding('utf8');
    source.on('data', (text: string) => this.#feed(text));
    source.on('close', () => {
      this.#ended = true;
      for (const waiter of this.#waiters) waiter.resolve();
    });
  }

  /** The place where the next event will stand: take it before an edit and wait `from` there. */
  get mark(): number {
    return this.events.length;
  }

  ofType<T extends EventType>(type: T, from = 0): readonly EventOf<T>[] {
    return this.events.slice(from).filter((event): event is EventOf<T> => event.type === type);
  }

  /** The first event of a type that fits, past or to come. @throws when none comes in time or the stream ends. */
  async waitFor<T extends EventType>(type: T, expectation: Expectation<T> = {}): Promise<EventOf<T>> {
    const { where = () => true, from = 0, timeoutMs = patienceMs } = expectation;
    const fits = (event: SessionEvent): event is EventOf<T> =>
      event.type === type && where(event as EventOf<T>);
    const find = () => this.events.slice(from).find(fits);
    const found = find();
    if (found !== undefined) return found;
    await this.#untilOne(fits, timeoutMs);
    const late = find();
    if (late !== undefined) return late;
    throw new Error(
      `no ${type} ${this.#ended ? 'before the stream ended' : `within ${timeoutMs} ms`}\n${this.tail(from)}`,
    );
  }

  #untilOne(check: (event: SessionEvent) => boolean, timeoutMs: number): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter: Waiter = {
        check,
        resolve: () => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve();
        },
      };
      const timer = setTimeout(waiter.resolve, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  /** The last events as text, for a failure's message. */
  tail(from = 0, count = 25): string {
    const shown = this.events.slice(from).filter((event) => event.type !== 'Request');
    return shown
      .slice(-count)
      .map((event) => `  ${JSON.stringify(event).slice(0, 400)}`)
      .join('\n');
  }

  #feed(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    let event: SessionEvent;
    try {
      event = JSON.parse(line) as SessionEvent;
    } catch {
      this.strayLines.push(line);
      return;
    }
    this.events.push(event);
    for (const waiter of this.#waiters) if (waiter.check(event)) waiter.resolve();
  }
}
