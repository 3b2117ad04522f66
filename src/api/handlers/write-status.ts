import { objectKey } from '../../resources/manifest.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { failure, noSuchResource, notFound } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { checkIdentity } from '../write/check-identity.ts';
import { readObject, type SentObject } from '../write/read-object.ts';
import { readPatch } from '../write/read-patch.ts';
import { fieldManager, isDryRun } from '../write/request-options.ts';
import { inVersion } from '../write/store-object.ts';
import { staleness } from '../write/update-object.ts';
import { type WriteTarget, writeTarget } from '../write/write-target.ts';

/** `PUT …/gateways/NAME/status`: the status of the object that is sent; all else of it is left out. */
export async function putStatus(call: ApiCall): Promise<Reply> {
  const target = writeTarget(call);
  if (target === undefined) return noSuchResource();
  const sent = await readObject(call, target);
  if ('reply' in sent) return sent.reply;
  return withShown(call, target, (shown) => write(call, target, { shown, sent: sent.value }));
}

/** `PATCH …/gateways/NAME/status`. */
export async function patchStatus(call: ApiCall): Promise<Reply> {
  const target = writeTarget(call);
  if (target === undefined) return noSuchResource();
  const patch = await readPatch(call, target);
  if ('reply' in patch) return patch.reply;
  return withShown(call, target, (shown) => {
    const patched = patch.apply({ ...shown, apiVersion: target.apiVersion });
    return 'reply' in patched ? patched.reply : write(call, target, { shown, sent: patched.value });
  });
}

function withShown(
  call: ApiCall,
  { kind, namespace, name }: WriteTarget,
  then: (shown: KubeObject) => Reply,
) {
  const shown = call.state.get(kind.kind, namespace, name);
  return shown === undefined ? notFound(kind, name) : then(shown);
}

/**
 * A controller writes statuses, and calb-sim is the controller of most kinds: what it finds out itself is shown instead
 * of what is written here.
 */
function write(
  call: ApiCall,
  target: WriteTarget,
  { shown, sent }: { readonly shown: KubeObject; readonly sent: SentObject },
): Reply {
  const identified = checkIdentity(sent, target);
  if ('reply' in identified) return identified.reply;
  const stale = staleness(identified.value, { ...target, allowsAnyVersion: true }, shown);
  if (stale !== undefined) return stale;
  const { status } = sent;
  if (status !== undefined && status !== null && !isRecord(status)) {
    return failure('BadRequest', 'status must be an object');
  }
  if (!isDryRun(call)) {
    const key = objectKey(target.kind.kind, target.namespace, target.name);
    const statuses = [{ key, status: status ?? undefined }];
    call.state.writer.write({ put: [], delete: [], statuses, by: fieldManager(call) });
  }
  const after = call.state.get(target.kind.kind, target.namespace, target.name) ?? shown;
  return { status: 200, body: inVersion(after, target) };
}
