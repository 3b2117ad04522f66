import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostRelays } from '../../src/runtime/docker/host-relays.ts';
import { parseHealthEvent } from '../../src/telemetry/health-events.ts';
import { eventsOf } from '../fixtures/control-plane.ts';
import { skipWithoutEnvoy, temporaryFolder } from '../fixtures/envoy.ts';
import {
  ask,
  backend,
  closeAfterTest,
  envoyOf,
  freePort,
  plane,
  snapshotFor,
  untilApplied,
} from './support/control-plane.ts';
import { eventually } from './support/eventually.ts';
import { SteadyLoad } from './support/steady-load.ts';

describe.skipIf(skipWithoutEnvoy)('a real Envoy with a network of its own', () => {
  test('takes over from another one on the same ports while requests come, and edits go on', async () => {
    const test = await plane();
    const old = await envoyOf(test);
    const a = await backend('a', 5);
    const port = await freePort();
    const wanted = {
      routes: { [port]: 'a' },
      clusters: { a: [a] as const },
      ...{ eventLogPath: '/dev/null', sharesListeners: true },
    };
    const first = snapshotFor(wanted);
    test.controlPlane.setSnapshot(first, undefined);
    await untilApplied(test, first);
    await eventually('an answer', async () => (await ask(port)) === '200 a');
    const load = new SteadyLoad(200, () => ({ address: '127.0.0.1', port }));
    const young = await envoyOf(test);
    await eventually('the new one is ready', () => young.admin.isReady());
    const mark = test.events.length;
    await old.stop();
    const second = snapshotFor({ ...wanted, routes: { [port]: 'a', [await freePort()]: 'a' } }, first);
    test.controlPlane.setSnapshot(second, 2);
    await untilApplied(test, second);
    await eventually('enough requests', () => load.sent > 300);
    const { failures, sent, statuses } = await load.stop();
    // It is ended without a drain: connections that waited to be taken are reset, more of them on a busy machine. The
    // runtime drains first, and has its own test of that.
    expect(failures.length, JSON.stringify(failures)).toBeLessThan(sent / 2);
    expect(statuses).toEqual({ 200: sent - failures.length });
    expect(eventsOf(test.events.slice(mark), 'proxy-disconnected')).toEqual([]);
    expect(eventsOf(test.events, 'snapshot-applied').at(-1)).toMatchObject({
      changed: { listener: 1, route: 1 },
    });
  });

  test("reaches a server of this machine by a relay's socket, and notices when it is gone", async () => {
    const test = await plane();
    const envoy = await envoyOf(test);
    const a = await backend('a');
    const port = await freePort();
    const folder = temporaryFolder();
    const relays = new HostRelays(folder.path);
    closeAfterTest(() => {
      relays.close();
      folder.remove();
    });
    const hostTarget = { address: '127.0.0.1', port: a.port };
    await relays.put([hostTarget]);
    const address = { path: join(folder.path, `127.0.0.1_${a.port}.sock`) };
    const check = { type: 'http', path: '/', method: 'GET', host: 'a', expectedStatuses: [200] };
    const activeHealthCheck = {
      ...{ timeoutMs: 1000, intervalMs: 100, noTrafficIntervalMs: 100 },
      ...{ unhealthyThreshold: 1, healthyThreshold: 1, check: { ...check, retriableStatuses: [] } },
    };
    const endpoints = [{ address, hostTarget, declared: `127.0.0.1:${a.port}` }];
    const snapshot = snapshotFor({
      routes: { [port]: 'a' },
      clusters: { a: [a, { activeHealthCheck, localities: [{ name: 'a', endpoints }] }] },
      ...envoy,
    });
    test.controlPlane.setSnapshot(snapshot, undefined);
    await untilApplied(test, snapshot);
    await eventually('an answer', async () => (await ask(port)) === '200 a');
    const entry = await eventually(
      'the request is reported',
      () => eventsOf(test.events, 'access-log').flatMap(({ entries }) => entries)[0],
    );
    expect(entry.upstreamAddress).toBe(address.path);
    a.stop();
    const event = await eventually('Envoy says that it is unhealthy', () =>
      readFileSync(envoy.eventLogPath, 'utf8')
        .split('\n')
        .map(parseHealthEvent)
        .find((line) => line?.kind === 'health-check' && line.type === 'unhealthy'),
    );
    expect(event).toMatchObject({ address: address.path, failureType: 'network' });
    await eventually('a refusal', async () => (await ask(port)).startsWith('503'));
  });
});
