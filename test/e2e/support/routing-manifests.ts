import { echoService, gateway, httpRoute, type Manifest, markedWith, rule, toYaml } from './manifests.ts';

const route = (name: string, rules: readonly Manifest[], hostnames: readonly string[] = [`${name}.test`]) =>
  httpRoute({ name, parent: 'web', hostnames, rules });

const to = (...names: readonly string[]) => names.map((name) => ({ name, port: 3000 }));

/** A rule that matches something else than a path prefix. */
const matching = (match: Manifest, service: string): Manifest => ({
  matches: [match],
  backendRefs: to(service),
});

const headers = (kind: 'RequestHeaderModifier' | 'ResponseHeaderModifier', change: Manifest): Manifest => ({
  type: kind,
  [kind === 'RequestHeaderModifier' ? 'requestHeaderModifier' : 'responseHeaderModifier']: change,
});

const redirect = (change: Manifest): Manifest => ({ type: 'RequestRedirect', requestRedirect: change });
const rewrite = (change: Manifest): Manifest => ({ type: 'URLRewrite', urlRewrite: change });

const matchRoutes = [
  route('match', [
    matching({ path: { type: 'Exact', value: '/exact' } }, 'one'),
    matching({ path: { type: 'PathPrefix', value: '/prefix' } }, 'one'),
    matching({ path: { type: 'RegularExpression', value: '/re/[0-9]+' } }, 'one'),
    matching({ path: { type: 'PathPrefix', value: '/prefix/longer' } }, 'two'),
    matching({ path: { type: 'PathPrefix', value: '/method' }, method: 'POST' }, 'two'),
    matching(
      { path: { type: 'PathPrefix', value: '/header' }, headers: [{ name: 'X-Version', value: 'two' }] },
      'two',
    ),
    matching(
      {
        path: { type: 'PathPrefix', value: '/header' },
        headers: [{ name: 'X-Version', type: 'RegularExpression', value: 'one.*' }],
      },
      'one',
    ),
    matching(
      { path: { type: 'PathPrefix', value: '/query' }, queryParams: [{ name: 'v', value: 'two' }] },
      'two',
    ),
  ]),
  route('wild', [rule('/', ['one'])], ['*.wild.test']),
  route('precise', [rule('/', ['two'])], ['precise.wild.test']),
];

const filterRoutes = [
  route('filter', [
    rule('/request', ['one'], {
      filters: [
        headers('RequestHeaderModifier', {
          set: [{ name: 'X-Set', value: 'set' }],
          add: [{ name: 'X-Add', value: 'added' }],
          remove: ['X-Remove'],
        }),
      ],
    }),
    rule('/response', ['one'], { filters: [markedWith('marked')] }),
    {
      matches: rule('/redirect', []).matches,
      filters: [redirect({ scheme: 'https', statusCode: 301, hostname: 'to.test' })],
    },
    {
      matches: rule('/moved', []).matches,
      filters: [
        redirect({ path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' }, statusCode: 302 }),
      ],
    },
    rule('/rewrite', ['one'], {
      filters: [
        rewrite({
          hostname: 'inner.test',
          path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/inner' },
        }),
      ],
    }),
    rule('/whole', ['one'], {
      filters: [rewrite({ path: { type: 'ReplaceFullPath', replaceFullPath: '/all' } })],
    }),
    rule('/mirror', ['one'], {
      filters: [{ type: 'RequestMirror', requestMirror: { backendRef: to('two')[0] } }],
    }),
    rule('/cors', ['one'], {
      filters: [
        {
          type: 'CORS',
          cors: {
            allowOrigins: ['https://app.test'],
            allowMethods: ['GET', 'PUT'],
            allowHeaders: ['X-Own'],
            maxAge: 600,
          },
        },
      ],
    }),
  ]),
];

const faultRoutes = [
  route('fault', [
    rule('/missing', ['no-such-service']),
    rule('/empty', ['empty']),
    {
      ...rule('/half', []),
      backendRefs: [
        { name: 'one', port: 3000 },
        { name: 'no-such-service', port: 3000 },
      ],
    },
    { ...rule('/zero', []), backendRefs: [{ name: 'one', port: 3000, weight: 0 }] },
    rule('/timeout', ['one'], { timeouts: { request: '200ms' } }),
    rule('/retry', ['one'], { retry: { codes: [500, 503], attempts: 3, backoff: '10ms' } }),
  ]),
  route('weight', [
    {
      ...rule('/', []),
      backendRefs: [
        { name: 'one', port: 3000, weight: 3 },
        { name: 'two', port: 3000, weight: 1 },
      ],
    },
  ]),
];

/** One Gateway with routes for every kind of match, filter and failure. */
export const routingManifests: string = toYaml(
  gateway({ name: 'web' }),
  ...echoService({ name: 'one' }),
  ...echoService({ name: 'two' }),
  ...echoService({ name: 'empty', replicas: 0 }),
  ...matchRoutes,
  ...filterRoutes,
  ...faultRoutes,
);
