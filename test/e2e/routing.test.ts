import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { echoed } from './support/http-request.ts';
import { type Instance, type InstanceRequest, startInstance } from './support/instance.ts';
import { routingManifests } from './support/routing-manifests.ts';
import { describeWithEnvoy, testWithEnvoy } from './support/with-envoy.ts';

let instance: Instance;
beforeAll(async () => {
  instance = await startInstance(undefined, { files: { 'routing.yaml': routingManifests } });
});
afterAll(() => instance?.stop());

const at = (host: string, path: string, more: Partial<InstanceRequest> = {}): InstanceRequest => ({
  host,
  path,
  ...more,
});

describeWithEnvoy('a request goes to the rule that fits best', () => {
  const rows: readonly (readonly [string, InstanceRequest, string])[] = [
    ['an exact path', at('match.test', '/exact'), 'one'],
    ['a path prefix', at('match.test', '/prefix/below'), 'one'],
    ['a longer prefix before a shorter one', at('match.test', '/prefix/longer/below'), 'two'],
    ['a prefix that ends with the path', at('match.test', '/prefix'), 'one'],
    ['a regular expression', at('match.test', '/re/42'), 'one'],
    ['a method', at('match.test', '/method', { method: 'POST' }), 'two'],
    ['a header value', at('match.test', '/header', { headers: { 'x-version': 'two' } }), 'two'],
    ['a header expression', at('match.test', '/header', { headers: { 'x-version': 'one-and-more' } }), 'one'],
    ['a query parameter', at('match.test', '/query?a=b&v=two'), 'two'],
    ['a wildcard host name', at('any.wild.test', '/'), 'one'],
    ['several labels under a wildcard', at('very.deep.wild.test', '/'), 'one'],
    ['a precise host name before a wildcard', at('precise.wild.test', '/'), 'two'],
    ['a host name with a port', at('precise.wild.test:8080', '/'), 'two'],
  ];
  test.each(rows)('by %s', async (_what, request, service) => {
    expect(echoed(await instance.request(request)).pod).toMatch(new RegExp(`^${service}-`));
  });

  const misses: readonly (readonly [string, InstanceRequest])[] = [
    ['more than an exact path', at('match.test', '/exact/more')],
    ['a prefix within a path element', at('match.test', '/prefixed')],
    ['a path that an expression fits in part only', at('match.test', '/re/42/more')],
    ['another method', at('match.test', '/method')],
    ['another header value', at('match.test', '/header', { headers: { 'x-version': 'three' } })],
    ['another query value', at('match.test', '/query?v=three')],
    ['the bare domain of a wildcard', at('wild.test', '/')],
    ['an unknown host name', at('unknown.test', '/')],
  ];
  test.each(misses)('and %s is 404', async (_what, request) => {
    expect((await instance.request(request)).status).toBe(404);
  });
});

describeWithEnvoy('a filter changes', () => {
  test('request headers: set, added and removed', async () => {
    const headers = { 'x-set': 'client', 'x-add': 'client', 'x-remove': 'client' };
    const answer = echoed(await instance.request(at('filter.test', '/request', { headers })));
    expect(answer.headers['X-Set']).toEqual(['set']);
    expect(answer.headers['X-Add']?.join(',')).toBe('client,added');
    expect(answer.headers['X-Remove']).toBeUndefined();
  });

  test('response headers', async () => {
    expect((await instance.request(at('filter.test', '/response'))).headers['x-mark']).toBe('marked');
  });

  test('scheme and host of a redirect', async () => {
    const response = await instance.request(at('filter.test', '/redirect/a?b=c'));
    expect(response.status).toBe(301);
    expect(response.headers.location).toBe('https://to.test/redirect/a?b=c');
  });

  test("the prefix of a redirect's path", async () => {
    const response = await instance.request(at('filter.test', '/moved/a'));
    expect(response.status).toBe(302);
    expect(new URL(response.headers.location ?? '').pathname).toBe('/new/a');
  });

  test('host name and prefix of a rewrite', async () => {
    const answer = echoed(await instance.request(at('filter.test', '/rewrite/a?b=c')));
    expect([answer.host, answer.path]).toEqual(['inner.test', '/inner/a?b=c']);
  });

  test('the whole path of a rewrite', async () => {
    expect(echoed(await instance.request(at('filter.test', '/whole/a/b'))).path).toBe('/all');
  });

  test('nothing of a mirrored request, whose answer comes from its own backend', async () => {
    expect(echoed(await instance.request(at('filter.test', '/mirror'))).pod).toMatch(/^one-/);
  });

  test('the answer to a CORS preflight, for allowed origins only', async () => {
    const preflight = (origin: string) =>
      instance.request(
        at('filter.test', '/cors', {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'PUT' },
        }),
      );
    const allowed = await preflight('https://app.test');
    expect(allowed.status).toBeLessThan(300);
    expect(allowed.headers['access-control-allow-origin']).toBe('https://app.test');
    expect(allowed.headers['access-control-allow-methods']).toMatch(/GET,\s*PUT/);
    expect(allowed.headers['access-control-max-age']).toBe('600');
    const refused = await preflight('https://other.test');
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describeWithEnvoy('a backend that cannot answer', () => {
  test('because it does not exist is 500', async () => {
    expect((await instance.request(at('fault.test', '/missing'))).status).toBe(500);
  });

  test('because it has no endpoints is 503', async () => {
    expect((await instance.request(at('fault.test', '/empty'))).status).toBe(503);
  });

  test('because all weights are zero is 500', async () => {
    expect((await instance.request(at('fault.test', '/zero'))).status).toBe(500);
  });

  test('for half of the requests is 500 for that share only', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await instance.request(at('fault.test', '/half'))).status),
    );
    const good = statuses.filter((status) => status === 200).length;
    expect(new Set(statuses)).toEqual(new Set([200, 500]));
    // 60 fair throws leave this range once in 20,000 runs.
    expect(good).toBeGreaterThan(14);
    expect(good).toBeLessThan(46);
  });

  test('within the timeout of its rule is 504', async () => {
    const response = await instance.request(at('fault.test', '/timeout?delay=5s'));
    expect(response.status).toBe(504);
    expect(response.durationMs).toBeLessThan(5_000);
  });

  test('at first is asked again as often as the rule says', async () => {
    const ask = (id: string, succeedAfter: number) =>
      instance.request(at('fault.test', `/retry/x?uuid=${id}&succeedAfter=${succeedAfter}&responseCode=500`));
    expect((await ask('within', 2)).status).toBe(200);
    expect((await ask('beyond', 9)).status).toBe(500);
  });
});

testWithEnvoy('weights share the requests out', async () => {
  await eventually('three of four go to the heavier backend', async () => {
    const pods = await Promise.all(
      Array.from({ length: 200 }, async () => echoed(await instance.request(at('weight.test', '/'))).pod),
    );
    const heavy = pods.filter((pod) => pod.startsWith('one-')).length;
    return heavy > 125 && heavy < 175;
  });
});

testWithEnvoy('a backend that does not exist is said, with the near match', async () => {
  const said = await instance.stream.waitFor('Diagnostic', {
    where: ({ message }) => message.includes('no-such-service'),
  });
  expect(said).toMatchObject({ severity: 'error', resource: 'HTTPRoute/default/fault' });
  expect(said.file).toMatch(/routing\.yaml$/);
});
