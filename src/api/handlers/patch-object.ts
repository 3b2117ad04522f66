import { isRecord } from '../../resources/schema/walk.ts';
import { noSuchResource, notFound } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { applyObject } from '../write/apply-object.ts';
import { readPatch } from '../write/read-patch.ts';
import { updateObject } from '../write/update-object.ts';
import { writeTarget } from '../write/write-target.ts';

/** `PATCH …/gateways/NAME`. */
export async function patchObject(call: ApiCall): Promise<Reply> {
  const target = writeTarget(call);
  if (target === undefined) return noSuchResource();
  if (call.contentType === 'application/apply-patch+yaml') return applyObject(call, target);
  const patch = await readPatch(call, target);
  if ('reply' in patch) return patch.reply;
  const { kind, namespace, name } = target;
  const shown = call.state.get(kind.kind, namespace, name);
  if (shown === undefined) return notFound(kind, name);
  const patched = patch.apply({ ...shown, apiVersion: target.apiVersion });
  if ('reply' in patched) return patched.reply;
  const { metadata } = patched.value;
  // What is patched is the newest there is, unless the patch itself says which version it was made for.
  const { resourceVersion } = shown.metadata;
  const value = { ...patched.value, metadata: { resourceVersion, ...(isRecord(metadata) ? metadata : {}) } };
  return updateObject(call, target, { shown, sent: value });
}
