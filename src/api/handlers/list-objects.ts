import type { KubeObject } from '../../resources/resource.ts';
import { failure, noSuchResource } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { requestedApiVersion, servedKind } from '../served-kind.ts';
import { watchObjects } from '../watch-objects.ts';

/**
 * `GET …/gateways` (a cluster-scoped kind, or all namespaces) and `GET …/namespaces/NS/gateways`; with `watch=true` a
 * stream of changes. `fieldSelector=metadata.name=NAME` leaves one object.
 */
export function listObjects(call: ApiCall): Reply {
  const kind = servedKind(call);
  const { namespace } = call.params;
  if (kind === undefined || (namespace !== undefined && !kind.isNamespaced)) return noSuchResource();
  const selected = selectByField(call.query.get('fieldSelector'));
  if (selected === undefined) {
    return failure(
      'BadRequest',
      'fieldSelector: only metadata.name=NAME and metadata.namespace=NS are known',
    );
  }
  const apiVersion = requestedApiVersion(call);
  const read = (): readonly KubeObject[] =>
    call.state
      .list(kind.kind)
      .filter(
        (object) => (namespace === undefined || object.metadata.namespace === namespace) && selected(object),
      );
  const show = (object: KubeObject) =>
    object.apiVersion === apiVersion ? object : { ...object, apiVersion };
  if (isTrue(call.query.get('watch'))) return watchObjects(call, read, show);
  return {
    status: 200,
    body: {
      kind: `${kind.kind}List`,
      apiVersion,
      metadata: { resourceVersion: call.state.resourceVersion() },
      items: read().map(show),
    },
  };
}

function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}

function selectByField(selector: string | null): ((object: KubeObject) => boolean) | undefined {
  const terms = (selector ?? '').split(',').filter((term) => term !== '');
  const parsed = terms.map((term) => /^metadata\.(name|namespace)==?(.+)$/.exec(term));
  if (parsed.includes(null)) return undefined;
  return ({ metadata }) =>
    parsed.every((term) => (term?.[1] === 'name' ? metadata.name : metadata.namespace) === term?.[2]);
}
