import type { SessionEvent } from './events.ts';

/**
 * The latest events, oldest first. Bounded: a long-running instance forgets the oldest, and a reader that asks for
 * them is told the first one that is still there by its `seq`.
 */
export class EventLog {
  readonly #capacity: number;
  #events: SessionEvent[] = [];

  /** `capacity`: how many events are kept at least. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  append(events: readonly SessionEvent[]): void {
    for (const event of events) this.#events.push(event);
    // Trimming in bulk keeps the amortised cost of an append constant.
    if (this.#events.length > this.#capacity * 2) this.#events = this.#events.slice(-this.#capacity);
  }

  /** All kept events with a `seq` greater than the given one. */
  since(seq: number): readonly SessionEvent[] {
    const first = this.#events[0];
    if (first === undefined) return [];
    // Sequence numbers have no gaps, so the position follows from the number.
    return this.#events.slice(Math.max(0, seq + 1 - first.seq));
  }

  bySeq(seq: number): SessionEvent | undefined {
    const first = this.#events[0];
    return first === undefined ? undefined : this.#events[seq - first.seq];
  }
}
