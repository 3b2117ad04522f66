import { listApiGroups, listApiResources, listCoreVersions } from './handlers/discovery.ts';
import { getObject } from './handlers/get-object.ts';
import { listObjects } from './handlers/list-objects.ts';
import { getScale, patchScale, putScale } from './handlers/scale.ts';
import { getStatus } from './handlers/status.ts';
import { postStop } from './handlers/stop.ts';
import { streamEvents } from './handlers/stream-events.ts';
import { getHealth, getVersion } from './handlers/version.ts';
import type { Handler, Route } from './route.ts';

const get = (pattern: string, handler: Handler): Route => ({ method: 'GET', pattern, handler });

/** Paths of one API group version; the core group has a prefix of its own. */
function groupRoutes(prefix: string): readonly Route[] {
  const namespaced = `${prefix}/namespaces/:namespace/:plural`;
  return [
    get(prefix, listApiResources),
    // Before the lists: `namespaces/NAME/status` is the status of a Namespace.
    get(`${prefix}/:plural/:name/status`, getObject),
    get(namespaced, listObjects),
    get(`${namespaced}/:name`, getObject),
    get(`${namespaced}/:name/status`, getObject),
    get(`${namespaced}/:name/scale`, getScale),
    { method: 'PUT', pattern: `${namespaced}/:name/scale`, handler: putScale },
    { method: 'PATCH', pattern: `${namespaced}/:name/scale`, handler: patchScale },
    get(`${prefix}/:plural`, listObjects),
    get(`${prefix}/:plural/:name`, getObject),
  ];
}

/** Every path of the API. The first pattern that fits wins. */
export const routes: readonly Route[] = [
  get('/version', getVersion),
  get('/healthz', getHealth),
  get('/readyz', getHealth),
  get('/livez', getHealth),
  get('/calb/v1/status', getStatus),
  get('/calb/v1/events', streamEvents),
  { method: 'POST', pattern: '/calb/v1/stop', handler: postStop },
  get('/api', listCoreVersions),
  get('/apis', listApiGroups),
  ...groupRoutes('/api/:version'),
  ...groupRoutes('/apis/:group/:version'),
];
