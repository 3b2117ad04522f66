import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, startApi } from '../../../src/api/start-api.ts';
import { event, FakeState, object } from './fake-state.ts';

let folder: string;
let state: FakeState;
let api: Api;
let agent: Agent;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-'));
  state = new FakeState();
  const socketPath = join(folder, 'api.sock');
  api = await startApi({ socketPath, state });
  agent = new Agent({ connect: { socketPath } });
});

afterEach(async () => {
  await agent.destroy();
  await api.close();
  rmSync(folder, { recursive: true });
});

async function call(
  path: string,
  options: {
    method?: 'GET' | 'PATCH' | 'PUT' | 'POST';
    body?: string;
    headers?: Record<string, string>;
  } = {},
) {
  const { statusCode, body } = await request(`http://localhost${path}`, { dispatcher: agent, ...options });
  return { status: statusCode, body: Object(await body.json()) };
}

const gateways = '/apis/gateway.networking.k8s.io/v1';

test('the socket is for this user only and goes away with the API', async () => {
  const socketPath = join(folder, 'api.sock');
  expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  await api.close();
  expect(existsSync(socketPath)).toBe(false);
});

test('reads objects and lists under the paths of Kubernetes', async () => {
  const web = object('Gateway', 'gateway.networking.k8s.io/v1', ['team-a', 'web'], { spec: { a: 1 } });
  const other = object('Gateway', 'gateway.networking.k8s.io/v1', ['team-b', 'other']);
  const pod = object('Pod', 'v1', ['team-a', 'web-1']);
  const namespace = object('Namespace', 'v1', [undefined, 'team-a']);
  const gatewayClass = object('GatewayClass', 'gateway.networking.k8s.io/v1', [undefined, 'eg']);
  state.objects = [web, other, pod, namespace, gatewayClass];
  expect(await call(`${gateways}/namespaces/team-a/gateways/web`)).toEqual({ status: 200, body: web });
  expect(await call(`${gateways}/namespaces/team-a/gateways/web/status`)).toEqual({ status: 200, body: web });
  expect(await call(`${gateways}/gateways`)).toEqual({
    status: 200,
    body: {
      kind: 'GatewayList',
      apiVersion: 'gateway.networking.k8s.io/v1',
      metadata: { resourceVersion: '7' },
      items: [web, other],
    },
  });
  expect((await call(`${gateways}/namespaces/team-b/gateways`)).body.items).toEqual([other]);
  expect((await call(`${gateways}/gatewayclasses/eg`)).body).toEqual(gatewayClass);
  expect((await call('/api/v1/namespaces/team-a/pods')).body).toMatchObject({
    kind: 'PodList',
    items: [pod],
  });
  expect((await call('/api/v1/namespaces')).body.items).toEqual([namespace]);
  expect((await call('/api/v1/namespaces/team-a')).body).toEqual(namespace);
  expect((await call(`${gateways}/gateways?fieldSelector=metadata.name%3Dother`)).body.items).toEqual([
    other,
  ]);
});

test('failures are Status objects with reason and code', async () => {
  expect(await call(`${gateways}/namespaces/team-a/gateways/nope`)).toEqual({
    status: 404,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'gateways.gateway.networking.k8s.io "nope" not found',
      reason: 'NotFound',
      details: { name: 'nope', group: 'gateway.networking.k8s.io', kind: 'gateways' },
      code: 404,
    },
  });
  expect((await call('/api/v1/namespaces/a/pods/nope')).body.message).toBe('pods "nope" not found');
  expect((await call('/apis/nothing/v1/things')).body.message).toBe(
    'the server could not find the requested resource',
  );
  expect((await call('/version', { method: 'PUT', body: '{}' })).body).toMatchObject({
    reason: 'MethodNotAllowed',
    code: 405,
  });
  expect((await call('/api/v1/%zz')).status).toBe(400);
});

test('discovery lists groups and resources', async () => {
  const groups = (await call('/apis')).body.groups.map(({ name }: { name: string }) => name);
  expect(groups).toContain('gateway.networking.k8s.io');
  const { resources } = (await call(gateways)).body;
  expect(resources).toContainEqual({
    name: 'gateways',
    singularName: 'gateway',
    namespaced: true,
    kind: 'Gateway',
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    shortNames: ['gtw'],
    categories: ['gateway-api'],
  });
  const core = (await call('/api/v1')).body.resources.map(({ name }: { name: string }) => name);
  expect(core).toEqual(expect.arrayContaining(['pods', 'pods/log', 'services/status']));
});

test('discovery comes in one piece where a client wants it so', async () => {
  const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { body } = await call('/apis', { headers: { accept: `${type},application/json` } });
  expect(body.kind).toBe('APIGroupDiscoveryList');
  const apps = body.items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === 'apps');
  expect(apps.versions[0].resources[0]).toMatchObject({
    ...{
      resource: 'deployments',
      scope: 'Namespaced',
      singularResource: 'deployment',
      shortNames: ['deploy'],
    },
    subresources: [{ subresource: 'status' }, { subresource: 'scale', responseKind: { kind: 'Scale' } }],
  });
});

test('OpenAPI has a document for each group version, with what each kind is', async () => {
  const { paths } = (await call('/openapi/v3')).body;
  const { serverRelativeURL } = paths['apis/gateway.networking.k8s.io/v1'];
  const { components } = (await call(serverRelativeURL)).body;
  expect(components.schemas['io.k8s.networking.gateway.v1.HTTPRoute']).toMatchObject({
    'x-kubernetes-group-version-kind': [
      { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'HTTPRoute' },
    ],
    properties: { spec: { properties: { hostnames: { type: 'array' } } } },
  });
  expect((await call('/openapi/v3/apis/nobody/v1')).status).toBe(404);
});

test('scales a Deployment', async () => {
  const labels = { app: 'active' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'active', image: 'active' }] } };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  state.objects = [object('Deployment', 'apps/v1', ['team-b', 'active'], { spec, status: { replicas: 2 } })];
  const path = '/apis/apps/v1/namespaces/team-b/deployments/active/scale';
  expect((await call(path)).body).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 2 },
    status: { replicas: 2, selector: 'app=active' },
  });
  const patched = await call(path, { method: 'PATCH', body: '{"spec":{"replicas":0}}' });
  expect(patched.body.spec).toEqual({ replicas: 0 });
  expect(state.scaled).toEqual([['team-b', 'active', 0]]);
  for (const replicas of ['-1', '1.5', '"2"', '1001']) {
    const refused = await call(path, { method: 'PUT', body: `{"spec":{"replicas":${replicas}}}` });
    expect(refused).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
  }
  expect(state.scaled).toHaveLength(1);
  const missing = await call(path.replace('active', 'nope'), { method: 'PATCH', body: '{}' });
  expect(missing.body.message).toBe('deployments.apps "nope" not found');
});

test('status and stop', async () => {
  expect((await call('/calb/v1/status')).body).toMatchObject({ instance: 'demo', envoyVersion: '1.40.0' });
  expect(await call('/calb/v1/stop', { method: 'POST' })).toMatchObject({ status: 202 });
  await expect.poll(() => state.isStopped).toBe(true);
});

/** Reads JSON lines from a stream, one at a time. */
async function lines(path: string) {
  const { body } = await request(`http://localhost${path}`, { dispatcher: agent });
  async function* read() {
    let rest = '';
    for await (const chunk of body) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) yield JSON.parse(part);
    }
  }
  const iterator = read();
  return {
    next: async () => (await iterator.next()).value,
    rest: async () => {
      const all = [];
      for await (const line of iterator) all.push(line);
      return all;
    },
    end: () => body.destroy(),
  };
}

test('events: those that there are, or a stream that follows', async () => {
  state.events = [1, 2, 3].map((seq) => event(seq, { type: 'FilesChanged', files: ['a.yaml'] }));
  const seqs = async (path: string) => (await (await lines(path)).rest()).map(({ seq }) => seq);
  expect(await seqs('/calb/v1/events')).toEqual([1, 2, 3]);
  expect(await seqs('/calb/v1/events?since=2')).toEqual([3]);
  expect((await call('/calb/v1/events?since=x')).status).toBe(400);
  const stream = await lines('/calb/v1/events?since=2&follow=true');
  expect(await stream.next()).toMatchObject({ seq: 3, type: 'FilesChanged' });
  state.events.push(event(4, { type: 'ProxyConnected', tenant: 'team-a' }));
  state.change();
  expect(await stream.next()).toMatchObject({ seq: 4, tenant: 'team-a' });
  expect(state.listenerCount).toBe(1);
  stream.end();
  await expect.poll(() => state.listenerCount).toBe(0);
});

test('watch sends what is added, modified and deleted', async () => {
  const web = object('Gateway', 'gateway.networking.k8s.io/v1', ['team-a', 'web']);
  state.objects = [web];
  const stream = await lines(`${gateways}/namespaces/team-a/gateways?watch=true`);
  expect(await stream.next()).toEqual({ type: 'ADDED', object: web });
  const changed = { ...web, status: { conditions: [] } };
  state.objects = [changed];
  state.change();
  const at = (resourceVersion: string) => ({ ...changed, metadata: { ...web.metadata, resourceVersion } });
  expect(await stream.next()).toEqual({ type: 'MODIFIED', object: at('8') });
  state.objects = [];
  state.change();
  expect(await stream.next()).toEqual({ type: 'DELETED', object: at('9') });
  stream.end();
});

test('a watch goes on where a list ended, and what is too old is 410', async () => {
  const web = object('Gateway', 'gateway.networking.k8s.io/v1', ['team-a', 'web']);
  state.objects = [web];
  const path = `${gateways}/namespaces/team-a/gateways`;
  const list = (await call(path)).body as { metadata: { resourceVersion: string } };
  state.objects = [];
  state.change();
  const stream = await lines(
    `${path}?watch=1&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`,
  );
  expect(await stream.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'web' } } });
  stream.end();
  const old = await call(`${path}?watch=true&resourceVersion=3`);
  expect(old).toMatchObject({
    status: 410,
    body: { reason: 'Expired', message: 'too old resource version: 3' },
  });
});

test('a table has the columns that kubectl shows, and the metadata of each row', async () => {
  state.objects = [
    object('Gateway', 'gateway.networking.k8s.io/v1', ['team-a', 'web'], {
      spec: { gatewayClassName: 'eg' },
    }),
  ];
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
  const { body } = await call(`${gateways}/gateways`, { headers: { accept } });
  expect(body).toMatchObject({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: [
      { name: 'Name', format: 'name' },
      { name: 'Class' },
      { name: 'Address' },
      { name: 'Programmed' },
      { name: 'Age' },
    ],
    rows: [
      {
        cells: ['web', 'eg', null, null, expect.any(String)],
        object: { kind: 'PartialObjectMetadata', metadata: { name: 'web' } },
      },
    ],
  });
});
