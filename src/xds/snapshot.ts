/** One xDS resource, encoded: `version` is a hash of its content, so equal content is equal version. */
export interface SnapshotResource {
  readonly name: string;
  readonly version: string;
  /** The bare message (what goes into `Any.value`). */
  readonly bytes: Uint8Array;
}

/** The xDS types that a snapshot holds, by short name. */
export type ResourceType = 'cluster' | 'endpoint' | 'listener' | 'route' | 'secret';

/** Everything that one tenant's Envoy shall have. Immutable. */
export interface Snapshot {
  readonly tenant: string;
  /** Hash over all resources. */
  readonly version: string;
  /** By resource name. Unchanged resources keep their identity from one snapshot to the next. */
  readonly resources: Readonly<Record<ResourceType, ReadonlyMap<string, SnapshotResource>>>;
}
