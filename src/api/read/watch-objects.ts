import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../resources/resource.ts';
import { failure } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { streamLines } from '../stream-lines.ts';
import type { ObjectChange } from './object-history.ts';
import type { Presentation } from './presentation.ts';

/** A reader that wants bookmarks gets one so often, milliseconds, so that it knows how far it has come. */
const bookmarkMs = 30_000;

/** What is watched. */
export interface Watched {
  readonly kind: string;
  readonly apiVersion: string;
  readonly isWanted: (object: KubeObject) => boolean;
  readonly presentation: Presentation;
}

/**
 * Kubernetes' watch: one JSON line per change. Without a `resourceVersion`, or with 0, it begins with all objects as ADDED;
 * else with what happened after it. One that is too old is 410: the reader has to list again.
 */
export function watchObjects(call: ApiCall, watched: Watched): Reply {
  const { query, state } = call;
  const asked = query.get('resourceVersion') ?? '';
  const begin = initialEvents(call, watched);
  let since = begin === undefined ? Number(asked) : Number(state.resourceVersion());
  if (!Number.isSafeInteger(since) || since < 0) {
    return failure('BadRequest', `resourceVersion: Invalid value: ${JSON.stringify(asked)}`);
  }
  if (state.changesSince(watched.kind, since) === undefined) return tooOld(asked);
  let pending: readonly string[] = begin ?? [];
  // A reader that lagged behind for too long has to list again: nothing comes after the error that says so.
  let isOver = false;
  const next = (): readonly string[] => {
    const changes = state.changesSince(watched.kind, since);
    if (changes === undefined) {
      isOver = true;
      return [line('ERROR', JSON.stringify(tooOld(String(since)).body))];
    }
    since = changes.at(-1)?.version ?? since;
    const lines = [...pending, ...changes.flatMap((change) => eventOf(change, watched))];
    pending = [];
    return lines;
  };
  const bookmark = () => line('BOOKMARK', bookmarkJson(watched, since));
  return {
    stream(response) {
      streamLines(response, state, () => {
        const lines = isOver ? [] : next();
        if (isOver) setImmediate(() => response.end());
        return lines;
      });
      endInTime(response, Number(query.get('timeoutSeconds') ?? '0'));
      if (isTrue(query.get('allowWatchBookmarks'))) sendBookmarks(response, bookmark);
    },
  };
}

/** `1` and `true`, as Go reads them. */
export function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}

/** All objects as ADDED where the reader wants to begin with them, and the mark after the last one. */
function initialEvents({ query, state }: ApiCall, watched: Watched): readonly string[] | undefined {
  const asked = query.get('resourceVersion') ?? '';
  const sends = query.get('sendInitialEvents');
  const isWanted = sends === null ? asked === '' || asked === '0' : isTrue(sends);
  if (!isWanted) return undefined;
  const added = state
    .list(watched.kind)
    .filter(watched.isWanted)
    .map((object) => line('ADDED', watched.presentation.watched(object)));
  if (sends === null || !isTrue(query.get('allowWatchBookmarks'))) return added;
  const mark = bookmarkJson(watched, Number(state.resourceVersion()), {
    'k8s.io/initial-events-end': 'true',
  });
  return [...added, line('BOOKMARK', mark)];
}

/** An event of a watch. */
function line(type: string, object: string): string {
  return `{"type":"${type}","object":${object}}`;
}

function bookmarkJson(
  { kind, apiVersion }: Watched,
  version: number,
  annotations?: Readonly<Record<string, string>>,
): string {
  const metadata = {
    resourceVersion: String(version),
    creationTimestamp: null,
    ...(annotations !== undefined && { annotations }),
  };
  return JSON.stringify({ kind, apiVersion, metadata });
}

/** What a change is to a reader who sees only some objects: one that begins or ceases to be wanted comes or goes. */
function eventOf(change: ObjectChange, { isWanted, presentation }: Watched): readonly string[] {
  const wasSeen = change.previous !== undefined && isWanted(change.previous);
  const isSeen = change.type !== 'DELETED' && isWanted(change.object);
  if (!wasSeen && !isSeen) return [];
  const type = isSeen ? (wasSeen ? 'MODIFIED' : 'ADDED') : 'DELETED';
  return [line(type, presentation.watched(change.object))];
}

function tooOld(version: string) {
  return failure('Expired', `too old resource version: ${version}`);
}

function endInTime(response: ServerResponse, seconds: number): void {
  if (!(seconds > 0)) return;
  const timer = setTimeout(() => response.end(), seconds * 1000);
  timer.unref();
  response.on('close', () => clearTimeout(timer));
}

function sendBookmarks(response: ServerResponse, bookmark: () => string): void {
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) response.write(`${bookmark()}\n`);
  }, bookmarkMs);
  timer.unref();
  response.on('close', () => clearInterval(timer));
}
