import type { Issue } from '../issue.ts';
import type { ManifestMeta } from '../manifest.ts';

/** An object that fits its kind's schema, before the checks that Kubernetes makes in code. */
export interface CheckedFields {
  readonly metadata: ManifestMeta;
  /** Everything beside apiVersion, kind, metadata and status: `spec`, `data` … */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a kind's own check gives: the object, with defaults that a schema cannot express, and what is wrong. */
export interface KindCheckResult extends CheckedFields {
  readonly issues: readonly Issue[];
}

/** What a kind's API server checks and completes in code. */
export type KindCheck = (object: CheckedFields) => KindCheckResult;
