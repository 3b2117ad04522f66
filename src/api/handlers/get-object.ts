import { noSuchResource, notFound } from '../kube-status.ts';
import { presentationOf } from '../read/presentation.ts';
import type { ApiCall, Reply } from '../route.ts';
import { requestedApiVersion, servedKind } from '../served-kind.ts';

/** `GET …/gateways/NAME`; `…/status` gives the same object. */
export function getObject(call: ApiCall): Reply {
  const kind = servedKind(call);
  const { namespace, name = '' } = call.params;
  if (kind === undefined || kind.isNamespaced !== (namespace !== undefined)) return noSuchResource();
  const object = call.state.get(kind.kind, namespace, name);
  if (object === undefined) return notFound(kind, name);
  const presentation = presentationOf(call, kind, requestedApiVersion(call));
  return { status: 200, body: presentation.one(object, object.metadata.resourceVersion) };
}
