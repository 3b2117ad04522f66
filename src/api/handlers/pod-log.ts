import type { ServerResponse } from 'node:http';
import type { LogLine, LogOwner } from '../../model/logs.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { failure, noSuchResource, notFound } from '../kube-status.ts';
import { LogNews } from '../log-news.ts';
import type { ApiCall, Reply } from '../route.ts';
import { servedKind } from '../served-kind.ts';

/**
 * `GET …/namespaces/NS/pods/NAME/log`: what the pod's program wrote, as plain text. Of an Envoy's pod: its log and its
 * access log, as they come.
 */
export async function getPodLog(call: ApiCall): Promise<Reply> {
  const kind = servedKind(call);
  const { namespace = '', name = '' } = call.params;
  if (kind?.kind !== 'Pod') return noSuchResource();
  const pod = call.state.get('Pod', namespace, name);
  if (pod === undefined) return notFound(kind, name);
  const options = logOptions(call.query, pod, Date.now());
  if ('problem' in options) return failure('BadRequest', options.problem);
  const owners = ownersOf(pod);
  const news = options.isFollowed ? new LogNews(call.state.logs, owners) : undefined;
  const kept = await keptLines(call, owners);
  if (kept === undefined && news === undefined) {
    const container = `container "${containersOf(pod)[0] ?? ''}" in pod "${name}"`;
    return failure('BadRequest', `${container} is waiting to start: ContainerCreating`);
  }
  const text = selected(kept ?? [], options);
  return {
    stream(response) {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache' });
      if (text !== '') response.write(text);
      if (news === undefined) response.end();
      else {
        news.writeTo(response, (line) => toText(line, options));
        endWithPod(call, response);
      }
    },
  };
}

function endWithPod({ state, params }: ApiCall, response: ServerResponse): void {
  const { namespace = '', name = '' } = params;
  const unsubscribe = state.subscribe(() => {
    if (state.get('Pod', namespace, name) === undefined) response.end();
  });
  response.on('close', unsubscribe);
}

interface LogOptions {
  readonly sinceMs: number;
  readonly tail: number | undefined;
  readonly limitBytes: number | undefined;
  readonly hasTimes: boolean;
  readonly isFollowed: boolean;
}

function logOptions(
  query: URLSearchParams,
  pod: KubeObject,
  nowMs: number,
): LogOptions | { readonly problem: string } {
  const { name } = pod.metadata;
  const containers = containersOf(pod);
  const container = query.get('container') || containers[0] || '';
  if (!containers.includes(container))
    return { problem: `container ${container} is not valid for pod ${name}` };
  if (query.get('previous') === 'true') {
    return { problem: `previous terminated container "${container}" in pod "${name}" not found` };
  }
  const numbers = ['tailLines', 'sinceSeconds', 'limitBytes'].map((key) => [key, query.get(key)] as const);
  const bad = numbers.find(([, value]) => value !== null && !/^\d+$/.test(value));
  if (bad !== undefined) return { problem: `${bad[0]}: ${JSON.stringify(bad[1])} is no number` };
  const sinceTime = query.get('sinceTime');
  const since = sinceTime === null ? 0 : Date.parse(sinceTime);
  if (Number.isNaN(since)) return { problem: `sinceTime: ${JSON.stringify(sinceTime)} is no time` };
  const seconds = query.get('sinceSeconds');
  const number = (key: string) => (query.get(key) === null ? undefined : Number(query.get(key)));
  return {
    sinceMs: seconds === null ? since : nowMs - Number(seconds) * 1000,
    tail: number('tailLines'),
    limitBytes: number('limitBytes'),
    hasTimes: query.get('timestamps') === 'true',
    isFollowed: query.get('follow') === 'true',
  };
}

function containersOf({ spec }: KubeObject): readonly string[] {
  const containers: readonly { readonly name: string }[] = Object(spec).containers ?? [];
  return containers.map(({ name }) => name);
}

/** Whose lines a pod's are: an Envoy's pod stands for the tenant's. */
function ownersOf({ metadata }: KubeObject): readonly LogOwner[] {
  const { namespace = '', name, labels } = metadata;
  if (labels?.['gateway.envoyproxy.io/owning-gateway-name'] === undefined) {
    return [{ type: 'pod', namespace, name }];
  }
  return [
    { type: 'proxy', tenant: namespace },
    { type: 'access', tenant: namespace },
  ];
}

async function keptLines(
  { state }: ApiCall,
  owners: readonly LogOwner[],
): Promise<readonly LogLine[] | undefined> {
  const logs = await Promise.all(owners.map((owner) => state.logs.lines(owner)));
  if (logs.every((lines) => lines === undefined)) return undefined;
  return logs.flatMap((lines) => lines ?? []).sort((a, b) => a.timeMs - b.timeMs);
}

function selected(lines: readonly LogLine[], options: LogOptions): string {
  const { sinceMs, tail, limitBytes } = options;
  const recent = lines.filter(({ timeMs }) => timeMs >= sinceMs);
  const last = tail === undefined ? recent : recent.slice(Math.max(0, recent.length - tail));
  const text = last.map((line) => toText(line, options)).join('');
  return limitBytes === undefined ? text : Buffer.from(text).subarray(0, limitBytes).toString('utf8');
}

function toText({ timeMs, text }: LogLine, { hasTimes }: LogOptions): string {
  return hasTimes ? `${new Date(timeMs).toISOString().replace('Z', '000000Z')} ${text}\n` : `${text}\n`;
}
