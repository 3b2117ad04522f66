import type { ObservedState } from '../runtime/runtime.ts';
import type { TranslateInput, Translation } from '../translate/translation.ts';
import type { Effect } from './effects.ts';
import { EventLog } from './event-log.ts';
import type { SessionEvent } from './events.ts';
import type { SessionInput } from './inputs.ts';
import { reduce, type Step } from './reduce.ts';
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
  readonly #watchers = new Set<() => void>();
  readonly #log = new EventLog(keptEvents);
  #state: SessionState;
  #queue: SessionInput[] = [];
  #isScheduled = false;
  #lastDeriveMs = 0;

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

  /**
   * Calls `listener` after each step that had events or that changed what an object shows: some of what pods and Envoys do
   * is no event. Returns what ends it.
   */
  onChange(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Reduces what is queued, now: for the start, where a turn of the event loop counts. */
  flush(): void {
    this.#drain();
  }

  /** What an effect posts at once is taken at once: another step of the start need not wait for its turn. */
  #drain(): void {
    this.#isScheduled = false;
    const inputs = this.#queue;
    this.#queue = [];
    if (inputs.length === 0) return;
    const step = this.#tryReduce(inputs);
    if (step.type === 'done') this.#commit(step.step);
    else for (const input of inputs) this.#takeAlone(input);
  }

  #reduce(inputs: readonly SessionInput[]): Step {
    const { now, observe, translate } = this.#edges;
    const nowMs = now();
    const lastDeriveMs = this.#lastDeriveMs;
    const step = reduce(this.#state, inputs, { nowMs, observed: observe(), translate, lastDeriveMs });
    if (step.state.derivedAtMs === nowMs) this.#lastDeriveMs = now() - nowMs;
    return step;
  }

  #tryReduce(inputs: readonly SessionInput[]): Attempt {
    try {
      return { type: 'done', step: this.#reduce(inputs) };
    } catch (error) {
      return { type: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
  }

  /**
   * A fault of our own must not end what serves: reducing is pure, so the state before it is whole. The input that
   * cannot be taken is left out, and said.
   */
  #takeAlone(input: SessionInput): void {
    const attempt = this.#tryReduce([input]);
    if (attempt.type === 'done') {
      this.#commit(attempt.step);
      return;
    }
    const message = `calb-sim failed at "${input.type}" (${attempt.why}); what served before goes on serving`;
    const hint = 'this is a fault of calb-sim: please report it with the files that were saved';
    this.#commit(this.#reduce([{ type: 'problem', message, hint }]));
  }

  #commit({ state, events, effects }: Step): void {
    const isVisible = events.length > 0 || changesObjects(this.#state, state);
    this.#state = state;
    this.#log.append(events);
    for (const effect of effects) this.#edges.run(effect);
    if (events.length > 0) for (const listener of this.#listeners) listener(events, state);
    if (isVisible) for (const watcher of this.#watchers) watcher();
  }
}

type Attempt =
  | { readonly type: 'done'; readonly step: Step }
  | { readonly type: 'failed'; readonly why: string };

/** Whether anything is another reference that objects are shown from. */
function changesObjects(before: SessionState, after: SessionState): boolean {
  const parts = ['store', 'expansion', 'workloads', 'bindings', 'observed', 'leaving', 'tenants'] as const;
  return parts.some((part) => before[part] !== after[part]);
}
