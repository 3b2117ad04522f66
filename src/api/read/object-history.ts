import { deepEqual } from '../../resources/deep-equal.ts';
import type { KubeObject } from '../../resources/resource.ts';

/** One change of one object. */
export interface ObjectChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Its `resourceVersion`, as a number: rises by at least one with every change of any object. */
  readonly version: number;
  /** The object after the change; of a deleted one, its last state with the version of its deletion. */
  readonly object: KubeObject;
  /** The object before the change; absent for a new one. */
  readonly previous?: KubeObject;
}

/** What a history is made from. */
export interface HistorySource {
  /** All objects of a kind, always in the same order. */
  readonly read: (kind: string) => readonly KubeObject[];
  /** Something that is another reference after each change: while it is the same, nothing is read. */
  readonly state: () => object;
  /** `resourceVersion` from which this history counts: above all that an earlier one can have given. */
  readonly firstVersion: number;
}

/** How many changes of a kind are kept at least. */
const keptChanges = 2000;

/**
 * Objects with the one order of their changes that `resourceVersion` stands for. It gives each object that changed a new
 * version, whatever made the change, so that whoever has a list knows from its version what happened since. A kind is
 * looked at only when somebody asks for it; what changed twice in between counts once.
 */
export class ObjectHistory {
  readonly #source: HistorySource;
  readonly #kinds = new Map<string, KindHistory>();
  #version: number;

  constructor(source: HistorySource) {
    this.#source = source;
    this.#version = source.firstVersion;
  }

  /** All objects of a kind as they are now, in the order of the source. The same reference while nothing changed. */
  list(kind: string): readonly KubeObject[] {
    return this.#upToDate(kind).shown;
  }

  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#upToDate(kind).byKey.get(`${namespace ?? ''}/${name}`);
  }

  /** The newest version that was given. */
  get version(): number {
    return this.#version;
  }

  /** What happened after a version, oldest first; `undefined` when that is not known (any more). */
  changesSince(kind: string, version: number): readonly ObjectChange[] | undefined {
    const { changes, knownSince } = this.#upToDate(kind);
    if (version < knownSince || version > this.#version) return undefined;
    return changes.slice(firstAfter(changes, version));
  }

  #upToDate(kind: string): KindHistory {
    const state = this.#source.state();
    const known = this.#kinds.get(kind);
    if (known?.state === state) return known;
    const sources = this.#source.read(kind);
    const history = known ?? begin(sources, this.#version);
    this.#kinds.set(kind, history);
    history.state = state;
    if (history.sources !== sources) this.#version = advance(history, sources, this.#version);
    return history;
  }
}

interface KindHistory {
  /** The state of the source that this is up to date with. */
  state: object | undefined;
  sources: readonly KubeObject[];
  /** Of each source the object with its version, in the same order. */
  shown: readonly KubeObject[];
  readonly byKey: Map<string, KubeObject>;
  /** Ordered by version. */
  changes: ObjectChange[];
  /** All changes after this version are in `changes`. */
  knownSince: number;
}

function begin(sources: readonly KubeObject[], version: number): KindHistory {
  const shown = sources.map((source) => stamped(source, version));
  const byKey = new Map(shown.map((object) => [keyOf(object), object]));
  return { state: undefined, sources, shown, byKey, changes: [], knownSince: version };
}

/** Takes over new sources: what is the same at both ends is not looked into. Returns the newest version. */
function advance(history: KindHistory, sources: readonly KubeObject[], version: number): number {
  const before = history.sources;
  const shorter = Math.min(before.length, sources.length);
  let start = 0;
  while (start < shorter && before[start] === sources[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === sources.at(-1 - end)) end++;

  const old = new Map<string, Known>();
  for (let index = start; index < before.length - end; index++) {
    const shown = history.shown[index] as KubeObject;
    old.set(keyOf(shown), { source: before[index] as KubeObject, shown });
  }
  const writer = new ChangeWriter(history, version);
  const middle = sources.slice(start, sources.length - end);
  const kept = new Set(middle.map(keyOf));
  for (const [key, { shown }] of old) if (!kept.has(key)) writer.remove(key, shown);
  const shown = middle.map((source) => writer.put(source, old.get(keyOf(source))));
  history.sources = sources;
  history.shown = [
    ...history.shown.slice(0, start),
    ...shown,
    ...history.shown.slice(history.shown.length - end),
  ];
  trim(history);
  return writer.version;
}

interface Known {
  readonly source: KubeObject;
  readonly shown: KubeObject;
}

/** Writes changes into a history, each with a version of its own. */
class ChangeWriter {
  version: number;
  readonly #history: KindHistory;

  constructor(history: KindHistory, version: number) {
    this.#history = history;
    this.version = version;
  }

  remove(key: string, shown: KubeObject): void {
    this.version++;
    this.#history.byKey.delete(key);
    const object = stamped(shown, this.version);
    this.#history.changes.push({ type: 'DELETED', version: this.version, object, previous: shown });
  }

  put(source: KubeObject, known: Known | undefined): KubeObject {
    const key = keyOf(source);
    if (known !== undefined) {
      // Some objects are made anew for every reading.
      if (known.source === source || deepEqual(known.source, source)) return known.shown;
      if (known.source.metadata.uid !== source.metadata.uid) this.remove(key, known.shown);
    }
    this.version++;
    const object = stamped(source, this.version);
    const previous = this.#history.byKey.get(key);
    this.#history.byKey.set(key, object);
    this.#history.changes.push(
      previous === undefined
        ? { type: 'ADDED', version: this.version, object }
        : { type: 'MODIFIED', version: this.version, object, previous },
    );
    return object;
  }
}

function trim(history: KindHistory): void {
  if (history.changes.length <= keptChanges * 2) return;
  const dropped = history.changes.length - keptChanges;
  history.knownSince = history.changes[dropped - 1]?.version ?? history.knownSince;
  history.changes = history.changes.slice(dropped);
}

function stamped(object: KubeObject, version: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Index of the first change after a version. */
function firstAfter(changes: readonly ObjectChange[], version: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.version ?? 0) <= version) low = middle + 1;
    else high = middle;
  }
  return low;
}
