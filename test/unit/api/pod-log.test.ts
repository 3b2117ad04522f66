import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, startApi } from '../../../src/api/start-api.ts';
import type { LogLine, LogOwner } from '../../../src/model/logs.ts';
import { FakeState, object } from './fake-state.ts';

/** Kept lines and listeners by owner, `pod/ns/name`. */
class Logs {
  readonly kept = new Map<string, LogLine[]>();
  readonly followers = new Map<string, (line: LogLine) => void>();

  lines(owner: LogOwner) {
    return Promise.resolve(this.kept.get(nameOf(owner)));
  }

  follow(owner: LogOwner, listener: (line: LogLine) => void) {
    this.followers.set(nameOf(owner), listener);
    return () => this.followers.delete(nameOf(owner));
  }
}

function nameOf(owner: LogOwner): string {
  return owner.type === 'pod' ? `pod/${owner.namespace}/${owner.name}` : `${owner.type}/${owner.tenant}`;
}

let folder: string;
let state: FakeState;
let logs: Logs;
let api: Api;
let agent: Agent;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-'));
  state = new FakeState();
  logs = new Logs();
  Object.assign(state, { logs });
  const spec = { containers: [{ name: 'web' }] };
  const labels = { 'gateway.envoyproxy.io/owning-gateway-name': 'eg' };
  const envoy = object('Pod', 'v1', ['team', 'envoy-1'], { spec: { containers: [{ name: 'envoy' }] } });
  state.objects = [
    object('Pod', 'v1', ['team', 'web-1'], { spec }),
    { ...envoy, metadata: { ...envoy.metadata, labels } },
  ];
  const socketPath = join(folder, 'api.sock');
  api = await startApi({ socketPath, state });
  agent = new Agent({ connect: { socketPath } });
  logs.kept.set('pod/team/web-1', [at(1, 'one'), at(2, 'two'), at(3, 'three')]);
});

afterEach(async () => {
  await agent.destroy();
  await api.close();
  rmSync(folder, { recursive: true });
});

function at(second: number, text: string): LogLine {
  return { timeMs: second * 1000, stream: 'stdout', text };
}

function ask(name: string, query = '') {
  return request(`http://localhost/api/v1/namespaces/team/pods/${name}/log?${query}`, { dispatcher: agent });
}

async function read(name: string, query = '') {
  const { statusCode, body } = await ask(name, query);
  return `${statusCode} ${await body.text()}`;
}

test.each([
  ['', 'one\ntwo\nthree\n'],
  ['container=web&tailLines=2', 'two\nthree\n'],
  ['tailLines=0', ''],
  ['sinceTime=1970-01-01T00:00:02Z', 'two\nthree\n'],
  ['limitBytes=5', 'one\nt'],
  ['timestamps=true&tailLines=1', '1970-01-01T00:00:03.000000000Z three\n'],
])('a log with "%s"', async (query, text) => {
  expect(await read('web-1', query)).toBe(`200 ${text}`);
});

test.each([
  ['nope', '', 404, 'pods \\"nope\\" not found'],
  ['web-1', 'container=other', 400, 'container other is not valid for pod web-1'],
  ['web-1', 'previous=true', 400, 'previous terminated container \\"web\\" in pod \\"web-1\\" not found'],
  ['web-1', 'tailLines=x', 400, 'tailLines'],
  ['web-1', 'sinceTime=x', 400, 'sinceTime'],
])('refuses a log of %s with "%s"', async (name, query, code, message) => {
  const answer = await read(name, query);
  expect(answer).toContain(`${code} `);
  expect(answer).toContain(message);
});

test('a pod that has written nothing yet, because it is not there, is being made', async () => {
  logs.kept.clear();
  expect(await read('web-1')).toContain('400 ');
  expect(await read('web-1')).toContain('is waiting to start: ContainerCreating');
});

test("an Envoy's pod has the tenant's log and access log", async () => {
  logs.kept.set('proxy/team', [at(1, 'started'), at(3, 'drained')]);
  logs.kept.set('access/team', [at(2, 'GET /')]);
  expect(await read('envoy-1')).toBe('200 started\nGET /\ndrained\n');
});

test('a log is followed, from what is kept on, until the pod is gone', async () => {
  const { body } = await ask('web-1', 'follow=true&tailLines=1');
  const texts = body[Symbol.asyncIterator]();
  expect(String((await texts.next()).value)).toBe('three\n');
  logs.followers.get('pod/team/web-1')?.(at(4, 'four'));
  expect(String((await texts.next()).value)).toBe('four\n');
  state.objects = [];
  state.change();
  expect((await texts.next()).done).toBe(true);
  await expect.poll(() => logs.followers.size).toBe(0);
});
