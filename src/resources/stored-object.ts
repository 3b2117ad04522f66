import { createHash } from 'node:crypto';
import { deepEqual } from './deep-equal.ts';
import { declaredMeta, type Manifest, type ManifestObject, type ObjectKey } from './manifest.ts';
import type { KubeObject, ObjectMeta, Origin, Resource } from './resource.ts';

/** What the store gives an object that is new or changed. */
export interface Stamp {
  readonly resourceVersion: string;
  /** RFC 3339. */
  readonly now: string;
}

const manifestOf = new WeakMap<KubeObject, ManifestObject>();

/**
 * The resource of a manifest. An equal object keeps its reference (and with an equal origin the whole resource does), a
 * changed one its uid and creation time; `generation` rises only when something beside the metadata changed.
 */
export function storedResource(manifest: Manifest, current: Resource | undefined, stamp: Stamp): Resource {
  const { object, origin } = manifest;
  // A declared object is another one than the built-in whose place it takes.
  const isReplaced =
    current !== undefined && (current.origin.type === 'builtin') !== (origin.type === 'builtin');
  const previous = isReplaced ? undefined : current;
  if (previous !== undefined) {
    const before = manifestOf.get(previous.object);
    if (before === object || deepEqual(before, object)) {
      return sameOrigin(previous.origin, origin) ? previous : { object: previous.object, origin };
    }
  }
  const stored: KubeObject = { ...object, metadata: stampedMeta(manifest, previous, stamp) };
  manifestOf.set(stored, object);
  return { object: stored, origin };
}

function stampedMeta(
  { key, object, origin }: Manifest,
  previous: Resource | undefined,
  stamp: Stamp,
): ObjectMeta {
  const old = previous?.object;
  const creationTimestamp = old?.metadata.creationTimestamp ?? wholeSeconds(stamp.now);
  const isChanged = old === undefined || !deepEqual(contentOf(old), contentOf(object));
  // Who deletes through the API and makes anew within a second must see that it is another object.
  const made = origin.type === 'api' ? `${creationTimestamp}/${stamp.resourceVersion}` : creationTimestamp;
  return {
    ...declaredMeta(object.metadata),
    uid: old?.metadata.uid ?? uidOf(key, made),
    resourceVersion: stamp.resourceVersion,
    generation: (old?.metadata.generation ?? 0) + (isChanged ? 1 : 0),
    creationTimestamp,
  };
}

/** What `generation` counts: everything that is declared beside the metadata. */
function contentOf(object: KubeObject | ManifestObject): unknown {
  const { metadata: _metadata, status: _status, ...content } = object as KubeObject;
  return content;
}

/** A UUID of version 8 that is the same for the same object created at the same time (any text that tells it apart). */
export function uidOf(key: ObjectKey, creationTimestamp: string): string {
  const hash = createHash('sha256').update(`${key}\n${creationTimestamp}`).digest('hex');
  const variant = ((Number.parseInt(hash[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  const groups = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    variant + hash.slice(17, 20),
  ];
  return [...groups, hash.slice(20, 32)].join('-');
}

function wholeSeconds(time: string): string {
  return time.replace(/\.\d+/, '');
}

function sameOrigin(a: Origin, b: Origin): boolean {
  if (a.type !== b.type) return false;
  if (a.type !== 'file' || b.type !== 'file') return true;
  return a.file === b.file && a.line === b.line && a.text === b.text && deepEqual(a.path, b.path);
}
