import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { builtinManifests } from './builtins.ts';
import { type FileState, nextFileState } from './file-state.ts';
import type { LoadedFile } from './load-file.ts';
import { type Manifest, type ManifestObject, type ObjectKey, objectKey } from './manifest.ts';
import { type KubeObject, nowhere, type Resource, resourceName } from './resource.ts';
import { ResourceView } from './resource-view.ts';
import { Settling, type StoreData, type StoredStatus } from './settling.ts';

/** A file that was read again; `loaded` is `undefined` when it is gone. */
export interface FileChange {
  readonly path: string;
  readonly loaded: LoadedFile | undefined;
}

/**
 * Everything that is declared, as an API server would hold it. An immutable value: every change gives a new store, in
 * which objects, resources and lists that did not change are the same references.
 */
export class ResourceStore {
  readonly #data: StoreData;

  private constructor(data: StoreData) {
    this.#data = data;
  }

  /** See {@link emptyStore}. */
  static empty(now: string): ResourceStore {
    const none = new Map<never, never>();
    const empty = { files: none, owners: none, overrides: none, findings: none, population: none };
    const data: StoreData = { ...empty, statuses: none, view: ResourceView.of([]), version: 0 };
    const keys = builtinManifests.map(({ key }) => key);
    return new ResourceStore(settled(data, keys, now));
  }

  /** All objects, without their status. */
  get resources(): ResourceView {
    return this.#data.view;
  }

  /** The files as they were last loaded: what `loadFile` takes as `previous`. */
  file(path: string): LoadedFile | undefined {
    return this.#data.files.get(path)?.loaded;
  }

  /** Paths of all files, in the order in which declarations count. */
  get paths(): readonly string[] {
    return [...this.#data.files.keys()].sort(comparePaths);
  }

  /** All findings of parsing, checking and storing, file by file. */
  get diagnostics(): readonly Diagnostic[] {
    const ofFiles = this.paths.flatMap((path) => this.file(path)?.diagnostics ?? []);
    return [...ofFiles, ...[...this.#data.findings.values()].flat()];
  }

  /**
   * Takes over files that were saved, created or deleted, all at once: an object that moves from one to another survives.
   * A file that is named here counts as saved even when its text is the same, so objects that the API changed follow it
   * again.
   *
   * @param now RFC 3339: creation time of new objects
   */
  applyFiles(changes: readonly FileChange[], now: string): ResourceStore {
    const files = new Map(this.#data.files);
    const owners = new OwnersDraft(this.#data.owners);
    const overrides = new Map(this.#data.overrides);
    const touched = new Set<ObjectKey>();
    for (const { path, loaded } of changes) {
      const previous = this.#data.files.get(path);
      const next =
        loaded === undefined
          ? undefined
          : nextFileState(loaded, previous, (key) => this.#declaredManifest(key));
      for (const key of changedKeys(previous, next, overrides)) touched.add(key);
      owners.change(path, previous, next);
      for (const key of [...(previous?.manifests.keys() ?? []), ...(next?.manifests.keys() ?? [])]) {
        overrides.delete(key);
      }
      if (next === undefined) files.delete(path);
      else files.set(path, next);
    }
    return new ResourceStore(
      settled({ ...this.#data, files, owners: owners.result, overrides }, touched, now),
    );
  }

  /** Writes an object through the API. It holds until its file is saved again; without a file, until it is deleted. */
  putObject(object: ManifestObject, now: string): ResourceStore {
    const { name, namespace } = object.metadata;
    const key = objectKey(object.kind, namespace, name);
    const declared = this.#declaredManifest(key);
    const { labels, annotations } = object.metadata;
    const metadata = {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    };
    const { status: _status, ...fields } = object as KubeObject;
    const written: Manifest = {
      key,
      object: { ...fields, metadata },
      origin: declared?.origin ?? { type: 'api' },
      position: declared?.position ?? nowhere,
    };
    const overrides = new Map(this.#data.overrides).set(key, written);
    return new ResourceStore(settled({ ...this.#data, overrides }, [key], now));
  }

  /** Deletes an object through the API; a declared one comes back when its file is saved again. */
  deleteObject(key: ObjectKey, now: string): ResourceStore {
    const overrides = new Map(this.#data.overrides);
    if (this.#data.owners.has(key)) overrides.set(key, null);
    else overrides.delete(key);
    return new ResourceStore(settled({ ...this.#data, overrides }, [key], now));
  }

  /**
   * Keeps the status of objects, declared or generated ones. Objects that are not named here lose theirs. A status that
   * is the same reference as before costs nothing.
   */
  withStatuses(statuses: ReadonlyMap<Resource, unknown>): ResourceStore {
    const version = this.#data.version + 1;
    const next = new Map<ObjectKey, StoredStatus>();
    let isChanged = statuses.size !== this.#data.statuses.size;
    for (const [resource, status] of statuses) {
      const key = resourceName(resource);
      const previous = this.#data.statuses.get(key);
      if (previous !== undefined && previous.status === status) next.set(key, previous);
      else {
        isChanged = true;
        next.set(key, { status, resourceVersion: String(version) });
      }
    }
    return isChanged ? new ResourceStore({ ...this.#data, statuses: next, version }) : this;
  }

  /** An object as the API shows it: with its status, and the version of whichever changed last. */
  withStatus(resource: Resource): KubeObject {
    const { object } = resource;
    const stored = this.#data.statuses.get(resourceName(resource));
    if (stored === undefined) return object;
    const isLater = Number(stored.resourceVersion) > Number(object.metadata.resourceVersion);
    const { resourceVersion } = isLater ? stored : object.metadata;
    return { ...object, metadata: { ...object.metadata, resourceVersion }, status: stored.status };
  }

  /** Version of the whole store: rises with every change, as `metadata.resourceVersion` of a list. */
  get version(): string {
    return String(this.#data.version);
  }

  #declaredManifest(key: ObjectKey): Manifest | undefined {
    const [path] = this.#data.owners.get(key) ?? [];
    return path === undefined ? undefined : this.#data.files.get(path)?.manifests.get(key);
  }
}

/** A store with nothing but what exists without being declared. `now` is RFC 3339. */
export function emptyStore(now: string): ResourceStore {
  return ResourceStore.empty(now);
}

/** The data with the view brought up to date for these objects and the namespaces that they are in. */
function settled(data: StoreData, keys: Iterable<ObjectKey>, now: string): StoreData {
  const settling = new Settling(data, now);
  for (const key of keys) settling.settle(key);
  return settling.finish();
}

/** Objects whose declaration in a file is new, gone or not the same reference, or that the API changed since. */
function changedKeys(
  previous: FileState | undefined,
  next: FileState | undefined,
  overrides: ReadonlyMap<ObjectKey, unknown>,
): ObjectKey[] {
  const keys: ObjectKey[] = [];
  for (const [key, manifest] of next?.manifests ?? []) {
    if (previous?.manifests.get(key) !== manifest || overrides.has(key)) keys.push(key);
  }
  for (const key of previous?.manifests.keys() ?? []) if (!next?.manifests.has(key)) keys.push(key);
  return keys;
}

type Owners = StoreData['owners'];

/** Which files declare which object, under change. Most saves change no object's owner: then nothing is copied. */
class OwnersDraft {
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

function comparePaths(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
