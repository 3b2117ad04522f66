import type { Draft } from '../draft.ts';

/**
 * The event that a pod or an Envoy starts or ends because of. Where several objects were written since the last step that
 * derived, that is the one about its owner, else the last one about its namespace.
 */
export function causeOf(draft: Draft, owner: string | undefined, namespace: string): number | undefined {
  if (draft.writes.size < 2) return draft.cause;
  const ofOwner = owner === undefined ? undefined : draft.writes.get(owner);
  if (ofOwner !== undefined) return ofOwner;
  const near = [...draft.writes].filter(([name]) => name.split('/')[1] === namespace);
  return near.at(-1)?.[1] ?? draft.cause;
}
