import { isRecord } from '../../resources/schema/walk.ts';
import { failure } from '../kube-status.ts';
import type { Reply } from '../route.ts';
import type { SentObject } from './read-object.ts';
import type { WriteTarget } from './write-target.ts';

/** Whether an object is what the path of its request says; if so the object with all of that written in. */
export function checkIdentity(
  value: SentObject,
  target: WriteTarget,
): { readonly value: SentObject } | { readonly reply: Reply } {
  const { kind, apiVersion, namespace, name } = target;
  if (value.kind !== undefined && value.kind !== kind.kind) {
    return bad(
      `the kind in the data (${String(value.kind)}) does not match the expected kind (${kind.kind})`,
    );
  }
  if (value.apiVersion !== undefined && value.apiVersion !== apiVersion) {
    const given = `the API version in the data (${String(value.apiVersion)})`;
    return bad(`${given} does not match the expected API version (${apiVersion})`);
  }
  const metadata = value.metadata ?? {};
  if (!isRecord(metadata)) return bad('metadata must be an object');
  if (isGiven(metadata.namespace) && metadata.namespace !== (namespace ?? '')) {
    return bad('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name !== '' && isGiven(metadata.name) && metadata.name !== name) {
    return bad(
      `the name of the object (${String(metadata.name)}) does not match the name on the URL (${name})`,
    );
  }
  const identity = {
    ...(name === '' ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  return { value: { ...value, apiVersion, kind: kind.kind, metadata: { ...metadata, ...identity } } };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function bad(message: string): { readonly reply: Reply } {
  return { reply: failure('BadRequest', message) };
}
