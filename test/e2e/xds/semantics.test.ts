import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { ask, echoBackend, freePort, type HttpQuestion, ModelEnvoy } from '../../fixtures/model-envoy.ts';
import { semanticsModel } from './semantics-model.ts';

interface Echo {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
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
    await envoy.start(semanticsModel(port, { a: a ?? 0, b: b ?? 0 }), port);
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
