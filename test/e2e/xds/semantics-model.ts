import type { Tenant } from '../../../src/model/tenant.ts';
import { tenant } from '../../fixtures/tenant.ts';

const prefix = (value: string) => ({ path: { type: 'prefix', value } });

/** Routes that try all that a route can say, against the backends `a` and `b` by their ports. */
export function semanticsModel(port: number, backends: Readonly<Record<string, number>>): Tenant {
  const locality = (name: string, priority = 0) => ({
    name,
    priority,
    endpoints: [{ address: { address: '127.0.0.1', port: backends[name] } }],
  });
  const rewrite = (name: string, from: string, to: string) => ({
    name,
    match: prefix(from),
    action: { cluster: 'a', rewrite: { path: { type: 'prefix', value: to } } },
  });
  const redirect = (name: string, action: object) => ({
    name,
    match: prefix(`/${name}`),
    action: { type: 'redirect', status: 302, ...action },
  });
  return tenant({
    proxy: {
      concurrency: 1,
      accessLog: { type: 'enabled', logs: [{ format: { type: 'default' }, matches: [] }] },
    },
    listeners: [{ name: 'team-a/eg/80', bind: [{ address: '127.0.0.1', port }] }],
    clusters: [
      { name: 'a', localities: [locality('a')] },
      { name: 'empty', localities: [{ name: 'none' }] },
      { name: 'only fallback', localities: [locality('b', 1)] },
    ],
    routeTables: [
      {
        name: 'team-a/eg/80',
        virtualHosts: [
          {
            name: '*',
            routes: [
              rewrite('to another prefix', '/old', '/new/'),
              rewrite('strip', '/v1.0', '/'),
              {
                ...rewrite('full', '/full', ''),
                action: { cluster: 'a', rewrite: { host: 'inner', path: { type: 'full', value: '/x\\1' } } },
              },
              redirect('moved', { path: { type: 'prefix', value: '/' } }),
              redirect('secure', { scheme: 'https', host: 'example.org', status: 308 }),
              redirect('port', { port: 8443, path: { type: 'full', value: '/p' }, status: 303 }),
              {
                name: 'half',
                match: prefix('/half'),
                action: {
                  clusters: [
                    { cluster: 'a', weight: 1 },
                    { cluster: null, weight: 1 },
                  ],
                },
              },
              {
                name: 'missing',
                match: prefix('/missing'),
                action: { clusters: [{ cluster: null, weight: 1 }] },
              },
              { name: 'empty', match: prefix('/empty'), action: { cluster: 'empty' } },
              { name: 'fallback', match: prefix('/fallback'), action: { cluster: 'only fallback' } },
              {
                name: 'headers',
                match: prefix('/headers'),
                requestHeaders: {
                  set: [{ name: 'X-Set', value: '100%' }],
                  add: [{ name: 'X-Add', value: 'more' }],
                  remove: ['X-Gone'],
                },
                responseHeaders: { set: [{ name: 'X-Set', value: '' }], add: [], remove: ['X-Powered-By'] },
                action: { cluster: 'a' },
              },
              {
                name: 'cors',
                match: prefix('/cors'),
                cors: {
                  allowOrigins: ['https://www.foo.com', 'https://*.bar.com'],
                  allowMethods: ['GET', 'OPTIONS'],
                  allowHeaders: ['x-one', 'x-two'],
                  exposeHeaders: ['x-three'],
                  allowCredentials: true,
                  maxAgeSeconds: 3600,
                },
                action: { cluster: 'a' },
              },
              {
                name: 'open cors',
                match: prefix('/open'),
                cors: {
                  allowOrigins: ['*'],
                  allowMethods: ['*'],
                  allowHeaders: ['*'],
                  exposeHeaders: [],
                  allowCredentials: true,
                },
                action: { cluster: 'a' },
              },
              {
                name: 'limited',
                match: prefix('/limited'),
                localRateLimit: {
                  rules: [
                    {
                      headers: [{ name: 'x-user', type: 'distinct', invert: false }],
                      sourceCidrs: [],
                      methods: [],
                      bucket: { tokens: 2, fillIntervalMs: 60_000 },
                    },
                    {
                      headers: [],
                      sourceCidrs: [{ cidr: '127.1.2.3/8', distinct: false, invert: false }],
                      methods: ['POST', 'PUT'],
                      bucket: { tokens: 1, fillIntervalMs: 60_000 },
                    },
                  ],
                },
                action: { cluster: 'a' },
              },
              ...[
                ['others', '10.0.0.0/8'],
                ['we', '127.0.0.0/8'],
              ].map(([name, cidr]) => ({
                name,
                match: prefix(`/all-but-${name}`),
                localRateLimit: {
                  rules: [
                    {
                      headers: [],
                      sourceCidrs: [{ cidr, distinct: false, invert: true }],
                      methods: [],
                      bucket: { tokens: 1, fillIntervalMs: 60_000 },
                    },
                  ],
                },
                action: { cluster: 'a' },
              })),
              {
                name: 'abort',
                match: prefix('/abort'),
                fault: { abort: { percent: 100, httpStatus: 418 } },
                action: { cluster: 'a' },
              },
              { name: 'v2', match: prefix('/v2'), action: { cluster: 'a' } },
            ],
          },
          { name: 'root.example', routes: [rewrite('root to prefix', '/', '/new')] },
        ],
      },
    ],
  });
}
