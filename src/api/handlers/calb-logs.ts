import type { LogLine, LogOwner } from '../../model/logs.ts';
import { failure } from '../kube-status.ts';
import { LogNews } from '../log-news.ts';
import type { ApiCall, Reply } from '../route.ts';

/**
 * `GET /calb/v1/logs?owner=pod/NAMESPACE/NAME` (or `proxy/TENANT`, `access/TENANT`): kept lines, one JSON `LogLine` a
 * line. `tail=N` leaves the last N, `since=MS` those that are not older (milliseconds since the epoch), `follow=true` goes
 * on with new ones.
 */
export async function getLogs({ state, query }: ApiCall): Promise<Reply> {
  const text = query.get('owner') ?? '';
  const owner = ownerOf(text);
  if (owner === undefined) return failure('BadRequest', `owner: ${JSON.stringify(text)} names no log`);
  const tail = query.get('tail') ?? '';
  const since = query.get('since') ?? '0';
  if (!/^\d*$/.test(tail)) return failure('BadRequest', `tail: ${JSON.stringify(tail)} is no number`);
  if (!/^\d+$/.test(since)) return failure('BadRequest', `since: ${JSON.stringify(since)} is no time`);
  const isFollowed = query.get('follow') === 'true';
  // Before the kept lines are read: none that is written meanwhile is missed.
  const news = isFollowed ? new LogNews(state.logs, [owner]) : undefined;
  const kept = await state.logs.lines(owner);
  const lines = kept?.filter(({ timeMs }) => timeMs >= Number(since));
  if (lines === undefined && !isFollowed) return failure('NotFound', `there is no log of ${text}`);
  const shown = lines?.slice(tail === '' ? 0 : Math.max(0, lines.length - Number(tail))) ?? [];
  return {
    stream(response) {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
      response.write(shown.map(toJsonLine).join(''));
      if (news === undefined) response.end();
      else news.writeTo(response, toJsonLine);
    },
  };
}

function ownerOf(text: string): LogOwner | undefined {
  const [type, ...name] = text.split('/');
  const [first = '', second = ''] = name;
  if (type === 'pod' && name.length === 2) return { type, namespace: first, name: second };
  if ((type === 'proxy' || type === 'access') && name.length === 1) return { type, tenant: first };
  return undefined;
}

function toJsonLine(line: LogLine): string {
  return `${JSON.stringify(line)}\n`;
}
