import type { Kind } from '../../resources/kinds.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { failure } from '../kube-status.ts';
import type { ApiCall, JsonReply } from '../route.ts';
import { parseFieldQuery } from './field-query.ts';
import { parseLabelQuery } from './label-query.ts';
import { QueryError } from './query-error.ts';

/** What `labelSelector` and `fieldSelector` of a request leave, or the answer why they cannot be read. */
export function selectionOf(
  { query }: ApiCall,
  kind: Kind,
): { readonly test: (object: KubeObject) => boolean } | JsonReply {
  try {
    const labels = parseLabelQuery(query.get('labelSelector') ?? '');
    const fields = parseFieldQuery(query.get('fieldSelector') ?? '', kind);
    return { test: (object) => labels(object.metadata.labels) && fields(object) };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return failure('BadRequest', error.message);
  }
}
