import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant } from '../../../src/model/tenant.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { ask, echoBackend, freePort, type HttpQuestion, ModelEnvoy } from '../../fixtures/model-envoy.ts';
import { tenant } from '../../fixtures/tenant.ts';

interface Echo {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const prefix = (value: string) => ({ path: { type: 'prefix', value } });

function model(port: number, backends: Readonly<Record<string, number>>): Tenant {
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

describe.skipIf(skipWithoutEnvoy)('what Envoy does with the translated model', () => {
  const envoy = new ModelEnvoy();
  const closers: (() => void)[] = [];
  let port: number;
  beforeAll(async () => {
    const backends = await Promise.all([echoBackend('a'), echoBackend('b')]);
    closers.push(...backends.map((backend) => backend.close));
    port = await freePort();
    const [a, b] = backends.map((backend) => backend.port);
    await envoy.start(model(port, { a: a ?? 0, b: b ?? 0 }), port);
  });
  afterAll(async () => {
    await envoy.stop();
    for (const close of closers) close();
  });

  const get = (path: string, question: Partial<HttpQuestion> = {}) => ask({ port, path, ...question });
  const echo = async (path: string, question: Partial<HttpQuestion> = {}): Promise<Echo> => {
    const answer = await get(path, question);
    expect(answer.status, answer.body).toBe(200);
    return JSON.parse(answer.body);
  };

  it.each([
    ['/old/bar?q=1', '/new/bar?q=1'],
    ['/old', '/new'],
    ['/old/', '/new/'],
    ['/v1.0/bar', '/bar'],
    ['/v1.0', '/'],
    ['/v1.0/', '/'],
    ['/full/any?q=1', '/x\\1?q=1'],
  ])('rewrites %s to %s', async (from, to) => {
    expect((await echo(from)).path).toBe(to);
  });

  it.each([
    ['/foo', '/new/foo'],
    ['/', '/new/'],
  ])('rewrites the root of %s to %s', async (from, to) => {
    expect((await echo(from, { host: 'root.example:1234' })).path).toBe(to);
  });

  it('rewrites the host, and keeps the port of one that it does not', async () => {
    expect((await echo('/full')).headers.host).toBe('inner');
    expect((await echo('/v2', { host: 'a.example:1234' })).headers.host).toBe('a.example:1234');
  });

  it('matches whole path elements', async () => {
    expect((await get('/v2')).status).toBe(200);
    expect((await get('/v2/x')).status).toBe(200);
    expect((await get('/v2x')).status).toBe(404);
  });

  it.each([
    ['/moved/x?q=1', 302, 'http://h/x?q=1'],
    ['/moved', 302, 'http://h/'],
    ['/secure/x', 308, 'https://example.org/secure/x'],
    ['/port/x', 303, 'http://h:8443/p'],
  ])('redirects %s with %i to %s', async (path, status, location) => {
    const answer = await get(path, { host: 'h' });
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
  });

  it('answers 500 for missing backends, also for their share, and 503 for a backend without endpoints', async () => {
    expect((await get('/missing')).status).toBe(500);
    expect((await get('/empty')).status).toBe(503);
    const answers = await Promise.all(Array.from({ length: 60 }, () => get('/half')));
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 500]);
  });

  it('uses a fallback where there is no first priority', async () => {
    expect((await echo('/fallback')).name).toBe('b');
  });

  it('sets, adds and removes headers', async () => {
    const answer = await get('/headers', { headers: { 'x-set': 'old', 'x-add': 'first', 'x-gone': 'x' } });
    const { headers } = JSON.parse(answer.body) as Echo;
    expect(headers).toMatchObject({ 'x-set': '100%', 'x-add': 'first, more' });
    expect(headers).not.toHaveProperty('x-gone');
    expect(answer.headers).toMatchObject({ 'x-set': '' });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
  });

  it('tells backends the client and a request id, and nothing of its own workings', async () => {
    const names = Object.keys((await echo('/v2')).headers);
    expect(names).toEqual(expect.arrayContaining(['x-forwarded-for', 'x-forwarded-proto', 'x-request-id']));
    // Whether a client counts as external depends on this machine's addresses.
    const own = names.filter((name) => /^x-envoy-(?!external-address|internal)/.test(name));
    expect(own).toEqual([]);
  });

  it('answers preflights of allowed origins', async () => {
    const preflight = (path: string, origin: string) =>
      get(path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'x-one, x-two',
        },
      });
    for (const origin of ['https://www.foo.com', 'https://www.bar.com', 'https://a.b.bar.com']) {
      const { headers, status } = await preflight('/cors', origin);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, OPTIONS',
        'access-control-allow-headers': 'x-one, x-two',
        'access-control-expose-headers': 'x-three',
        'access-control-max-age': '3600',
        'access-control-allow-credentials': 'true',
      });
    }
    for (const origin of ['https://foobar.com', 'https://www.bar.com:8443', 'http://www.foo.com']) {
      const { headers } = await preflight('/cors', origin);
      expect(headers, origin).not.toHaveProperty('access-control-allow-origin');
    }
    expect((await preflight('/open', 'https://any.example:1')).headers).toMatchObject({
      'access-control-allow-origin': 'https://any.example:1',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'x-one, x-two',
      'access-control-allow-credentials': 'true',
    });
  });

  it('limits each user, and the methods of a rule together', async () => {
    const user = async (name: string) => (await get('/limited', { headers: { 'x-user': name } })).status;
    expect([await user('a'), await user('a'), await user('a'), await user('b')]).toEqual([
      200, 200, 429, 200,
    ]);
    const method = async (name: string) => (await get('/limited', { method: name })).status;
    expect([await method('POST'), await method('PUT'), await method('GET')]).toEqual([200, 429, 200]);
  });

  it('limits all but a network', async () => {
    const statuses = async (path: string) => [(await get(path)).status, (await get(path)).status];
    expect(await statuses('/all-but-others')).toEqual([200, 429]);
    expect(await statuses('/all-but-we')).toEqual([200, 200]);
  });

  it('injects faults', async () => {
    expect((await get('/abort')).status).toBe(418);
  });

  it('writes the default access log', async () => {
    const lines = envoy.accessLog();
    const entry = JSON.parse(lines.at(-1) ?? '{}');
    expect(Object.keys(entry)).toHaveLength(24);
    expect(entry).toMatchObject({ method: 'GET', response_code: 418, response_flags: 'FI' });
  });
});
