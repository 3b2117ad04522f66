import { getAccess } from './handlers/calb-access.ts';
import { getDifferences } from './handlers/calb-differences.ts';
import { postKillPod, postReread, postRestartProxy } from './handlers/calb-intents.ts';
import { getLogs } from './handlers/calb-logs.ts';
import { getConfiguration, getSource, getView } from './handlers/calb-view.ts';
import { listApiGroups, listApiResources, listCoreVersions } from './handlers/discovery.ts';
import { getObject } from './handlers/get-object.ts';
import { listObjects } from './handlers/list-objects.ts';
import { getOpenApiDocument, getOpenApiIndex } from './handlers/openapi.ts';
import { connectToPod } from './handlers/pod-connect.ts';
import { getPodLog } from './handlers/pod-log.ts';
import { getScale, patchScale, putScale } from './handlers/scale.ts';
import { reviewAccess, reviewRules, reviewSelf } from './handlers/self-reviews.ts';
import { getStatus } from './handlers/status.ts';
import { postStop } from './handlers/stop.ts';
import { streamEvents } from './handlers/stream-events.ts';
import { getHealth, getVersion } from './handlers/version.ts';
import type { Handler, Route } from './route.ts';
import { writeRoutes } from './write/write-routes.ts';

const get = (pattern: string, handler: Handler): Route => ({ method: 'GET', pattern, handler });
/** Objects that are answered and never stored. */
const review = (path: string, handler: Handler): Route => ({
  ...{ method: 'POST', pattern: `/apis/${path}`, handler },
});

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
    get(`${namespaced}/:name/log`, getPodLog),
    get(`${namespaced}/:name/scale`, getScale),
    { method: 'PUT', pattern: `${namespaced}/:name/scale`, handler: putScale },
    { method: 'PATCH', pattern: `${namespaced}/:name/scale`, handler: patchScale },
    get(`${prefix}/:plural`, listObjects),
    get(`${prefix}/:plural/:name`, getObject),
    ...writeRoutes(prefix),
    get(`${namespaced}/:name/:connection`, connectToPod),
    { method: 'POST', pattern: `${namespaced}/:name/:connection`, handler: connectToPod },
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
  get('/calb/v1/differences', getDifferences),
  get('/calb/v1/view', getView),
  get('/calb/v1/configuration/:tenant', getConfiguration),
  get('/calb/v1/source', getSource),
  get('/calb/v1/logs', getLogs),
  get('/calb/v1/access', getAccess),
  { method: 'POST', pattern: '/calb/v1/pods/:namespace/:name/kill', handler: postKillPod },
  { method: 'POST', pattern: '/calb/v1/proxies/:tenant/restart', handler: postRestartProxy },
  { method: 'POST', pattern: '/calb/v1/reread', handler: postReread },
  get('/openapi/v3', getOpenApiIndex),
  get('/openapi/v3/api/:version', getOpenApiDocument),
  get('/openapi/v3/apis/:group/:version', getOpenApiDocument),
  review('authentication.k8s.io/v1/selfsubjectreviews', reviewSelf),
  review('authorization.k8s.io/v1/selfsubjectaccessreviews', reviewAccess),
  review('authorization.k8s.io/v1/selfsubjectrulesreviews', reviewRules),
  get('/api', listCoreVersions),
  get('/apis', listApiGroups),
  ...groupRoutes('/api/:version'),
  ...groupRoutes('/apis/:group/:version'),
];
