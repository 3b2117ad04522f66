import type { SessionEvent } from '../../../src/session/events.ts';
import { Meter } from './meter.ts';
import { Timeline } from './timeline.ts';

/** What was counted since the beginning: for the summary at the end. */
export interface Totals {
  readonly edits: number;
  readonly rejections: number;
  readonly ejections: number;
  readonly requests: number;
  /** Of the last event of this kind. */
  readonly removed?: Readonly<Record<string, number>>;
}

/** Everything that the event stream told the app. */
export class InstanceModel {
  readonly meter = new Meter();
  readonly timeline = new Timeline();
  #edits = 0;
  #rejections = 0;
  #ejections = 0;
  #removed: Readonly<Record<string, number>> | undefined;
  #isReady = false;
  #lastSeq = 0;

  /** Takes events in; those that it has seen already change nothing. */
  add(events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (event.seq <= this.#lastSeq) continue;
      this.#lastSeq = event.seq;
      this.#count(event);
      this.timeline.add(event);
      if (event.type === 'Request') this.meter.add(event);
    }
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get totals(): Totals {
    return {
      edits: this.#edits,
      rejections: this.#rejections,
      ejections: this.#ejections,
      requests: this.meter.total,
      ...(this.#removed === undefined ? {} : { removed: this.#removed }),
    };
  }

  #count(event: SessionEvent): void {
    if (event.type === 'Ready') this.#isReady = true;
    else if (event.type === 'FilesChanged' && this.#isReady) this.#edits += 1;
    else if (event.type === 'ConfigRejected') this.#rejections += 1;
    else if (event.type === 'EndpointEjected') this.#ejections += 1;
    else if (event.type === 'Stopped') this.#removed = event.removed;
  }
}
