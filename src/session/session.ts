import type { ObservedState } from '../runtime/runtime.ts';
import type { TranslateInput, Translation } from '../translate/translation.ts';
import type { Effect } from './effects.ts';
import { EventLog } from './event-log.ts';
import type { SessionEvent } from './events.ts';
import type { SessionInput } from './inputs.ts';
import { reduce } from './reduce.ts';
import type { SessionState } from './state.ts';

/** What connects a session to the world. */
export interface SessionEdges {
  readonly now: () => number;
  readonly observe: () => ObservedState;
  readonly translate: (input: TranslateInput) => Translation;
  /** Starts an effect and returns at once; what comes of it is posted back as an input. */
  readonly run: (effect: Effect) => void;
}

/** Readers of the event stream get whole steps: the events and the state that they led to. */
export type SessionListener = (events: readonly SessionEvent[], state: SessionState) => void;

/** How many events a reader who comes late can still see. */
const keptEvents = 5000;

/**
 * The only place where state changes: inputs are queued, taken in batches, reduced in order, and the effects started.
 * Everything shown anywhere is read from its state or its event stream.
 */
export class Session {
  readonly #edges: SessionEdges;
  readonly #listeners = new Set<SessionListener>();
  readonly #log = new EventLog(keptEvents);
  #state: SessionState;
  #queue: SessionInput[] = [];
  #isScheduled = false;

  constructor(initial: SessionState, edges: SessionEdges) {
    this.#state = initial;
    this.#edges = edges;
  }

  get state(): SessionState {
    return this.#state;
  }

  get log(): EventLog {
    return this.#log;
  }

  /** Queues an input. It is taken soon, together with what else arrives in the same turn of the event loop. */
  post(input: SessionInput): void {
    this.#queue.push(input);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#drain());
  }

  /** Calls `listener` after each step that had events. Returns what ends it. */
  subscribe(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reduces what is queued, now: for the start, where a turn of the event loop counts. */
  flush(): void {
    this.#drain();
  }

  /** What an effect posts at once is taken at once: another step of the start need not wait for its turn. */
  #drain(): void {
    this.#isScheduled = false;
    while (this.#queue.length > 0) {
      const inputs = this.#queue;
      this.#queue = [];
      this.#step(inputs);
    }
  }

  #step(inputs: readonly SessionInput[]): void {
    const { now, observe, translate, run } = this.#edges;
    const step = reduce(this.#state, inputs, { nowMs: now(), observed: observe(), translate });
    this.#state = step.state;
    this.#log.append(step.events);
    for (const effect of step.effects) run(effect);
    if (step.events.length === 0) return;
    for (const listener of this.#listeners) listener(step.events, step.state);
  }
}
