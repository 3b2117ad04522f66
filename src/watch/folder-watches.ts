import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isIgnored, isManifestName, type Scan } from './scan.ts';

export interface FolderWatchesOptions {
  /** Something may have changed at `path`. */
  onHint(path: string): void;
  /** The system refuses to watch more; from now on only looking again helps. */
  onExhausted(reason: string): void;
}

interface Watch {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/** Linux swaps the contents of mounted ConfigMaps by renaming this link. */
const mountedLink = '..data';

/**
 * Asks the system to report changes of folders. One watch for a folder reports all files in it, whichever way they are
 * saved; links to files get watches of their own. Reports are hints: some come late, some never.
 */
export class FolderWatches {
  readonly #options: FolderWatchesOptions;
  readonly #watches = new Map<string, Watch>();
  #isExhausted = false;

  constructor(options: FolderWatchesOptions) {
    this.#options = options;
  }

  /** Makes the watches fit what is there; a folder that was replaced by another of its name is watched anew. */
  follow(paths: readonly string[], { files, folders }: Scan): void {
    const wanted = new Map(folders);
    for (const path of paths) {
      // A file that is named is watched by its folder: most editors replace it on saving.
      if (!folders.has(path) && !folders.has(dirname(path))) wanted.set(`${dirname(path)}\0${path}`, '');
    }
    for (const { path, isLink, identity } of files.values()) if (isLink) wanted.set(path, identity);
    for (const [key, { watcher, identity }] of this.#watches) {
      if (wanted.get(key) === identity) continue;
      watcher.close();
      this.#watches.delete(key);
    }
    for (const [key, identity] of wanted) if (!this.#watches.has(key)) this.#watch(key, identity);
  }

  close(): void {
    for (const { watcher } of this.#watches.values()) watcher.close();
    this.#watches.clear();
  }

  #watch(key: string, identity: string): void {
    if (this.#isExhausted) return;
    const [folder = key, only] = key.split('\0');
    try {
      const watcher = watch(folder, (event, name) => this.#onEvent({ folder, only, event, name }));
      watcher.on('error', () => {
        watcher.close();
        this.#watches.delete(key);
        this.#options.onHint(folder);
      });
      this.#watches.set(key, { watcher, identity });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // Anything else is told by the next scan: the folder has gone or is closed.
      if (code !== 'ENOSPC' && code !== 'EMFILE') return;
      this.#isExhausted = true;
      this.#options.onExhausted(message);
    }
  }

  #onEvent({ folder, only, event, name }: WatchEvent): void {
    if (name === null || only !== undefined) {
      if (name === null || only === undefined || name === basename(only))
        this.#options.onHint(only ?? folder);
      return;
    }
    if (isIgnored(name) && name !== mountedLink) return;
    // The content of other files is none of our business; their names may be those of new folders.
    if (event === 'change' && !isManifestName(name)) return;
    this.#options.onHint(join(folder, name));
  }
}

interface WatchEvent {
  readonly folder: string;
  readonly only: string | undefined;
  readonly event: string;
  readonly name: string | null;
}
