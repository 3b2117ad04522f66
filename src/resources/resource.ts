import type { Position } from '../diagnostics/position.ts';
import type { ManifestMeta } from './manifest.ts';

/** Kubernetes `ObjectMeta`, as far as it is kept. A stored object has all the fields that a server assigns. */
export interface ObjectMeta extends ManifestMeta {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Raised when `spec` (or what stands in its place) changes. */
  readonly generation: number;
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp: string;
}

/** Any declared object after validation and defaulting. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** Steps into an object, as in `['spec', 'rules', 0, 'backendRefs']`. */
export type Path = readonly (string | number)[];

/** Where an object came from. */
export type Origin =
  | {
      readonly type: 'file';
      readonly file: string;
      /** Line of the file on which `text` starts; at least 1. */
      readonly line: number;
      /** The document's own YAML text, from which positions are found when they are needed. */
      readonly text: string;
      /** Steps from the document's root to the object, where it is an item of a `List`. */
      readonly path?: Path;
    }
  /** Exists without being declared (GatewayClasses `eg` and `application`, namespaces, pods …). */
  | { readonly type: 'builtin' }
  /** Written through the instance API. */
  | { readonly type: 'api' }
  /** Made by a provider from another object: positions are that object's. */
  | { readonly type: 'generated'; readonly from: Resource };

/**
 * One declared object. Immutable: an edit makes a new one, an untouched object stays the same reference, so everything
 * derived from it can be cached by identity.
 */
export interface Resource<T extends KubeObject = KubeObject> {
  readonly object: T;
  readonly origin: Origin;
}

const names = new WeakMap<Resource, string>();

/** `Kind/namespace/name`, or `Kind/name` for cluster-scoped objects: how diagnostics and events name an object. */
export function resourceName(resource: Resource): string {
  // Asked of every object at every save, and looked up by: a text that is kept also keeps its hash.
  const known = names.get(resource);
  if (known !== undefined) return known;
  const { kind, metadata } = resource.object;
  const { name, namespace } = metadata;
  const made = namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
  names.set(resource, made);
  return made;
}

/** The position of an object that has no file of its own. */
export const nowhere: Position = { file: '(none)', line: 1, column: 1 };
