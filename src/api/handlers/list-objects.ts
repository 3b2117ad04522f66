import type { KubeObject } from '../../resources/resource.ts';
import { noSuchResource } from '../kube-status.ts';
import { listPage } from '../read/list-page.ts';
import { presentationOf } from '../read/presentation.ts';
import { selectionOf } from '../read/selection.ts';
import { isTrue, watchObjects } from '../read/watch-objects.ts';
import type { ApiCall, Reply } from '../route.ts';
import { requestedApiVersion, servedKind } from '../served-kind.ts';

/**
 * `GET …/gateways` (a cluster-scoped kind, or all namespaces) and `GET …/namespaces/NS/gateways`; with `watch=true` a
 * stream of changes. `labelSelector` and `fieldSelector` leave some of them, `limit` gives them page by page.
 */
export function listObjects(call: ApiCall): Reply {
  const kind = servedKind(call);
  const { namespace } = call.params;
  if (kind === undefined || (namespace !== undefined && !kind.isNamespaced)) return noSuchResource();
  const selected = selectionOf(call, kind);
  if ('status' in selected) return selected;
  const isWanted = (object: KubeObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) && selected.test(object);
  const apiVersion = requestedApiVersion(call);
  const presentation = presentationOf(call, kind, apiVersion);
  if (isTrue(call.query.get('watch'))) {
    return watchObjects(call, { kind: kind.kind, apiVersion, isWanted, presentation });
  }
  const page = listPage(call, kind.kind, isWanted);
  if ('status' in page) return page;
  return { status: 200, body: undefined, text: presentation.list(page.objects, page.meta) };
}
