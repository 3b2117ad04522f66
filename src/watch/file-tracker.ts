import { sep } from 'node:path';
import type { FileInput } from '../resources/load-file.ts';
import { unreadableFolder } from './read-all.ts';
import type { ReadFile } from './read-file.ts';
import type { FoundFile, Scan } from './scan.ts';

/** A file as it is now, or the news that it is gone. */
export type FileChange = FileInput | { readonly path: string; readonly deleted: true };

/** How long things must stay before they are believed, milliseconds. */
export const patience = {
  /** A content that does not look whole: an editor may be in the middle of writing it. */
  partial: 65,
  /** A file without content: many tools truncate first and write later. */
  blank: 1000,
  /** A file that is not there: some tools delete first and write later. */
  absent: 1000,
  /** A folder that is not there. */
  folder: 200,
} as const;

export interface TrackerInput {
  readonly scan: Scan;
  /** Files to read even if they look unchanged: time stamps are too coarse for two writes in one moment. */
  readonly touched: ReadonlySet<string>;
  readonly nowMs: number;
  /** Many files change at once: what is gone was deleted on purpose. */
  readonly isBurst: boolean;
}

export interface TrackerResult {
  readonly changes: readonly FileChange[];
  /** Whether every content was seen twice, with time between. */
  readonly verified: boolean;
  /** When the first of the changes was seen, milliseconds: what was not believed at once was seen before now. */
  readonly seenAtMs: number;
  /** When to look again at what is not believed yet, milliseconds; absent: nothing waits. */
  readonly againAtMs?: number;
}

export interface TrackerOptions {
  readonly read: (file: FoundFile) => ReadFile;
  /** Whether a content may be delivered at once; otherwise it waits until it stays the same for a moment. */
  readonly looksWhole: (input: FileInput) => boolean;
}

interface Known {
  readonly fingerprint: string;
  readonly identity: string;
  readonly hash: string;
  readonly isBlank: boolean;
}

interface Held {
  readonly hash: string;
  readonly sinceMs: number;
  readonly patienceMs: number;
}

/** Tells changes of files from what only looks like one: half-written, blank or missing for a moment. Does no I/O itself. */
export class FileTracker {
  readonly #options: TrackerOptions;
  /** What was delivered last, by path. */
  readonly #known = new Map<string, Known>();
  /** Seen, but not believed yet. */
  readonly #held = new Map<string, Held>();
  readonly #absentSince = new Map<string, number>();
  /** Folders whose problem was delivered. */
  readonly #unreadable = new Map<string, string>();

  constructor(options: TrackerOptions) {
    this.#options = options;
  }

  /** Everything at the start: nothing is held back. */
  load(scan: Scan): readonly FileChange[] {
    const changes: FileChange[] = [];
    for (const found of scan.files.values()) {
      const file = this.#options.read(found);
      this.#remember(found, file);
      changes.push(file.input);
    }
    for (const [path, reason] of scan.unreadable) {
      this.#unreadable.set(path, reason);
      changes.push(unreadableFolder(path, reason));
    }
    return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** What is new since the last call. */
  update(input: TrackerInput): TrackerResult {
    const changes: FileChange[] = [];
    let isVerified = true;
    let seenAtMs = input.nowMs;
    const arrived = { identities: new Set<string>(), hashes: new Set<string>() };
    for (const found of input.scan.files.values()) {
      const result = this.#look(found, input);
      if (result === undefined) continue;
      changes.push(result.file.input);
      isVerified &&= result.isVerified;
      seenAtMs = Math.min(seenAtMs, result.seenAtMs);
      if (!result.isNew) continue;
      arrived.identities.add(found.identity);
      arrived.hashes.add(result.file.hash);
    }
    changes.push(...this.#folderProblems(input), ...this.#deletions(input, arrived));
    const againAtMs = this.#againAt();
    return {
      changes: changes.sort((a, b) => (a.path < b.path ? -1 : 1)),
      verified: isVerified,
      seenAtMs,
      ...(againAtMs === undefined ? {} : { againAtMs }),
    };
  }

  #remember(found: FoundFile, { hash, isBlank }: ReadFile): void {
    const { path, fingerprint, identity } = found;
    this.#known.set(path, { fingerprint, identity, hash, isBlank });
  }

  #look(found: FoundFile, { touched, nowMs }: TrackerInput) {
    const { path, fingerprint } = found;
    this.#absentSince.delete(path);
    const known = this.#known.get(path);
    if (known?.fingerprint === fingerprint && !touched.has(path) && !this.#held.has(path)) return undefined;
    const file = this.#options.read(found);
    if (known?.hash === file.hash) {
      this.#held.delete(path);
      this.#remember(found, file);
      return undefined;
    }
    const isBlank = file.isBlank && known?.isBlank !== true;
    const isWhole = !isBlank && !('problem' in file.input) && this.#options.looksWhole(file.input);
    const patienceMs = isBlank ? patience.blank : patience.partial;
    if (!isWhole && !this.#isBelieved(path, { hash: file.hash, sinceMs: nowMs, patienceMs }))
      return undefined;
    const seenAtMs = isWhole ? nowMs : (this.#held.get(path)?.sinceMs ?? nowMs);
    this.#held.delete(path);
    this.#remember(found, file);
    return { file, seenAtMs, isNew: known === undefined, isVerified: !isWhole };
  }

  /** Whether something stayed the same for long enough; begins to wait otherwise. */
  #isBelieved(path: string, seen: Held): boolean {
    const held = this.#held.get(path);
    if (held?.hash !== seen.hash) {
      this.#held.set(path, seen);
      return false;
    }
    return seen.sinceMs - held.sinceMs >= held.patienceMs;
  }

  #folderProblems({ scan, nowMs }: TrackerInput): readonly FileChange[] {
    const changes: FileChange[] = [];
    for (const [path, reason] of scan.unreadable) {
      if (this.#unreadable.get(path) === reason) continue;
      const seen = { hash: `folder:${reason}`, sinceMs: nowMs, patienceMs: patience.folder };
      if (!this.#isBelieved(path, seen)) continue;
      this.#held.delete(path);
      this.#unreadable.set(path, reason);
      changes.push(unreadableFolder(path, reason));
    }
    for (const path of this.#unreadable.keys()) {
      if (scan.unreadable.has(path)) continue;
      this.#unreadable.delete(path);
      // A file that was named and is back was delivered as such.
      if (!scan.files.has(path)) changes.push({ path, deleted: true });
    }
    return changes;
  }

  #deletions(
    { scan, nowMs, isBurst }: TrackerInput,
    arrived: { readonly identities: ReadonlySet<string>; readonly hashes: ReadonlySet<string> },
  ): readonly FileChange[] {
    const changes: FileChange[] = [];
    for (const path of this.#held.keys()) {
      if (!scan.files.has(path) && !scan.unreadable.has(path)) this.#held.delete(path);
    }
    for (const [path, { identity, hash }] of this.#known) {
      if (scan.files.has(path)) continue;
      // What lies in a folder that is gone or closed keeps serving.
      if (isBelowAny(path, scan.unreadable)) {
        this.#absentSince.delete(path);
        continue;
      }
      const sinceMs = this.#absentSince.get(path) ?? nowMs;
      this.#absentSince.set(path, sinceMs);
      const isRenamed = arrived.identities.has(identity) || arrived.hashes.has(hash);
      if (!isBurst && !isRenamed && nowMs - sinceMs < patience.absent) continue;
      this.#absentSince.delete(path);
      this.#known.delete(path);
      changes.push({ path, deleted: true });
    }
    return changes;
  }

  #againAt(): number | undefined {
    const times = [
      ...[...this.#held.values()].map(({ sinceMs, patienceMs }) => sinceMs + patienceMs),
      ...[...this.#absentSince.values()].map((sinceMs) => sinceMs + patience.absent),
    ];
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

function isBelowAny(path: string, folders: ReadonlyMap<string, string>): boolean {
  for (const folder of folders.keys()) {
    if (path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)) return true;
    // `.` holds every relative path.
    if (folder === '.' && !path.startsWith(sep)) return true;
  }
  return false;
}
