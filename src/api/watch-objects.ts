import type { KubeObject } from '../resources/resource.ts';
import type { ApiCall, Reply } from './route.ts';
import { streamLines } from './stream-lines.ts';

/**
 * Kubernetes' watch: one JSON line per change, `{"type":"ADDED"|"MODIFIED"|"DELETED","object":…}`. Begins with all
 * objects as ADDED when no `resourceVersion` is given, else with those that are newer than it. Changes are found by
 * comparing lists, so a reader that is slow misses intermediate states and never the last one.
 */
export function watchObjects(
  call: ApiCall,
  read: () => readonly KubeObject[],
  show: (object: KubeObject) => KubeObject,
): Reply {
  const since = Number(call.query.get('resourceVersion') ?? '0');
  let known = new Map<string, KubeObject>(
    since === 0
      ? []
      : read()
          .filter((object) => Number(object.metadata.resourceVersion) <= since)
          .map((object) => [keyOf(object), object]),
  );
  const changes = (): object[] => {
    const now = new Map(read().map((object) => [keyOf(object), object]));
    const found: object[] = [];
    for (const [key, object] of known) {
      if (!now.has(key)) found.push({ type: 'DELETED', object: show(object) });
    }
    for (const [key, object] of now) {
      const before = known.get(key);
      if (!isSame(before, object))
        found.push({ type: before === undefined ? 'ADDED' : 'MODIFIED', object: show(object) });
    }
    known = now;
    return found;
  };
  return { stream: (response) => streamLines(response, call.state, changes) };
}

/** Objects may be made anew for every reading, so equal ones need not be identical. */
function isSame(before: KubeObject | undefined, object: KubeObject): boolean {
  return before === object || (before !== undefined && JSON.stringify(before) === JSON.stringify(object));
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
