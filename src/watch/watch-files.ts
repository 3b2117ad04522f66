import { existsSync } from 'node:fs';
import { type FileChange, FileTracker, type TrackerOptions } from './file-tracker.ts';
import { FolderWatches } from './folder-watches.ts';
import { gitLocks } from './git-lock.ts';
import { readFound } from './read-file.ts';
import { isManifestName, type Scan, scan } from './scan.ts';

/** Files that changed together. */
export interface FileBatch {
  /** Sorted by path. */
  readonly files: readonly FileChange[];
  /** It lists every file: the first batch, or one that was asked for. */
  readonly complete: boolean;
  /** Every content was seen twice with time between: what is wrong with it is not a moment's state. */
  readonly verified: boolean;
  /** When the first change was noticed, milliseconds since the epoch. */
  readonly seenAtMs: number;
}

export interface WatchOptions {
  /**
   * Whether a content is worth delivering at once. One that is not (it does not parse) is delivered when it stays for a
   * moment: an editor may be in the middle of writing it. By default every content that is not blank is.
   */
  readonly looksWhole?: TrackerOptions['looksWhole'];
  /** Something that a person should know: the system cannot watch. */
  readonly onProblem?: (message: string, hint: string) => void;
}

/** A running watch. */
export interface FileWatch {
  /** Looks now, without waiting for a hint. */
  refresh(): void;
  /** Delivers all files again, changed or not, before it returns. */
  reread(): void;
  close(): void;
}

/** Times in milliseconds: measured on what editors, formatters and git do. */
const timing = {
  /** Files are read when no hint came for so long … */
  quiet: 8,
  /** … or so long after the first one. */
  limit: 40,
  /** The same when many files change at once. */
  burstQuiet: 50,
  burstLimit: 250,
  /** Files are read again so long after the last hint: two writes within a moment may look like one. */
  verify: 65,
  /** Longest wait for git to finish. */
  git: 1000,
  /** Between looks that need no hint. */
  rescan: 2000,
  /** The same while a folder is gone or the system does not watch. */
  busyRescan: 250,
} as const;

/** So many files at once are a branch switch or a generator at work. */
const burstSize = 20;

/**
 * Delivers all manifests at `paths`, at once and then again what changed, in batches: one for each save, one for a
 * branch switch. Equal contents cause nothing; a file that is blank, half written or missing for a moment neither.
 * A folder that disappears is delivered as a problem in place of a file, and its files stay.
 */
export function watchFiles(
  paths: readonly string[],
  onBatch: (batch: FileBatch) => void,
  options: WatchOptions = {},
): FileWatch {
  return new Watcher(paths, onBatch, options);
}

class Watcher implements FileWatch {
  readonly #paths: readonly string[];
  readonly #onBatch: (batch: FileBatch) => void;
  readonly #tracker: FileTracker;
  readonly #watches: FolderWatches;
  readonly #locks: readonly string[];
  /** Paths that were hinted at since the last look. */
  #hinted = new Set<string>();
  #hasFolderHint = false;
  /** Paths that were read lately and are to be read once more. */
  #recent = new Set<string>();
  #firstHintMs: number | undefined;
  #lastHintMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #isPolling = false;
  #isClosed = false;

  constructor(
    paths: readonly string[],
    onBatch: (batch: FileBatch) => void,
    { looksWhole = () => true, onProblem }: WatchOptions,
  ) {
    this.#paths = paths;
    this.#onBatch = onBatch;
    this.#locks = gitLocks(paths);
    this.#tracker = new FileTracker({ read: readFound, looksWhole });
    this.#watches = new FolderWatches({
      onHint: (path) => this.#onHint(path),
      onExhausted: (reason) => {
        this.#isPolling = true;
        onProblem?.(
          `The system cannot watch more files (${reason}); they are looked at four times a second instead.`,
          'raise the limit: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
        );
      },
    });
    const found = scan(paths);
    // Watch before reading: what changes in between is hinted at.
    this.#watches.follow(paths, found);
    onBatch({ files: this.#tracker.load(found), complete: true, verified: true, seenAtMs: Date.now() });
    this.#scheduleAt(Date.now() + this.#rescanMs(found));
  }

  refresh(): void {
    this.#look(Date.now());
  }

  reread(): void {
    if (this.#isClosed) return;
    // What is gone is told as such; what follows lists only what is there.
    this.refresh();
    const files = this.#tracker.load(scan(this.#paths));
    this.#onBatch({ files, complete: true, verified: true, seenAtMs: Date.now() });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watches.close();
  }

  #onHint(path: string): void {
    if (this.#isClosed) return;
    const nowMs = Date.now();
    this.#firstHintMs ??= nowMs;
    this.#lastHintMs = nowMs;
    this.#hinted.add(path);
    if (!isManifestName(path)) this.#followFolders();
    const isBurst = this.#hasFolderHint || this.#hinted.size >= burstSize;
    const quietAt = nowMs + (isBurst ? timing.burstQuiet : timing.quiet);
    const limitAt = this.#firstHintMs + (isBurst ? timing.burstLimit : timing.limit);
    this.#reschedule(Math.min(quietAt, limitAt));
  }

  /** A folder comes or goes with all that it holds: its files are to be heard from while they are written. */
  #followFolders(): void {
    this.#hasFolderHint = true;
    this.#watches.follow(this.#paths, scan(this.#paths));
  }

  /** The one timer there is. */
  #reschedule(atMs: number): void {
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => this.#onTimer(), Math.max(0, atMs - Date.now()));
  }

  #scheduleAt(atMs: number): void {
    if (atMs < this.#timerAtMs) this.#reschedule(atMs);
  }

  #onTimer(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const nowMs = Date.now();
    const waitedMs = nowMs - (this.#firstHintMs ?? nowMs);
    const isGitBusy = waitedMs < timing.git && this.#locks.some((lock) => existsSync(lock));
    if (isGitBusy) this.#reschedule(nowMs + 20);
    else this.#look(nowMs);
  }

  #look(nowMs: number): void {
    if (this.#isClosed) return;
    const hinted = this.#hinted;
    const touched = new Set([...hinted, ...this.#recent]);
    const firstHintMs = this.#firstHintMs ?? nowMs;
    const isVerifying = hinted.size === 0;
    this.#hinted = new Set();
    this.#hasFolderHint = false;
    this.#firstHintMs = undefined;
    const found = scan(this.#paths);
    this.#watches.follow(this.#paths, found);
    const isBurst = touched.size >= burstSize;
    const result = this.#tracker.update({ scan: found, touched, nowMs, isBurst });
    const { changes, verified, againAtMs } = result;
    const seenAtMs = Math.min(firstHintMs, result.seenAtMs);
    this.#recent = isVerifying ? new Set() : touched;
    for (const { path } of changes) if (!isVerifying) this.#recent.add(path);
    this.#scheduleAt(nowMs + this.#rescanMs(found));
    if (this.#recent.size > 0) this.#scheduleAt(Math.max(this.#lastHintMs, nowMs) + timing.verify);
    if (againAtMs !== undefined) this.#scheduleAt(Math.max(againAtMs, nowMs + 5));
    if (changes.length > 0) this.#onBatch({ files: changes, complete: false, verified, seenAtMs });
  }

  #rescanMs({ unreadable }: Scan): number {
    return this.#isPolling || unreadable.size > 0 ? timing.busyRescan : timing.rescan;
  }
}
