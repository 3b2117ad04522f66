import { createHash } from 'node:crypto';
import { deepEqual } from '../../resources/deep-equal.ts';
import type { KubeObject, ObjectMeta, Resource } from '../../resources/resource.ts';
import { safeHash } from '../../resources/safe-hash.ts';

/** Name of what is made from an object: the origin's with five characters that its identity decides. */
export function generatedName(name: string, identity: string): string {
  return `${name}-${safeHash(identity, 5)}`;
}

/** Metadata of a generated object: its own name and uid, everything else from its origin. */
export function generatedMeta(origin: ObjectMeta, name: string, identity: string): ObjectMeta {
  const { annotations, ...rest } = origin;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !key.startsWith('kubectl.kubernetes.io/'));
  return {
    ...rest,
    ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    name,
    uid: uid(identity),
  };
}

/** An object made from another; its positions are those of its origin. */
export function generated<T extends KubeObject>(object: T, from: Resource): Resource<T> {
  return { object, origin: { type: 'generated', from } };
}

/** `previous` where it says the same of the same origin, so that what did not change keeps its identity. */
export function keepResource<T extends KubeObject>(
  previous: Resource<T> | undefined,
  next: Resource<T>,
): Resource<T> {
  if (previous === undefined) return next;
  const isSameOrigin =
    previous.origin.type === 'generated' &&
    next.origin.type === 'generated' &&
    previous.origin.from === next.origin.from;
  return isSameOrigin && deepEqual(previous.object, next.object) ? previous : next;
}

/** A UUID that the identity decides. */
function uid(identity: string): string {
  const hex = createHash('sha256').update(`uid ${identity}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
