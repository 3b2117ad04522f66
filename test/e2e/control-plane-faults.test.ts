import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadOrCreateCertificates } from '../../src/control-plane/certificates.ts';
import type { ControlPlaneEvent } from '../../src/control-plane/control-plane.ts';
import { startControlPlane } from '../../src/control-plane/server.ts';
import { setSampling } from '../../src/telemetry/admin-client.ts';
import { parseHealthEvent } from '../../src/telemetry/health-events.ts';
import type { Snapshot, SnapshotResource } from '../../src/xds/snapshot.ts';
import { encodeMessage } from '../../src/xds/wire/encoder.ts';
import { eventsOf, listenAt } from '../fixtures/control-plane.ts';
import { skipWithoutEnvoy } from '../fixtures/envoy.ts';
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

describe.skipIf(skipWithoutEnvoy)('when a real Envoy refuses, restarts or is a stranger', () => {
  test('says what it refused without its dumps of messages', async () => {
    const test = await plane();
    const envoy = await envoyOf(test);
    const port = await freePort();
    const good = snapshotFor({ routes: { [port]: 'a' }, clusters: {}, ...envoy });
    const [table = ''] = good.resources.route.keys();
    const refusedTable = async (version: string, virtualHosts: readonly unknown[]) => {
      const bytes = encodeMessage('envoy.config.route.v3.RouteConfiguration', {
        name: table,
        virtual_hosts: virtualHosts,
      });
      const route = new Map([[table, { name: table, version, bytes }]]);
      const snapshot = { ...good, version, resources: { ...good.resources, route } };
      test.controlPlane.setSnapshot(snapshot, undefined);
      await untilApplied(test, snapshot);
      return eventsOf(test.events, 'resource-rejected').at(-1)?.reason;
    };
    expect(await refusedTable('1', [{ name: 'x', domains: [] }])).toBe(
      'Proto constraint validation failed (RouteConfigurationValidationError.VirtualHosts[0]: embedded message failed ' +
        'validation | caused by VirtualHostValidationError.Domains: value must contain at least 1 item(s))',
    );
    const domains = ['a.example.com'];
    expect(
      await refusedTable('2', [
        { name: 'x', domains },
        { name: 'y', domains },
      ]),
    ).toContain('Duplicate entry of domain a.example.com');
    const match = { safe_regex: { regex: '/a(' } };
    const routes = [{ match, direct_response: { status: 200 } }];
    expect(await refusedTable('3', [{ name: 'x', domains, routes }])).toBe('missing ): /a(');
  });

  test('configures an Envoy that needs no clusters, or nothing at all', async () => {
    const test = await plane();
    const [envoy, idle] = [await envoyOf(test), await envoyOf(test, 'team-b')];
    const port = await freePort();
    const snapshot = snapshotFor({ routes: { [port]: 'missing' }, clusters: {}, ...envoy });
    test.controlPlane.setSnapshot(snapshot, undefined);
    test.controlPlane.setSnapshot(
      snapshotFor({ name: 'team-b', routes: {}, clusters: {}, ...idle }),
      undefined,
    );
    await untilApplied(test, snapshot);
    await eventually('it answers', async () => (await ask(port)).startsWith('503'));
    await eventually('the other is ready', () => idle.admin.isReady());
  });

  test('keeps a refusal to its resource, in every type', async () => {
    const test = await plane();
    const envoy = await envoyOf(test);
    const a = await backend('a');
    const [port, taken, spoiled] = [await freePort(), a.port, await freePort()];
    const good = snapshotFor({
      ...{ routes: { [port]: 'a', [taken]: 'a', [spoiled]: 'a' }, clusters: { a: [a], bad: [a] } },
      ...envoy,
    });
    const broken = (resource: SnapshotResource | undefined): SnapshotResource => {
      // A text field with a number that no xDS message has in common with the real one: wire type 7 does not exist.
      return { name: resource?.name ?? '', version: 'broken', bytes: Buffer.from([0x07]) };
    };
    const { resources } = good;
    const replace = (type: keyof typeof resources, name: string) =>
      new Map([...resources[type]].map(([key, value]) => [key, key === name ? broken(value) : value]));
    const snapshot: Snapshot = {
      ...good,
      resources: {
        ...resources,
        cluster: replace('cluster', 'bad'),
        route: replace('route', `team-a/web/${spoiled}`),
      },
    };
    test.controlPlane.setSnapshot(snapshot, 4);
    await untilApplied(test, snapshot);
    expect(await eventually('an answer', () => ask(port))).toBe('200 a');
    const rejections = eventsOf(test.events, 'resource-rejected');
    expect(rejections.map(({ name, resourceType }) => `${resourceType} ${name}`).toSorted()).toEqual([
      'cluster bad',
      `listener team-a/web/${taken}`,
      `route team-a/web/${spoiled}`,
    ]);
    const reasonOf = (type: string) => rejections.find(({ resourceType }) => resourceType === type)?.reason;
    expect(reasonOf('listener')).toContain('Address already in use');
    expect(reasonOf('cluster')).toBe('Unable to unpack as envoy.config.cluster.v3.Cluster');
    expect(rejections.every(({ cause }) => cause === 4)).toBe(true);
    expect(eventsOf(test.events, 'snapshot-applied').at(-1)?.rejected).toHaveLength(3);

    const mended = { ...good, version: 'mended' };
    test.controlPlane.setSnapshot(mended, 5);
    await untilApplied(test, mended);
    expect(await eventually('an answer', async () => (await ask(spoiled)) === '200 a' && 'yes')).toBe('yes');
    expect(eventsOf(test.events, 'snapshot-applied').at(-1)?.rejected).toEqual([`team-a/web/${taken}`]);
  });

  test('takes it up again after a restart of either side, without sending what it has', async () => {
    const certificates = await loadOrCreateCertificates({ read: () => undefined, write: () => {} });
    const tokenKey = Buffer.alloc(32, 7);
    const port = await freePort();
    const events: ControlPlaneEvent[] = [];
    const options = {
      certificates,
      tokenKey,
      onEvent: (event: ControlPlaneEvent) => events.push(event),
    };
    let controlPlane = startControlPlane(options);
    await listenAt(controlPlane, { address: '127.0.0.1', port });
    closeAfterTest(() => controlPlane.close());
    const envoy = await envoyOf({ controlPlane, events });
    const a = await backend('a');
    const listenerPort = await freePort();
    const wanted = { routes: { [listenerPort]: 'a' }, clusters: { a: [a] as const }, ...envoy };
    const snapshot = snapshotFor(wanted);
    controlPlane.setSnapshot(snapshot, undefined);
    await untilApplied({ controlPlane, events }, snapshot);
    await eventually('an answer', async () => (await ask(listenerPort)) === '200 a');

    const load = new SteadyLoad(100, () => ({ address: '127.0.0.1', port: listenerPort }));
    await controlPlane.close();
    controlPlane = startControlPlane(options);
    await listenAt(controlPlane, { address: '127.0.0.1', port });
    const mark = events.length;
    controlPlane.setSnapshot(snapshotFor(wanted), undefined);
    await untilApplied({ controlPlane, events }, snapshot);
    expect(eventsOf(events.slice(mark), 'snapshot-applied')).toMatchObject([{ changed: {}, rejected: [] }]);
    const { failures, sent, statuses } = await load.stop();
    expect({ failures, statuses }).toEqual({ failures: [], statuses: { 200: sent } });

    await envoy.stop();
    const secondMark = events.length;
    envoy.restart();
    await eventually('everything is sent again', () =>
      eventsOf(events.slice(secondMark), 'snapshot-applied').find(({ changed }) => changed.route === 1),
    );
    await eventually('an answer', async () => (await ask(listenerPort)) === '200 a');
  });

  test("does not serve an Envoy that has another tenant's token, or none of ours", async () => {
    const test = await plane();
    const a = await backend('a');
    const ports = [await freePort(), await freePort()] as const;
    const { token } = test.controlPlane.credentials('team-b');
    const stranger = await envoyOf(test, 'team-a', { token });
    const forger = await envoyOf(test, 'team-a', { token: 'abc' });
    test.controlPlane.setSnapshot(
      snapshotFor({ routes: { [ports[0]]: 'a' }, clusters: { a: [a] }, ...stranger }),
      undefined,
    );
    await eventually('both are refused', () => eventsOf(test.events, 'stream-refused').length === 2);
    expect(
      eventsOf(test.events, 'stream-refused')
        .map(({ reason }) => reason)
        .toSorted(),
    ).toEqual([
      'it has the token of team-b, but says that it is team-a',
      'its token was not issued by this instance',
    ]);
    expect(eventsOf(test.events, 'proxy-connected')).toEqual([]);
    expect(await stranger.admin.isReady()).toBe(false);
    expect(await forger.admin.isReady()).toBe(false);
  });

  test('its health events and its sampling are what telemetry takes them for', async () => {
    const test = await plane();
    const envoy = await envoyOf(test);
    const a = await backend('a');
    const port = await freePort();
    const special = {
      activeHealthCheck: {
        ...{
          timeoutMs: 1000,
          intervalMs: 100,
          noTrafficIntervalMs: 100,
          unhealthyThreshold: 2,
          healthyThreshold: 1,
        },
        check: {
          type: 'http',
          ...{ path: '/healthz', method: 'GET', host: 'x', expectedStatuses: [200], retriableStatuses: [] },
        },
      },
    };
    const snapshot = snapshotFor({ routes: { [port]: 'a' }, clusters: { a: [a, special] }, ...envoy });
    test.controlPlane.setSnapshot(snapshot, undefined);
    await untilApplied(test, snapshot);
    const events = () =>
      readFileSync(envoy.eventLogPath, 'utf8')
        .split('\n')
        .flatMap((line) => parseHealthEvent(line) ?? []);
    const host = { clusterName: 'a', address: `127.0.0.1:${a.port}` };
    await eventually('it is healthy', () => events().some(({ kind }) => kind === 'health-check'));
    expect(events()[0]).toMatchObject({ type: 'healthy', isFirstCheck: true, ...host });
    a.state.status = 503;
    await eventually('it is unhealthy', () =>
      events().some((event) => 'type' in event && event.type === 'unhealthy'),
    );
    expect(events()[1]).toMatchObject({ type: 'unhealthy', failureType: 'active', httpStatus: 503, ...host });

    await setSampling(envoy.adminSocketPath, 0);
    const before = eventsOf(test.events, 'access-log').length;
    for (let i = 0; i < 5; i += 1) await ask(port);
    await setSampling(envoy.adminSocketPath, 100);
    await ask(port);
    await eventually(
      'requests are reported again',
      () => eventsOf(test.events, 'access-log').length > before,
    );
    const reported = eventsOf(test.events, 'access-log').slice(before);
    expect(reported.flatMap(({ entries }) => entries)).toHaveLength(1);
    expect(
      (await envoy.admin.stats('^cluster.a.health_check')).get('cluster.a.health_check.failure'),
    ).toBeGreaterThan(0);
  });
});
