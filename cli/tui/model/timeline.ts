import type { SessionEvent } from '../../../src/session/events.ts';
import type { Style } from '../../output/colors.ts';
import { eventWords } from '../../output/event-words.ts';
import { Causes } from '../../output/plain-cause.ts';
import { Ring } from './ring.ts';

/** One line of the timeline. */
export interface TimelineEntry {
  readonly seq: number;
  readonly timeMs: number;
  readonly tenant: string;
  readonly type: SessionEvent['type'];
  /** Sign of its kind, which stands beside the word. */
  readonly symbol: string;
  readonly word: string;
  readonly style: Style;
  readonly text: string;
  /** Further facts, one a line. */
  readonly details: readonly string[];
  /** Whether something went wrong. */
  readonly isFault: boolean;
  /** `seq` of the entry that led to it, and the same in words: `because active.yaml was saved`. */
  readonly cause?: number;
  readonly because?: string;
  /** How many equal events in a row it stands for. */
  readonly times: number;
  /** Names that it is about, for the history of an object: files, pods, endpoints, objects. */
  readonly about: readonly string[];
}

/** Entries that are kept. */
const keptEntries = 2000;

const faults: ReadonlySet<Style> = new Set<Style>(['red', 'yellow']);

/** Everything that happened but single requests, in order, each with what led to it. */
export class Timeline {
  readonly #entries = new Ring<TimelineEntry>(keptEntries);
  readonly #causes = new Causes();
  #isReady = false;

  /** Takes an event in. Requests are not told one by one, but can be causes. */
  add(event: SessionEvent): void {
    this.#isReady ||= event.type === 'Ready';
    // While it starts, everything has the same cause.
    const because = this.#isReady ? this.#causes.because(event) : undefined;
    this.#causes.see(event);
    if (event.type === 'Request') return;
    const entry = entryOf(event, because);
    const last = this.#entries.last;
    if (last !== undefined && isRepeated(last, entry)) {
      this.#entries.replaceLast({ ...entry, times: last.times + 1 });
    } else this.#entries.push(entry);
  }

  /** All kept entries, oldest first. */
  get entries(): readonly TimelineEntry[] {
    return this.#entries.items;
  }

  /** An entry and what led to it, the first cause first. */
  why(seq: number): readonly TimelineEntry[] {
    const bySeq = new Map(this.entries.map((entry) => [entry.seq, entry]));
    const chain: TimelineEntry[] = [];
    let next = bySeq.get(seq);
    while (next !== undefined && !chain.includes(next)) {
      chain.unshift(next);
      next = next.cause === undefined ? undefined : bySeq.get(next.cause);
    }
    return chain;
  }
}

function entryOf(event: SessionEvent, because: string | undefined): TimelineEntry {
  const { symbol, word, style, text, details = [] } = eventWords(event);
  return {
    seq: event.seq,
    timeMs: Date.parse(event.time),
    tenant: event.tenant ?? '',
    type: event.type,
    ...{ symbol, word, style, text, details },
    isFault: faults.has(style),
    ...(event.cause === undefined ? {} : { cause: event.cause }),
    ...(because === undefined ? {} : { because }),
    times: 1,
    about: subjectsOf(event),
  };
}

function isRepeated(last: TimelineEntry, entry: TimelineEntry): boolean {
  return (
    last.type === entry.type &&
    last.tenant === entry.tenant &&
    last.word === entry.word &&
    last.text === entry.text
  );
}

/** What an event names: to find it again from the object. */
function subjectsOf(event: SessionEvent): readonly string[] {
  const names: string[] = [];
  if ('resource' in event && event.resource !== undefined) names.push(event.resource);
  if ('endpoint' in event) names.push(event.endpoint);
  if ('pod' in event && event.pod !== undefined) {
    const isNamed = event.pod.includes('/') || !('namespace' in event);
    names.push(isNamed ? event.pod : `${event.namespace}/${event.pod}`);
  }
  if ('files' in event) names.push(...event.files);
  if ('route' in event) names.push(event.route);
  return names;
}
