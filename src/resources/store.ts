import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { builtinManifests, implicitNamespace } from './builtins.ts';
import { deepEqual } from './deep-equal.ts';
import { type FileState, nextFileState } from './file-state.ts';
import type { LoadedFile } from './load-file.ts';
import { declaredMeta, type Manifest, type ManifestObject, type ObjectKey, objectKey } from './manifest.ts';
import { comparePaths, OwnersDraft } from './owners-draft.ts';
import { type KubeObject, nowhere, type Resource, resourceName } from './resource.ts';
import { ResourceView } from './resource-view.ts';
import { parseKey, Settling, type StoreData, type StoredStatus } from './settling.ts';
import { withoutKeys } from './without-keys.ts';

/** A file that was read again; `loaded` is `undefined` when it is gone. */
export interface FileChange {
  readonly path: string;
  readonly loaded: LoadedFile | undefined;
}

/** An object that does not run as its file declares it. */
export interface Difference {
  readonly key: ObjectKey;
  /** `undefined`: no file declares it. */
  readonly declared: Manifest | undefined;
  /** `undefined`: it was deleted. */
  readonly running: Manifest | undefined;
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
    const data: StoreData = {
      ...empty,
      statuses: none,
      writtenStatuses: none,
      view: ResourceView.of([]),
      version: 0,
    };
    const keys = builtinManifests.map(({ key }) => key);
    return new ResourceStore(settled(data, keys, now));
  }

  /** All objects, without their status. */
  get resources(): ResourceView {
    return this.#data.view;
  }

  /** One object by its key, without its status. */
  byKey(key: ObjectKey): Resource | undefined {
    const { kind, namespace, name } = parseKey(key);
    return this.#data.view.get(kind, namespace || undefined, name);
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
    let overrides = this.#data.overrides;
    const touched = new Set<ObjectKey>();
    for (const { path, loaded } of changes) {
      const previous = this.#data.files.get(path);
      const next =
        loaded === undefined
          ? undefined
          : nextFileState(loaded, previous, (key) => this.#declaredManifest(key));
      for (const key of changedKeys(previous, next, overrides)) touched.add(key);
      owners.change(path, previous, next);
      overrides = withoutKeys(overrides, previous?.manifests.keys() ?? []);
      overrides = withoutKeys(overrides, next?.manifests.keys() ?? []);
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
    const current = this.#data.view.get(object.kind, namespace, name);
    const { status: _status, ...fields } = object as KubeObject;
    const written: Manifest = {
      key,
      object: { ...fields, metadata: declaredMeta(object.metadata) },
      origin: declared?.origin ?? { type: current?.origin.type === 'builtin' ? 'builtin' : 'api' },
      position: declared?.position ?? nowhere,
    };
    const overrides = new Map(this.#data.overrides);
    // Who writes what the file says has put it back.
    if (deepEqual(declared?.object, written.object)) overrides.delete(key);
    else overrides.set(key, written);
    return new ResourceStore(settled({ ...this.#data, overrides }, [key], now));
  }

  /**
   * Deletes objects through the API, all at once. A declared one comes back when its file is saved again, one that
   * exists without being declared does not.
   */
  deleteObjects(keys: readonly ObjectKey[], now: string): ResourceStore {
    const overrides = new Map(this.#data.overrides);
    for (const key of keys) {
      if (this.#data.owners.has(key) || isBuiltin(key)) overrides.set(key, null);
      else overrides.delete(key);
    }
    const statuses = new Map(this.#data.statuses);
    const writtenStatuses = new Map(this.#data.writtenStatuses);
    for (const key of keys) {
      statuses.delete(key);
      writtenStatuses.delete(key);
    }
    return new ResourceStore(settled({ ...this.#data, overrides, statuses, writtenStatuses }, keys, now));
  }

  /** Writes an object's status through the API. One that calb-sim itself finds out counts for more. */
  putStatus(key: ObjectKey, status: unknown): ResourceStore {
    const version = this.#data.version + 1;
    const written = { status, resourceVersion: String(version) };
    const writtenStatuses = new Map(this.#data.writtenStatuses).set(key, written);
    return new ResourceStore({ ...this.#data, writtenStatuses, version });
  }

  /** What was written or (`null`) deleted through the API and holds. The same reference while nothing of it changed. */
  get written(): ReadonlyMap<ObjectKey, Manifest | null> {
    return this.#data.overrides;
  }

  /** Objects that the API changed: where what runs differs from what the files declare. */
  get differences(): readonly Difference[] {
    return [...this.#data.overrides].flatMap(([key, written]) => {
      const { kind, name } = parseKey(key);
      const isImplicit = written?.origin.type === 'builtin' && kind === 'Namespace';
      const declared =
        this.#declaredManifest(key) ??
        builtinManifests.find((manifest) => manifest.key === key) ??
        (isImplicit ? implicitNamespace(name) : undefined);
      return [{ key, declared, running: written ?? undefined }];
    });
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
    const name = resourceName(resource);
    const stored = this.#data.statuses.get(name) ?? this.#data.writtenStatuses.get(name);
    if (stored === undefined) return object;
    const known = shownWith.get(object);
    if (known?.stored === stored) return known.shown;
    const isLater = Number(stored.resourceVersion) > Number(object.metadata.resourceVersion);
    const { resourceVersion } = isLater ? stored : object.metadata;
    const shown = { ...object, metadata: { ...object.metadata, resourceVersion }, status: stored.status };
    shownWith.set(object, { stored, shown });
    return shown;
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

/** Objects with their status: the same reference while neither changed. */
const shownWith = new WeakMap<KubeObject, { readonly stored: StoredStatus; readonly shown: KubeObject }>();

/** A store with nothing but what exists without being declared. `now` is RFC 3339. */
export function emptyStore(now: string): ResourceStore {
  return ResourceStore.empty(now);
}

function isBuiltin(key: ObjectKey): boolean {
  return builtinManifests.some((manifest) => manifest.key === key);
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
