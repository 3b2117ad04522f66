import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InstanceClient } from '../../../cli/client.ts';
import { type Api, startApi } from '../../../src/api/start-api.ts';
import { applyViewUpdate, ViewChanges, type ViewUpdate } from '../../../src/api/view-changes.ts';
import type { InstanceView, TenantView } from '../../../src/session/view/instance-view.ts';
import { FakeState, object } from './fake-state.ts';

let folder: string;
let state: FakeState;
let api: Api;
let client: InstanceClient;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-'));
  state = new FakeState();
  const apiSocket = join(folder, 'api.sock');
  api = await startApi({ socketPath: apiSocket, state });
  client = new InstanceClient({ name: 'demo', apiSocket });
});

afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const tenant = (name: string, acked = 'v1') =>
  ({ name, acked, routes: [], clusters: [] }) as unknown as TenantView;
const view = (state: InstanceView, ...tenants: TenantView[]): InstanceView => ({ ...state, tenants });

test('shows the view, a tenant without secrets and what stands in a file', async () => {
  expect(await client.call('/calb/v1/view')).toEqual(state.instance);
  expect(await client.call('/calb/v1/configuration/team-a')).toEqual({ model: { name: 'team-a' }, xds: [] });
  await expect(client.call('/calb/v1/configuration/nope')).rejects.toMatchObject({ code: 404 });
  expect(await client.call('/calb/v1/source?ref=Gateway%2Fteam-a%2Fweb')).toMatchObject({ line: 3 });
  await expect(client.call('/calb/v1/source?ref=Gateway/x/y')).rejects.toMatchObject({ reason: 'NotFound' });
});

test('takes what people ask for, of pods and tenants that exist', async () => {
  state.objects = [object('Pod', 'v1', ['team-a', 'web-1'])];
  state.instance = view(state.instance, tenant('team-a'));
  const post = (path: string) => client.call(path, { method: 'POST' });
  await post('/calb/v1/pods/team-a/web-1/kill');
  await post('/calb/v1/proxies/team-a/restart');
  await post('/calb/v1/reread');
  expect(state.asked).toEqual(['kill team-a/web-1', 'restart team-a', 'reread']);
  await expect(post('/calb/v1/pods/team-b/web-1/kill')).rejects.toThrow('pods "web-1" not found');
  await expect(post('/calb/v1/proxies/nope/restart')).rejects.toThrow('tenant "nope" not found');
  await expect(client.call('/calb/v1/reread')).rejects.toMatchObject({ code: 405 });
  expect(state.asked).toHaveLength(3);
});

test('streams the view: all of it first, then what changes', async () => {
  const [a, b] = [tenant('a'), tenant('b')];
  state.instance = view(state.instance, a, b);
  const reading = new AbortController();
  const updates: ViewUpdate[] = [];
  for await (const lines of client.lines<ViewUpdate>('/calb/v1/view?follow=true', reading)) {
    updates.push(...lines);
    if (updates.length === 1) state.instance = view(state.instance, a, tenant('b', 'v2'));
    if (updates.length === 2) reading.abort();
  }
  expect(updates.map(({ tenants }) => tenants)).toEqual([
    [a, b],
    ['a', tenant('b', 'v2')],
  ]);
});

test('a view that is put together of updates keeps what did not change, and notices a gap', () => {
  const changes = new ViewChanges();
  const [a, b] = [tenant('a'), tenant('b')];
  const first = view(state.instance, a, b);
  const [all] = changes.next(first);
  const before = all && applyViewUpdate(undefined, all);
  expect(before).toEqual(first);
  expect(changes.next(first)).toEqual([]);
  const second = view({ ...state.instance, readiness: 'probing' }, b);
  const [update] = changes.next(second);
  const after = update && applyViewUpdate(before, update);
  expect(after).toEqual(second);
  expect(after?.tenants[0]).toBe(before?.tenants[1]);
  expect(update && applyViewUpdate(undefined, update)).toBeUndefined();
});
