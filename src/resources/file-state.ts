import type { LoadedFile } from './load-file.ts';
import type { Manifest, ObjectKey } from './manifest.ts';

/** A file in the store: what it says now, and what counts of it. */
export interface FileState {
  readonly loaded: LoadedFile;
  /** Its good objects, and the last good version of those that are not good now. */
  readonly manifests: ReadonlyMap<ObjectKey, Manifest>;
}

/**
 * What counts of a file after it was read again. While something in it cannot be read nothing that it gave is lost; an
 * object that is declared but not good keeps its last good version, wherever that was declared (`lastGood`).
 */
export function nextFileState(
  loaded: LoadedFile,
  previous: FileState | undefined,
  lastGood: (key: ObjectKey) => Manifest | undefined,
): FileState {
  const manifests = new Map(loaded.manifests.map((manifest) => [manifest.key, manifest]));
  if (loaded.isIncomplete) {
    for (const [key, manifest] of previous?.manifests ?? []) {
      if (!manifests.has(key)) manifests.set(key, manifest);
    }
  }
  for (const key of loaded.held) {
    if (manifests.has(key)) continue;
    const kept = previous?.manifests.get(key) ?? lastGood(key);
    if (kept !== undefined) manifests.set(key, kept);
  }
  return { loaded, manifests };
}
