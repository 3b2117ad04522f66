import { noSuchResource, notFound } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { readObject } from '../write/read-object.ts';
import { updateObject } from '../write/update-object.ts';
import { writeTarget } from '../write/write-target.ts';

/** `PUT …/gateways/NAME`: the whole object anew. */
export async function replaceObject(call: ApiCall): Promise<Reply> {
  const target = writeTarget(call);
  if (target === undefined) return noSuchResource();
  const sent = await readObject(call, target);
  if ('reply' in sent) return sent.reply;
  const { kind, namespace, name } = target;
  const shown = call.state.get(kind.kind, namespace, name);
  if (shown === undefined) return notFound(kind, name);
  return updateObject(call, target, { shown, sent: sent.value });
}
