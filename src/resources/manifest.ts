import type { Position } from '../diagnostics/position.ts';
import type { Origin } from './resource.ts';

/** What a person declares of an object's metadata; the store adds the rest. */
export interface ManifestMeta {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The name was made from this prefix. */
  readonly generateName?: string;
  /** Who must let go of the object before it is gone. Written through the API only, as all that follows. */
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  /** Who set which fields. */
  readonly managedFields?: readonly ManagedFields[];
  /** Somebody deleted it, and it waits for its finalizers. RFC 3339. */
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
}

/** Kubernetes `meta/v1 OwnerReference`. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Kubernetes `meta/v1 ManagedFieldsEntry`: what one manager has set. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  /** Paths as `{"f:spec": {"f:rules": {}}}`. */
  readonly fieldsV1: object;
  readonly subresource?: string;
}

/** What of an object's metadata is kept as it was declared. */
export function declaredMeta(metadata: ManifestMeta): ManifestMeta {
  const meta: Record<string, unknown> = {};
  for (const field of declaredFields) if (metadata[field] !== undefined) meta[field] = metadata[field];
  return meta as unknown as ManifestMeta;
}

const declaredFields = [
  'name',
  'generateName',
  'namespace',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const satisfies readonly (keyof ManifestMeta)[];

/** A checked and defaulted object before the store gives it uid, generation and times. Every `KubeObject` is one, too. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ManifestMeta;
  readonly spec?: unknown;
}

/** `Kind/namespace/name`, or `Kind/name` for cluster-scoped kinds: identifies an object, equals `resourceName`. */
export type ObjectKey = string;

/** One declared object and where it is declared. */
export interface Manifest {
  readonly key: ObjectKey;
  readonly object: ManifestObject;
  readonly origin: Origin;
  /** Place of the object's first line. */
  readonly position: Position;
}

/** The key of an object. */
export function objectKey(kind: string, namespace: string | undefined, name: string): ObjectKey {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
