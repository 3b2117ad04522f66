import type { KubeObject } from '../../resources/resource.ts';
import { noSuchResource } from '../kube-status.ts';
import { selectionOf } from '../read/selection.ts';
import type { ApiCall, Reply } from '../route.ts';
import { deleteOne } from '../write/delete-one.ts';
import { readDeleteOptions } from '../write/delete-options.ts';
import { type WriteTarget, writeTarget } from '../write/write-target.ts';

/** `DELETE …/namespaces/NS/gateways`: all objects that the selectors select. */
export async function deleteCollection(call: ApiCall): Promise<Reply> {
  const target = writeTarget(call);
  if (target === undefined) return noSuchResource();
  const read = await readDeleteOptions(call);
  if ('reply' in read) return read.reply;
  const selection = selectionOf(call, target.kind);
  if ('status' in selection) return selection;
  for (const shown of selected(call, target, selection.test)) {
    const { name } = shown.metadata;
    const reply = deleteOne(call, { ...target, name }, shown, read.options);
    if (!('stream' in reply) && reply.status !== 200) return reply;
  }
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
}

/** What calb-sim makes itself follows from other objects, and goes with those. */
function selected(
  { state }: ApiCall,
  { kind, namespace }: WriteTarget,
  test: (object: KubeObject) => boolean,
): readonly KubeObject[] {
  return state.list(kind.kind).filter((object) => {
    const { metadata } = object;
    return (
      metadata.namespace === namespace &&
      test(object) &&
      (kind.kind === 'Pod' || state.writer.stored(kind.kind, namespace, metadata.name) !== undefined)
    );
  });
}
