import { createHash } from 'node:crypto';
import type { SnapshotResource } from './snapshot.ts';

/** Hash of contents as a version: 16 hexadecimal digits of SHA-256. */
export function contentVersion(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}

/** The resource under its content's version; `previous` itself where the version is the same. */
export function versioned(
  previous: SnapshotResource | undefined,
  { bytes, name, version }: SnapshotResource,
): SnapshotResource {
  return previous?.version === version ? previous : { name, version, bytes };
}
