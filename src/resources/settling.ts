import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { builtinManifests, implicitNamespace } from './builtins.ts';
import { duplicateOf } from './duplicates.ts';
import type { FileState } from './file-state.ts';
import { type Manifest, type ManifestObject, type ObjectKey, objectKey } from './manifest.ts';
import type { Resource } from './resource.ts';
import type { ResourceView, ViewChange } from './resource-view.ts';
import { storedResource } from './stored-object.ts';
import { refusals } from './transition.ts';

/** What a store holds. Immutable. */
export interface StoreData {
  readonly files: ReadonlyMap<string, FileState>;
  /** Paths of the files that declare an object, in order: the first one counts. */
  readonly owners: ReadonlyMap<ObjectKey, readonly string[]>;
  /** Objects that were written or (`null`) deleted through the API; each until its file is saved again. */
  readonly overrides: ReadonlyMap<ObjectKey, Manifest | null>;
  /** Findings that concern more than one document, by object. */
  readonly findings: ReadonlyMap<ObjectKey, readonly Diagnostic[]>;
  /** How many namespaced objects a namespace has. */
  readonly population: ReadonlyMap<string, number>;
  readonly statuses: ReadonlyMap<ObjectKey, StoredStatus>;
  /** Statuses that were written through the API: they count where nothing else gives one. */
  readonly writtenStatuses: ReadonlyMap<ObjectKey, StoredStatus>;
  readonly view: ResourceView;
  readonly version: number;
}

/** An object's status and the version in which it changed. */
export interface StoredStatus {
  readonly status: unknown;
  readonly resourceVersion: string;
}

/** One update of a store: which manifest counts for each touched object, and what that changes. */
export class Settling {
  readonly #data: StoreData;
  readonly #now: string;
  readonly #changes: ViewChange[] = [];
  readonly #findings: Map<ObjectKey, readonly Diagnostic[]>;
  readonly #population: Map<string, number>;
  readonly #namespaces = new Set<string>();
  #isFindingChanged = false;

  /** @param now RFC 3339 */
  constructor(data: StoreData, now: string) {
    this.#data = data;
    this.#now = now;
    this.#findings = new Map(data.findings);
    this.#population = new Map(data.population);
  }

  /** Finds out what an object is now. Namespaces come last, when it is known who is in them. */
  settle(key: ObjectKey): void {
    const { kind, name } = parseKey(key);
    if (kind === 'Namespace') this.#namespaces.add(name);
    else this.#settle(key);
  }

  /** The store's data with everything that was settled; the same version where nothing changed. */
  finish(): StoreData {
    for (const namespace of this.#namespaces) this.#settle(objectKey('Namespace', undefined, namespace));
    if (this.#changes.length === 0 && !this.#isFindingChanged) return this.#data;
    return {
      ...this.#data,
      findings: this.#findings,
      population: this.#population,
      view: this.#data.view.with(this.#changes),
      version: this.#data.version + 1,
    };
  }

  #settle(key: ObjectKey): void {
    const manifests = this.#candidates(key);
    const findings = manifests.declared.slice(1).flatMap((second) => {
      const [first] = manifests.declared;
      return first === undefined ? [] : [duplicateOf(first, second)];
    });
    const winner = manifests.winner;
    const name = winner === undefined ? parseKey(key) : nameOf(winner.object);
    const previous = this.#data.view.get(name.kind, name.namespace || undefined, name.name);
    if (winner !== undefined && previous !== undefined) {
      const refused = refusals(winner, previous);
      if (refused.length > 0) {
        this.#note(key, [...findings, ...refused]);
        return;
      }
    }
    this.#note(key, findings);
    this.#change(name, winner, previous);
  }

  #candidates(key: ObjectKey): {
    readonly declared: readonly Manifest[];
    readonly winner: Manifest | undefined;
  } {
    const declared = (this.#data.owners.get(key) ?? []).flatMap(
      (path) => this.#data.files.get(path)?.manifests.get(key) ?? [],
    );
    const override = this.#data.overrides.get(key);
    if (override === null) return { declared, winner: this.#implicitNamespace(key) };
    const builtin = builtinManifests.find((manifest) => manifest.key === key);
    return { declared, winner: override ?? declared[0] ?? builtin ?? this.#implicitNamespace(key) };
  }

  #implicitNamespace(key: ObjectKey): Manifest | undefined {
    const { kind, name } = parseKey(key);
    if (kind !== 'Namespace' || !this.#population.get(name)) return undefined;
    return implicitNamespace(name);
  }

  #note(key: ObjectKey, findings: readonly Diagnostic[]): void {
    if (findings.length === 0 && !this.#findings.has(key)) return;
    this.#isFindingChanged = true;
    if (findings.length === 0) this.#findings.delete(key);
    else this.#findings.set(key, findings);
  }

  #change(name: Name, winner: Manifest | undefined, previous: Resource | undefined): void {
    const stamp = { resourceVersion: String(this.#data.version + 1), now: this.#now };
    const resource = winner === undefined ? undefined : storedResource(winner, previous, stamp);
    if (resource === previous) return;
    this.#changes.push({ ...name, resource });
    const difference = (resource === undefined ? 0 : 1) - (previous === undefined ? 0 : 1);
    if (name.namespace === '' || difference === 0) return;
    this.#population.set(name.namespace, (this.#population.get(name.namespace) ?? 0) + difference);
    this.#namespaces.add(name.namespace);
  }
}

interface Name {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

function nameOf({ kind, metadata }: ManifestObject): Name {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** The parts of a key; `namespace` is empty for cluster-scoped kinds. */
export function parseKey(key: ObjectKey): Name {
  const [kind = '', first = '', second] = key.split('/');
  return second === undefined
    ? { kind, namespace: '', name: first }
    : { kind, namespace: first, name: second };
}
