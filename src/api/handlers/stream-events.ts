import { failure } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { streamLines } from '../stream-lines.ts';

/**
 * `GET /calb/v1/events?since=SEQ&follow=true`: events with a greater `seq`, one JSON object a line. Without `follow`
 * the answer ends with the last one that there is. A reader that is too slow for the kept events finds a gap in `seq`.
 */
export function streamEvents({ state, query }: ApiCall): Reply {
  const text = query.get('since') ?? '0';
  if (!/^\d+$/.test(text))
    return failure('BadRequest', `since: ${JSON.stringify(text)} is no sequence number`);
  let last = Number(text);
  const next = () => {
    const events = state.eventsSince(last);
    last = events.at(-1)?.seq ?? last;
    return events;
  };
  if (query.get('follow') === 'true') return { stream: (response) => streamLines(response, state, next) };
  return {
    stream: (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(
        next()
          .map((event) => `${JSON.stringify(event)}\n`)
          .join(''),
      );
    },
  };
}
