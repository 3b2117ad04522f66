import type { KubeObject, ObjectMeta } from '../../resources/resource.ts';
import { detailsOf, failure, resourceTitle } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { admit } from './admit.ts';
import { checkIdentity } from './check-identity.ts';
import { invalid } from './field-error.ts';
import { invalidObject } from './invalid-object.ts';
import { type Ownership, sentOwners, updateBy, withOwners } from './ownership.ts';
import type { SentObject } from './read-object.ts';
import { fieldValidation } from './request-options.ts';
import { storeObject } from './store-object.ts';
import { undecorate } from './undecorate.ts';
import { isCustomKind, type WriteTarget } from './write-target.ts';

/** What an object becomes. */
export interface ObjectUpdate {
  /** The object as clients see it. */
  readonly shown: KubeObject;
  /** What it is to become, as it was sent or patched. */
  readonly sent: SentObject;
  /** Who owns its fields then; the one who writes owns what it changes, where this is not given. */
  readonly ownership?: Ownership;
  /** Through which part of the object it was written. */
  readonly subresource?: string;
}

/** Replaces an object by what was sent or patched. */
export function updateObject(
  call: ApiCall,
  target: WriteTarget,
  { shown, sent, ownership, subresource }: ObjectUpdate,
): Reply {
  const { kind, namespace, name } = target;
  const identified = checkIdentity(sent, target);
  if ('reply' in identified) return identified.reply;
  const stale = staleness(identified.value, target, shown);
  if (stale !== undefined) return stale;
  const current = call.state.writer.stored(kind.kind, namespace, name);
  if (current === undefined) return madeHere(target);
  const value = undecorate(identified.value, shown, current.object) as SentObject;
  const admission = admit(value, target, current, fieldValidation(call));
  if ('reply' in admission) return admission.reply;
  const by = ownership ?? updateBy(call, target, { sent: sentOwners(identified.value, shown), subresource });
  return storeObject(call, target, withOwners(admission, current, by), 200);
}

/** Whether what was sent was made from an older version, or from another object of that name. */
export function staleness(
  { metadata }: SentObject,
  target: WriteTarget & { readonly allowsAnyVersion?: true },
  shown: KubeObject,
): Reply | undefined {
  const { resourceVersion, uid } = Object(metadata);
  const isGiven = typeof resourceVersion === 'string' && resourceVersion !== '' && resourceVersion !== '0';
  if (typeof uid === 'string' && uid !== '' && uid !== shown.metadata.uid) {
    return otherUid(target, uid, shown.metadata);
  }
  if (isGiven && resourceVersion !== shown.metadata.resourceVersion) {
    return conflict(
      target,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
  if (isGiven || target.allowsAnyVersion || !isCustomKind(target.kind)) return undefined;
  const detail = 'must be specified for an update';
  return invalidObject(target, target.name, [invalid('metadata.resourceVersion', 0, detail)]);
}

/** `409`: the write does not fit to what is there. */
export function conflict({ kind, name }: WriteTarget, why: string): Reply {
  const message = `Operation cannot be fulfilled on ${resourceTitle(kind)} "${name}": ${why}`;
  return failure('Conflict', message, detailsOf(kind, name));
}

/** `409`: the writer means an object that had the name before. */
export function otherUid(target: WriteTarget, uid: string, { uid: current }: ObjectMeta): Reply {
  return conflict(target, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current}`);
}

/** `403`: an object that follows from others cannot be written. */
export function madeHere({ kind, name }: WriteTarget): Reply {
  const why = 'calb-sim makes this object from others and would make it again: change those';
  return failure('Forbidden', `${resourceTitle(kind)} "${name}" is forbidden: ${why}`, detailsOf(kind, name));
}
