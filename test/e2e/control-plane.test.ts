import { readFileSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { loadOrCreateCertificates } from '../../src/control-plane/certificates.ts';
import type { ControlPlaneEvent } from '../../src/control-plane/control-plane.ts';
import { startControlPlane } from '../../src/control-plane/server.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { setSampling } from '../../src/telemetry/admin-client.ts';
import { parseHealthEvent } from '../../src/telemetry/health-events.ts';
import { buildSnapshot } from '../../src/xds/build-snapshot.ts';
import type { Snapshot, SnapshotResource } from '../../src/xds/snapshot.ts';
import { eventsOf, startTestControlPlane, type TestControlPlane } from '../fixtures/control-plane.ts';
import { skipWithoutEnvoy } from '../fixtures/envoy.ts';
import { type RealEnvoy, startRealEnvoy } from '../fixtures/real-envoy.ts';
import { tenant } from '../fixtures/tenant.ts';
import { eventually } from './support/eventually.ts';
import { send } from './support/http-request.ts';
import { SteadyLoad } from './support/steady-load.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function plane(): Promise<TestControlPlane> {
  const started = await startTestControlPlane();
  open.push(() => started.controlPlane.close());
  return started;
}

async function envoyOf(
  { controlPlane }: TestControlPlane,
  name = 'team-a',
  identity: { readonly token?: string } = {},
): Promise<RealEnvoy> {
  const envoy = await startRealEnvoy(controlPlane, name, identity);
  open.push(() => envoy.remove());
  return envoy;
}

/** A backend that answers its name; `statusOf` decides its health. */
async function backend(name: string, delayMs = 0): Promise<Backend> {
  const state = { status: 200 };
  const server = http.createServer((_request, response) => {
    setTimeout(() => {
      response.writeHead(state.status);
      response.end(name);
    }, delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { name, port: (server.address() as AddressInfo).port, state };
}

interface Backend {
  readonly name: string;
  readonly port: number;
  readonly state: { status: number };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Loose<T> = { readonly [Key in keyof T]?: unknown };

interface Wanted {
  readonly name?: string;
  /** Port → cluster. */
  readonly routes: Readonly<Record<number, string>>;
  /** Cluster → backend, and what is special about the cluster. */
  readonly clusters: Readonly<Record<string, readonly [Backend, Loose<Tenant['clusters'][number]>?]>>;
  readonly eventLogPath: string;
}

function snapshotFor(
  { clusters, eventLogPath, name = 'team-a', routes }: Wanted,
  previous?: Snapshot,
): Snapshot {
  const model = tenant({
    name,
    proxy: { concurrency: 1, accessLog: { type: 'disabled' } },
    listeners: Object.keys(routes).map((port) => ({
      name: `team-a/web/${port}`,
      bind: [{ address: '127.0.0.1', port: Number(port) }],
    })),
    routeTables: Object.entries(routes).map(([port, cluster]) => ({
      name: `team-a/web/${port}`,
      virtualHosts: [{ name: '*', domains: ['*'], routes: [{ name: `to-${cluster}`, action: { cluster } }] }],
    })),
    clusters: Object.entries(clusters).map(([cluster, [backend, special]]) => ({
      name: cluster,
      ...special,
      localities: [
        {
          name: cluster,
          endpoints: [
            { address: { address: '127.0.0.1', port: backend.port }, declared: `${backend.name}:80` },
          ],
        },
      ],
    })),
  });
  return buildSnapshot(model, { accessLogPath: '/dev/null', eventLogPath, requestEvents: true }, previous)
    .snapshot;
}

async function untilApplied({ controlPlane }: TestControlPlane, snapshot: Snapshot): Promise<void> {
  await eventually(
    `${snapshot.version} is applied`,
    () => controlPlane.ackedVersion(snapshot.tenant) === snapshot.version,
  );
}

const ask = async (port: number) => {
  const { body, status } = await send({ address: '127.0.0.1', port });
  return `${status} ${body}`;
};

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
    const options = { accessLogPath: '/dev/null', eventLogPath: envoy.eventLogPath, requestEvents: true };
    const second = buildSnapshot(renamed, options, first).snapshot;
    test.controlPlane.setSnapshot(second, undefined);
    await untilApplied(test, second);
    await eventually('the new listener answers', async () => (await ask(port)).startsWith('418'));
    expect(eventsOf(test.events, 'resource-rejected')).toEqual([]);
  });

  test('takes it up again after a restart of either side, without sending what it has', async () => {
    const certificates = await loadOrCreateCertificates({ read: () => undefined, write: () => {} });
    const tokenKey = Buffer.alloc(32, 7);
    const port = await freePort();
    const events: ControlPlaneEvent[] = [];
    const options = {
      certificates,
      tokenKey,
      port,
      onEvent: (event: ControlPlaneEvent) => events.push(event),
    };
    let controlPlane = await startControlPlane(options);
    open.push(() => controlPlane.close());
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
    controlPlane = await startControlPlane(options);
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
    const start = performance.now();
    test.controlPlane.setSnapshot(second, undefined);
    await eventually('the other route is live', async () => (await ask(port)) === '200 b');
    expect(performance.now() - start).toBeLessThan(1500);
    expect(test.controlPlane.ackedVersion('team-a')).toBe(first.version);
    expect(await ask(other)).toBe('200 a');
    await untilApplied(test, second);
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
