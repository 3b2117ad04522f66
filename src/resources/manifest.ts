import type { Position } from '../diagnostics/position.ts';
import type { Origin } from './resource.ts';

/** What a person declares of an object's metadata; the store adds the rest. */
export interface ManifestMeta {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

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
