import { isRecord } from '../../resources/schema/walk.ts';
import { failure } from '../kube-status.ts';
import { isPatchType, patchTypes } from '../patch/apply-patch.ts';
import { PatchError } from '../patch/patch-error.ts';
import type { ApiCall, Reply } from '../route.ts';
import { isTooDeep } from './nesting.ts';
import { parseJson, type SentObject, unknownFormat } from './read-object.ts';
import { isCustomKind, type WriteTarget } from './write-target.ts';

/** A patch that was read: what it makes of an object. */
export interface ReadPatch {
  apply(object: SentObject | object): { readonly value: SentObject } | { readonly reply: Reply };
}

/** Reads the patch in a request's body, or says why there is none. */
export async function readPatch(
  call: ApiCall,
  { kind }: Pick<WriteTarget, 'kind'>,
): Promise<ReadPatch | { readonly reply: Reply }> {
  const { contentType } = call;
  const isStrategic = contentType === 'application/strategic-merge-patch+json';
  if (!isPatchType(contentType) || (isStrategic && isCustomKind(kind))) {
    return { reply: unknownFormat(acceptedTypes(isCustomKind(kind))) };
  }
  const patch = parseJson(await call.readBody());
  if ('problem' in patch) return { reply: failure('BadRequest', `error decoding patch: ${patch.problem}`) };
  if (isTooDeep(patch.value))
    return { reply: failure('BadRequest', 'error decoding patch: exceeded max depth') };
  return { apply: (object) => applied(() => patchTypes[contentType](object, patch.value)) };
}

function acceptedTypes(isCustom: boolean): readonly string[] {
  return [
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(isCustom ? [] : ['application/strategic-merge-patch+json']),
    'application/apply-patch+yaml',
  ];
}

function applied(patch: () => unknown): { readonly value: SentObject } | { readonly reply: Reply } {
  try {
    const value = patch();
    if (isTooDeep(value)) return { reply: failure('BadRequest', 'the patched object exceeds the max depth') };
    if (isRecord(value)) return { value };
    return { reply: failure('BadRequest', 'the patch makes something of the object that is no object') };
  } catch (error) {
    if (error instanceof PatchError) return { reply: patchFailure(error) };
    throw error;
  }
}

function patchFailure({ problem, message }: PatchError): Reply {
  if (problem === 'malformed') return failure('BadRequest', message);
  return failure('Invalid', 'the server rejected our request due to an error in our request', {
    causes: [{ reason: 'UnexpectedServerResponse', message, field: '' }],
  });
}
