import { type Kind, kinds } from '../../resources/kinds.ts';
import type { KubeObject } from '../../resources/resource.ts';
import type { ApiState } from '../api-state.ts';
import { detailsOf, failure, notFound } from '../kube-status.ts';
import type { Reply } from '../route.ts';

/** A way into a pod, from the path and query of its request. */
export interface PodConnection {
  readonly type: 'exec' | 'attach' | 'portforward';
  readonly namespace: string;
  readonly name: string;
  readonly query: URLSearchParams;
}

const path = /^\/api\/v1\/namespaces\/([a-z0-9-]+)\/pods\/([a-z0-9.-]+)\/(exec|attach|portforward)$/;

/** The connection that a URL asks for; `undefined` for one that asks for something else. */
export function podConnection(url: string): PodConnection | undefined {
  const [before = '', query = ''] = url.split('?', 2);
  const [, namespace, name, type] = path.exec(before) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  return { type: type as PodConnection['type'], namespace, name, query: new URLSearchParams(query) };
}

/** Why there is no such connection; `undefined` where there is one. */
export function refusedConnection(state: ApiState, connection: PodConnection): Reply | undefined {
  const { type, namespace, name, query } = connection;
  const kind = podKind();
  const pod = state.get('Pod', namespace, name);
  if (pod === undefined) return notFound(kind, name);
  const details = detailsOf(kind, name);
  if (type === 'portforward') return undefined;
  if (state.programs === undefined || isEnvoy(pod)) {
    return failure('MethodNotAllowed', unsupported(connection, state.programs !== undefined), details);
  }
  const containers: readonly { readonly name: string }[] = Object(pod.spec).containers ?? [];
  const container = query.get('container') || containers[0]?.name;
  if (!containers.some((one) => one.name === container)) {
    return failure('BadRequest', `container ${container} is not valid for pod ${name}`);
  }
  if (type === 'exec' && query.getAll('command').length === 0) {
    return failure('BadRequest', 'you must specify at least 1 command for the container');
  }
  return undefined;
}

function podKind(): Kind {
  const kind = kinds.find((one) => one.kind === 'Pod');
  if (kind === undefined) throw new Error('pods are not served');
  return kind;
}

function isEnvoy({ metadata }: KubeObject): boolean {
  return metadata.labels?.['gateway.envoyproxy.io/owning-gateway-name'] !== undefined;
}

/** What to do instead. */
function unsupported({ type, name }: PodConnection, hasPrograms: boolean): string {
  const log = `kubectl logs${type === 'attach' ? ' -f' : ''} shows what it writes`;
  const reason = hasPrograms
    ? `pod ${name} stands for an Envoy that serves all Gateways of its namespace`
    : `pod ${name} is no container (calb-sim up --runtime docker makes one of it)`;
  return `calb-sim does not support ${type} here: ${reason}; ${log}`;
}
