import { randomInt } from 'node:crypto';
import { isRecord } from '../../resources/schema/walk.ts';
import { detailsOf, failure, noSuchResource, resourceTitle } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { admit } from '../write/admit.ts';
import { checkIdentity } from '../write/check-identity.ts';
import { required } from '../write/field-error.ts';
import { invalidObject } from '../write/invalid-object.ts';
import { notCreatable } from '../write/not-creatable.ts';
import { type Ownership, updateBy, withOwners } from '../write/ownership.ts';
import { readObject, type SentObject } from '../write/read-object.ts';
import { fieldValidation } from '../write/request-options.ts';
import { storeObject } from '../write/store-object.ts';
import { type WriteTarget, writeTarget } from '../write/write-target.ts';

/** `POST …/namespaces/NS/gateways`: makes an object that is not there yet. */
export async function createObject(call: ApiCall): Promise<Reply> {
  const target = writeTarget(call);
  if (target === undefined) return noSuchResource();
  const sent = await readObject(call, target);
  return 'reply' in sent ? sent.reply : createFrom(call, target, sent.value);
}

/** Makes an object from what was sent; apply does so, too, where there is none yet. */
export function createFrom(
  call: ApiCall,
  target: WriteTarget,
  sent: SentObject,
  ownership?: Ownership,
): Reply {
  const identified = checkIdentity(sent, target);
  if ('reply' in identified) return identified.reply;
  const value = named(identified.value);
  const { name, resourceVersion } = Object(value.metadata);
  if (typeof name !== 'string' || name === '') {
    const detail = 'name or generateName is required';
    return invalidObject(target, '', [required('metadata.name', detail)]);
  }
  if (typeof resourceVersion === 'string' && !['', '0'].includes(resourceVersion)) {
    return failure('BadRequest', 'resourceVersion should not be set on objects to be created');
  }
  const refused = notCreatable(call, target, name);
  if (refused !== undefined) return refused;
  const { kind, namespace } = target;
  if (namespace !== undefined && call.state.get('Namespace', undefined, namespace) === undefined) {
    return noNamespace(namespace);
  }
  if (call.state.get(kind.kind, namespace, name) !== undefined) {
    return failure('AlreadyExists', `${resourceTitle(kind)} "${name}" already exists`, detailsOf(kind, name));
  }
  const admission = admit(value, target, undefined, fieldValidation(call));
  if ('reply' in admission) return admission.reply;
  const owned = withOwners(admission, undefined, ownership ?? updateBy(call, target));
  return storeObject(call, target, owned, 201);
}

/** Characters of generated names: none that makes words (k8s.io/apimachinery/pkg/util/rand). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The object with a name, where it only has the beginning of one. */
function named(value: SentObject): SentObject {
  const metadata = isRecord(value.metadata) ? value.metadata : {};
  const { name, generateName } = metadata;
  if ((name !== undefined && name !== '') || typeof generateName !== 'string' || generateName === '')
    return value;
  const suffix = Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return { ...value, metadata: { ...metadata, name: `${generateName.slice(0, 58)}${suffix}` } };
}

function noNamespace(name: string): Reply {
  const message = `namespaces "${name}" not found`;
  return failure('NotFound', message, { name, kind: 'namespaces' });
}
