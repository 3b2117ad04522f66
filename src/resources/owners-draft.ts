import type { FileState } from './file-state.ts';
import type { ObjectKey } from './manifest.ts';
import type { StoreData } from './settling.ts';

type Owners = StoreData['owners'];

/** Which files declare which object, under change. Most saves change no object's owner: then nothing is copied. */
export class OwnersDraft {
  readonly #before: Owners;
  #copy: Map<ObjectKey, readonly string[]> | undefined;

  constructor(before: Owners) {
    this.#before = before;
  }

  get result(): Owners {
    return this.#copy ?? this.#before;
  }

  /** Takes over that a file was read again. */
  change(path: string, previous: FileState | undefined, next: FileState | undefined): void {
    for (const key of previous?.manifests.keys() ?? []) {
      if (next?.manifests.has(key)) continue;
      const left = (this.result.get(key) ?? []).filter((owner) => owner !== path);
      if (left.length === 0) this.#writable().delete(key);
      else this.#writable().set(key, left);
    }
    for (const key of next?.manifests.keys() ?? []) {
      const paths = this.result.get(key) ?? [];
      if (!paths.includes(path)) this.#writable().set(key, [...paths, path].sort(comparePaths));
    }
  }

  #writable(): Map<ObjectKey, readonly string[]> {
    this.#copy ??= new Map(this.#before);
    return this.#copy;
  }
}

/** Order of files: in which declarations count. */
export function comparePaths(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
