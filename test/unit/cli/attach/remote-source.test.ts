import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RemoteSource } from '../../../../cli/attach/remote-source.ts';
import { InstanceClient } from '../../../../cli/client.ts';
import { type Api, startApi } from '../../../../src/api/start-api.ts';
import type { LogLine } from '../../../../src/model/logs.ts';
import type { SessionEvent } from '../../../../src/session/events.ts';
import type { TenantView } from '../../../../src/session/view/instance-view.ts';
import { event, FakeState, object } from '../../api/fake-state.ts';

let folder: string;
let state: FakeState;
let api: Api;
let source: RemoteSource;

const tenant = (name: string, acked = 'v1') => ({ name, acked }) as unknown as TenantView;

async function open(isReadOnly = true): Promise<RemoteSource> {
  const client = new InstanceClient({ name: 'demo', apiSocket: join(folder, 'api.sock') });
  source = await RemoteSource.open(client, { instance: 'demo', isReadOnly });
  return source;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attach-'));
  state = new FakeState();
  state.instance = { ...state.instance, tenants: [tenant('a'), tenant('b')] };
  api = await startApi({ socketPath: join(folder, 'api.sock'), state });
});

afterEach(async () => {
  source.close();
  await api.close();
  rmSync(folder, { recursive: true });
});

test('shows the view, and keeps the parts of it that do not change', async () => {
  await open();
  await vi.waitFor(() => expect(source.view()).toEqual(state.instance));
  // The first update of the stream has everything; what comes later has what changed.
  state.instance = { ...state.instance, tenants: [tenant('a'), tenant('b', 'v2')] };
  await vi.waitFor(() => expect(source.view()?.tenants[1]).toMatchObject({ acked: 'v2' }));
  const before = source.view();
  const [a] = state.instance.tenants;
  state.instance = { ...state.instance, tenants: [a as TenantView, tenant('b', 'v3')] };
  await vi.waitFor(() => expect(source.view()?.tenants[1]).toMatchObject({ acked: 'v3' }));
  expect(source.view()?.tenants[0]).toBe(before?.tenants[0]);
});

test('streams events in order, the kept ones first', async () => {
  state.events = [event(1, { type: 'FilesChanged', files: [] })];
  await open();
  const seen: SessionEvent[] = [];
  const end = source.subscribe((events) => seen.push(...events));
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  state.events = [...state.events, event(2, { type: 'ProxyConnected' })];
  state.change();
  await vi.waitFor(() => expect(seen.map(({ seq }) => seq)).toEqual([1, 2]));
  end();
});

test('asks for objects, texts, configurations and logs; what is not there is undefined', async () => {
  state.objects = [
    object('Pod', 'v1', ['team-a', 'web-1']),
    object('Namespace', 'v1', [undefined, 'team-a']),
  ];
  const owner = { type: 'access', tenant: 'team-a' } as const;
  state.logs.write(owner, 'one');
  await open();
  expect(await source.object('Pod/team-a/web-1')).toMatchObject({ kind: 'Pod' });
  expect(await source.object('Namespace/team-a')).toMatchObject({ kind: 'Namespace' });
  expect(await source.object('Pod/team-a/nope')).toBeUndefined();
  expect(await source.object('Nothing/x')).toBeUndefined();
  expect(await source.source('Gateway/team-a/web')).toMatchObject({ file: 'a.yaml' });
  expect(await source.configuration('nope')).toBeUndefined();
  const lines: LogLine[] = [];
  const end = source.followLogs(owner, (more) => lines.push(...more));
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  state.logs.write(owner, 'two');
  await vi.waitFor(() => expect(lines.map(({ text }) => text)).toEqual(['one', 'two']));
  end();
  await vi.waitFor(() => expect(state.logs.followerCount).toBe(0));
});

test('acts only where that is allowed, and says what the instance refuses', async () => {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } };
  const spec = { selector: { matchLabels: labels }, template };
  const deployment = object('Deployment', 'apps/v1', ['team-a', 'web'], { spec });
  state.objects = [object('Pod', 'v1', ['team-a', 'web-1']), deployment];
  await open();
  await expect(source.act({ type: 'reread' })).rejects.toThrow('only watches');
  expect(state.asked).toEqual([]);
  source.close();
  await open(false);
  await source.act({ type: 'reread' });
  await source.act({ type: 'restart-proxy', tenant: 'a' });
  await source.act({ type: 'kill-pod', namespace: 'team-a', name: 'web-1' });
  await source.act({ type: 'scale', namespace: 'team-a', name: 'web', replicas: 2 });
  expect(state.asked).toEqual(['reread', 'restart a', 'kill team-a/web-1']);
  expect(state.scaled).toEqual([['team-a', 'web', 2]]);
  await expect(source.act({ type: 'restart-proxy', tenant: 'nope' })).rejects.toThrow('"nope" not found');
});

test('tells that the instance was stopped', async () => {
  await open();
  const ended = vi.fn();
  source.onEnd(ended);
  await vi.waitFor(() => expect(state.instance).toEqual(source.view()));
  await api.close();
  await vi.waitFor(() => expect(ended).toHaveBeenCalledWith('the instance demo was stopped'), 5000);
  expect(source.end).toMatchObject({ isOrderly: true });
});

test('takes another instance of the same name for another one', async () => {
  await open();
  state.instance = { ...state.instance, startedAtMs: 5 };
  await vi.waitFor(() => expect(source.end).toMatchObject({ isOrderly: true }));
});
