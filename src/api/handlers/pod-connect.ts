import { type PodConnection, refusedConnection } from '../connect/pod-connection.ts';
import { failure, noSuchResource } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { servedKind } from '../served-kind.ts';

const types: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

/**
 * `…/pods/NAME/exec`, `attach` and `portforward` where the client does not ask to upgrade, or to a protocol that is not
 * spoken here: why there is no connection.
 */
export function connectToPod(call: ApiCall): Reply {
  const { namespace = '', name = '', connection = '' } = call.params;
  if (servedKind(call)?.kind !== 'Pod' || !types.has(connection)) return noSuchResource();
  const type = connection as PodConnection['type'];
  const refused = refusedConnection(call.state, { type, namespace, name, query: call.query });
  if (refused !== undefined) return refused;
  if (call.headers.upgrade === undefined) return failure('BadRequest', 'Upgrade request required');
  return failure(
    'BadRequest',
    `calb-sim speaks WebSocket for ${type}, as kubectl does from 1.31 on, not ${call.headers.upgrade}`,
  );
}
