import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { echoed } from './support/http-request.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { runtimeUnderTest } from './support/runtime-under-test.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const host = 'www.example.com';

/** Keys of Envoy Gateway's default JSON access log. */
const accessLogKeys = [
  ':authority',
  'bytes_received',
  'bytes_sent',
  'connection_termination_details',
  'downstream_local_address',
  'downstream_remote_address',
  'duration',
  'method',
  'protocol',
  'requested_server_name',
  'response_code',
  'response_code_details',
  'response_flags',
  'route_name',
  'start_time',
  'upstream_cluster',
  'upstream_host',
  'upstream_local_address',
  'upstream_transport_failure_reason',
  'user-agent',
  'x-envoy-origin-path',
  'x-envoy-upstream-service-time',
  'x-forwarded-for',
  'x-request-id',
];

describeWithEnvoy("Envoy Gateway's quickstart", () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('quickstart');
  });
  afterAll(() => instance?.stop());

  test('a request with the host name of the route is answered by the pod of the Deployment', async () => {
    const answer = echoed(await instance.request({ path: '/get?a=b', host }));
    expect(answer).toMatchObject({
      path: '/get?a=b',
      host,
      method: 'GET',
      proto: 'HTTP/1.1',
      namespace: 'default',
      ingress: '',
      service: '',
    });
    expect(answer.pod).toMatch(/^backend-[a-z0-9]+-[a-z0-9]{5}$/);
    expect(answer.headers['X-Request-Id']?.[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a host name that no route has is answered 404', async () => {
    expect((await instance.request({ path: '/get', host: 'other.example.com' })).status).toBe(404);
  });

  test('a request is told as an event that names its route, endpoint and pod', async () => {
    const from = instance.stream.mark;
    const { pod } = echoed(await instance.request({ path: '/seen', host }));
    const seen = await instance.stream.waitFor('Request', { from, where: (event) => event.path === '/seen' });
    expect(seen).toMatchObject({
      tenant: 'default',
      method: 'GET',
      host,
      status: 200,
      responseFlags: '',
      pod,
    });
    expect(seen.route).toContain('backend');
  });

  test("Envoy writes the access log with the keys of Envoy Gateway's default", async () => {
    await instance.request({ path: '/logged', host });
    const line = await eventually('the request is in the access log', async () =>
      (await instance.accessLog('default'))
        .split('\n')
        .find((text) => text.includes('/logged') && text.endsWith('}')),
    );
    const entry = JSON.parse(line) as Record<string, unknown>;
    expect(Object.keys(entry).sort()).toEqual(accessLogKeys);
    expect(entry).toMatchObject({ method: 'GET', response_code: 200, ':authority': host });
  });

  test('events carry version, gapless numbers and time, and Ready is said once, for an address that can be dialled', () => {
    const { events } = instance.stream;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    for (const { v, time } of events) {
      expect(v).toBe(1);
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    expect(instance.stream.ofType('Ready')).toHaveLength(1);
    const { urls, runtime, envoyVersion } = instance.ready;
    expect(runtime).toBe(runtimeUnderTest);
    expect(envoyVersion).toMatch(/^\d+\.\d+\.\d+$/);
    expect(urls).toHaveLength(1);
    expect(urls[0]).toMatchObject({ tenant: 'default', gateway: 'default/eg', listener: 'http' });
    expect(urls[0]?.address).toMatch(/^127\./);
  });
});
