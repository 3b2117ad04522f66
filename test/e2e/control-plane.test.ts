import { describe, expect, test } from 'vitest';
import { buildSnapshot } from '../../src/xds/build-snapshot.ts';
import type { Snapshot } from '../../src/xds/snapshot.ts';
import { eventsOf } from '../fixtures/control-plane.ts';
import { skipWithoutEnvoy } from '../fixtures/envoy.ts';
import { tenant } from '../fixtures/tenant.ts';
import {
  ask,
  backend,
  envoyOf,
  freePort,
  plane,
  snapshotFor,
  untilApplied,
} from './support/control-plane.ts';
import { eventually } from './support/eventually.ts';
import { SteadyLoad } from './support/steady-load.ts';

describe.skipIf(skipWithoutEnvoy)('a control plane with a real Envoy', () => {
  test('configures it, and reports its requests', async () => {
    const test = await plane();
    const envoy = await envoyOf(test);
    const a = await backend('a');
    const port = await freePort();
    const snapshot = snapshotFor({ routes: { [port]: 'a' }, clusters: { a: [a] }, ...envoy });
    test.controlPlane.setSnapshot(snapshot, 1);
    await untilApplied(test, snapshot);
    expect(await eventually('an answer', () => ask(port))).toBe('200 a');
    expect(await envoy.admin.isReady()).toBe(true);
    const entry = await eventually(
      'the request is reported',
      () => eventsOf(test.events, 'access-log').flatMap(({ entries }) => entries)[0],
    );
    expect(entry).toMatchObject({
      ...{ method: 'GET', path: '/', status: 200, responseFlags: [], route: 'to-a', cluster: 'a' },
      ...{ upstreamAddress: `127.0.0.1:${a.port}`, attemptCount: 1 },
    });
    expect(Math.abs(entry.startTimeMs - Date.now())).toBeLessThan(30_000);
    expect(eventsOf(test.events, 'proxy-connected')[0]?.envoyVersion).toMatch(/^1\.\d+\.\d+$/);
    expect(eventsOf(test.events, 'snapshot-applied')).toMatchObject([
      { cause: 1, changed: { cluster: 1, endpoint: 1, listener: 1, route: 1 }, rejected: [] },
    ]);
  });

  test('moves 200 requests a second between new clusters 100 times without losing one', async () => {
    const test = await plane();
    const envoy = await envoyOf(test);
    const backends = [await backend('a', 10), await backend('b', 10)] as const;
    const port = await freePort();
    const edit = (round: number, previous?: Snapshot) =>
      snapshotFor(
        {
          routes: { [port]: `c${round}` },
          clusters: { [`c${round}`]: [backends[round % 2 === 0 ? 0 : 1]] },
          ...envoy,
        },
        previous,
      );
    let snapshot = edit(0);
    test.controlPlane.setSnapshot(snapshot, undefined);
    await untilApplied(test, snapshot);
    await eventually('an answer', async () => (await ask(port)) === '200 a');
    const load = new SteadyLoad(200, () => ({ address: '127.0.0.1', port }));
    for (let round = 1; round <= 100; round += 1) {
      snapshot = edit(round, snapshot);
      test.controlPlane.setSnapshot(snapshot, undefined);
      await untilApplied(test, snapshot);
    }
    await eventually('enough requests', () => load.sent > 600);
    const { failures, sent, statuses } = await load.stop();
    expect({ failures, statuses }).toEqual({ failures: [], statuses: { 200: sent } });
    expect((await envoy.admin.clusters()).map(({ name }) => name).toSorted()).toEqual([
      'c100',
      'calb_control_plane',
    ]);
  });

  test('lets an address pass from one listener to another', async () => {
    const test = await plane();
    const envoy = await envoyOf(test);
    const a = await backend('a');
    const port = await freePort();
    const first = snapshotFor({ routes: { [port]: 'a' }, clusters: { a: [a] }, ...envoy });
    test.controlPlane.setSnapshot(first, undefined);
    await untilApplied(test, first);
    const renamed = tenant({
      listeners: [{ name: 'team-a/other/80', bind: [{ address: '127.0.0.1', port }] }],
      routeTables: [
        {
          name: 'team-a/other/80',
          virtualHosts: [{ name: '*', routes: [{ name: 'r', action: { type: 'direct', status: 418 } }] }],
        },
      ],
    });
    const options = {
      accessLogPath: '/dev/null',
      eventLogPath: envoy.eventLogPath,
      requestEvents: true,
      sharesListeners: false,
    };
    const second = buildSnapshot(renamed, options, first).snapshot;
    test.controlPlane.setSnapshot(second, undefined);
    await untilApplied(test, second);
    await eventually('the new listener answers', async () => (await ask(port)).startsWith('418'));
    expect(eventsOf(test.events, 'resource-rejected')).toEqual([]);
  });

  test('routes that need no new cluster do not wait for one that does not answer', async () => {
    const test = await plane();
    const envoy = await envoyOf(test);
    const [a, b] = [await backend('a'), await backend('b')];
    const hung = await backend('hung', 60_000);
    const [port, other] = [await freePort(), await freePort()];
    const check = {
      activeHealthCheck: {
        ...{ timeoutMs: 3000, intervalMs: 3000, unhealthyThreshold: 1, healthyThreshold: 1 },
        check: {
          type: 'http',
          ...{ path: '/', method: 'GET', host: 'x', expectedStatuses: [200], retriableStatuses: [] },
        },
      },
    };
    const first = snapshotFor({
      routes: { [port]: 'a', [other]: 'a' },
      clusters: { a: [a], b: [b] },
      ...envoy,
    });
    test.controlPlane.setSnapshot(first, undefined);
    await untilApplied(test, first);
    await eventually('an answer', async () => (await ask(port)) === '200 a');
    const second = snapshotFor(
      {
        routes: { [port]: 'b', [other]: 'hung' },
        clusters: { a: [a], b: [b], hung: [hung, check] },
        ...envoy,
      },
      first,
    );
    test.controlPlane.setSnapshot(second, undefined);
    await eventually('the other route is live', async () => (await ask(port)) === '200 b');
    expect(test.controlPlane.ackedVersion('team-a')).toBe(first.version);
    expect(await ask(other)).toBe('200 a');
    await untilApplied(test, second);
  });
});
