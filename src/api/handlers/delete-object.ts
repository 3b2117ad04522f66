import { noSuchResource, notFound } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { deleteOne } from '../write/delete-one.ts';
import { readDeleteOptions } from '../write/delete-options.ts';
import { writeTarget } from '../write/write-target.ts';

/** `DELETE …/gateways/NAME`. */
export async function deleteObject(call: ApiCall): Promise<Reply> {
  const target = writeTarget(call);
  if (target === undefined) return noSuchResource();
  const read = await readDeleteOptions(call);
  if ('reply' in read) return read.reply;
  const { kind, namespace, name } = target;
  const shown = call.state.get(kind.kind, namespace, name);
  return shown === undefined ? notFound(kind, name) : deleteOne(call, target, shown, read.options);
}
