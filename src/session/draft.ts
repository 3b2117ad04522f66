import type { Effect } from './effects.ts';
import { type EventBody, eventVersion, type SessionEvent } from './events.ts';
import type { SessionState } from './state.ts';

/** Causes older than that many events are not timed any more. */
const rememberedCauses = 2000;

/** Events that lead to others; the times of the others need not be remembered. */
const causeTypes: ReadonlySet<EventBody['type']> = new Set([
  'FilesChanged',
  'ObjectChanged',
  'Scaled',
  'Asked',
  'PodStarted',
  'PodStopped',
  'ProxyStarted',
]);

/**
 * One step of the session under way: the state so far, with the events and effects that the step has produced. Only
 * `reduce` makes one, and nothing keeps it.
 */
export class Draft {
  /** The state before this step. */
  readonly before: SessionState;
  state: SessionState;
  readonly nowMs: number;
  readonly events: SessionEvent[] = [];
  readonly effects: Effect[] = [];
  /** The event that the current step is about; what follows from it names it as its cause. */
  cause: number | undefined;
  /** The event about each object that was written through the API since what follows was derived, by its name. */
  readonly writes: Map<string, number>;

  constructor(state: SessionState, nowMs: number) {
    this.writes = new Map(state.deferred?.writes);
    this.before = state;
    this.state = state;
    this.nowMs = nowMs;
  }

  update(part: Partial<SessionState>): void {
    this.state = { ...this.state, ...part };
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  /** Adds an event to the stream and returns its `seq`. `atMs` where it happened before now. */
  emit(
    body: EventBody,
    about: {
      readonly tenant?: string | undefined;
      readonly cause?: number | undefined;
      readonly atMs?: number;
    } = {},
  ): number {
    const seq = this.state.nextSeq;
    const atMs = about.atMs ?? this.nowMs;
    this.events.push({
      v: eventVersion,
      seq,
      time: new Date(atMs).toISOString(),
      ...(about.tenant === undefined ? {} : { tenant: about.tenant }),
      ...(about.cause === undefined ? {} : { cause: about.cause }),
      ...body,
    });
    this.update({ nextSeq: seq + 1 });
    if (causeTypes.has(body.type)) this.#remember(seq, atMs);
    return seq;
  }

  #remember(seq: number, atMs: number): void {
    const causeTimes = new Map(this.state.causeTimes).set(seq, atMs);
    for (const old of causeTimes.keys()) {
      if (old >= seq - rememberedCauses) break;
      causeTimes.delete(old);
    }
    this.update({ causeTimes });
  }
}
