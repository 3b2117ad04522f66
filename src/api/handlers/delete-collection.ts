import { failure, noSuchResource } from '../kube-status.ts';
import { parseFieldQuery } from '../read/field-query.ts';
import { parseLabelQuery } from '../read/label-query.ts';
import { QueryError } from '../read/query-error.ts';
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
  try {
    for (const shown of selected(call, target)) {
      const { name } = shown.metadata;
      const reply = deleteOne(call, { ...target, name }, shown, read.options);
      if (!('stream' in reply) && reply.status !== 200) return reply;
    }
  } catch (error) {
    if (error instanceof QueryError) return failure('BadRequest', error.message);
    throw error;
  }
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
}

/** What calb-sim makes itself follows from other objects, and goes with those. */
function selected({ query, state }: ApiCall, { kind, namespace }: WriteTarget) {
  const hasLabels = parseLabelQuery(query.get('labelSelector') ?? '');
  const hasFields = parseFieldQuery(query.get('fieldSelector') ?? '', kind);
  return state.list(kind.kind).filter((object) => {
    const { metadata } = object;
    return (
      metadata.namespace === namespace &&
      hasLabels(metadata.labels) &&
      hasFields(object) &&
      (kind.kind === 'Pod' || state.writer.stored(kind.kind, namespace, metadata.name) !== undefined)
    );
  });
}
