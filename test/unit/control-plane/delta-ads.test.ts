import { afterEach, describe, expect, test } from 'vitest';
import type { ControlPlaneOptions } from '../../../src/control-plane/server.ts';
import type { ResourceType, Snapshot } from '../../../src/xds/snapshot.ts';
import {
  eventsOf,
  snapshotOf,
  startTestControlPlane,
  type TestControlPlane,
} from '../../fixtures/control-plane.ts';
import { FakeEnvoy, type FakeEnvoyOptions } from '../../fixtures/fake-envoy.ts';
import { tenant } from '../../fixtures/tenant.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: Partial<ControlPlaneOptions> = {}): Promise<TestControlPlane> {
  const test = await startTestControlPlane(options);
  open.push(() => test.controlPlane.close());
  return test;
}

async function connect(
  { controlPlane }: TestControlPlane,
  options: Partial<FakeEnvoyOptions> = {},
): Promise<FakeEnvoy> {
  const name = options.tenant ?? 'team-a';
  const credentials = controlPlane.credentials(name);
  const envoy = new FakeEnvoy({ controlPlane, credentials, tenant: name, ...options });
  open.push(() => envoy.close());
  return envoy.start();
}

/** A tenant with a route table per listener port, each sending everything to one cluster. */
function routed(
  ports: Readonly<Record<string, string>>,
  clusters: Readonly<Record<string, number>>,
  previous?: Snapshot,
): Snapshot {
  const name = (port: string) => `team-a/web/${port}`;
  return snapshotOf(
    tenant({
      listeners: Object.keys(ports).map((port) => ({
        name: name(port),
        bind: [{ address: '127.0.0.1', port: Number(port) }],
      })),
      routeTables: Object.entries(ports).map(([port, cluster]) => ({
        name: name(port),
        virtualHosts: [{ name: '*', routes: [{ name: `to-${cluster}`, action: { cluster } }] }],
      })),
      clusters: Object.entries(clusters).map(([cluster, connectTimeoutMs]) => ({
        name: cluster,
        connectTimeoutMs,
        localities: [{ name: cluster, endpoints: [{ address: { address: '127.0.0.1', port: 9000 } }] }],
      })),
    }),
    previous === undefined ? {} : { previous },
  );
}

async function applied({ events }: TestControlPlane, envoy: FakeEnvoy, snapshot: Snapshot, count = 1) {
  const of = () => eventsOf(events, 'snapshot-applied').filter(({ version }) => version === snapshot.version);
  await waitFor(envoy, `${snapshot.version} is applied`, () => of().length >= count);
  return of()[count - 1];
}

/** Events are not the fake Envoy's: look again whenever something happens, and a little later. */
async function waitFor(envoy: FakeEnvoy, what: string, check: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !check(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await envoy.until(what, check, 1);
}

describe('a new Envoy', () => {
  test('is told nothing before its tenant has a snapshot, then everything in order', async () => {
    const plane = await start();
    const envoy = await connect(plane);
    await waitFor(envoy, 'it is connected', () => plane.events.length > 0);
    await envoy.settled();
    expect(envoy.responses).toEqual([]);
    expect(plane.events).toEqual([{ type: 'proxy-connected', tenant: 'team-a', envoyVersion: '1.40.2' }]);

    const snapshot = routed({ 80: 'a', 81: 'b' }, { a: 1, b: 1 });
    plane.controlPlane.setSnapshot(snapshot, 7);
    const event = await applied(plane, envoy, snapshot);
    expect(envoy.transcript()).toEqual([
      'cluster a b',
      'listener team-a/web/80 team-a/web/81',
      'endpoint a',
      'endpoint b',
      'route team-a/web/80',
      'route team-a/web/81',
    ]);
    expect(event).toEqual({
      type: 'snapshot-applied',
      tenant: 'team-a',
      version: snapshot.version,
      cause: 7,
      changed: { cluster: 2, endpoint: 2, listener: 2, route: 2 },
      rejected: [],
    });
    expect(plane.controlPlane.ackedVersion('team-a')).toBe(snapshot.version);
  });

  test('gets the bytes and versions of the snapshot', async () => {
    const plane = await start();
    const snapshot = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(snapshot, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, snapshot);
    for (const { resources, type } of envoy.responses)
      for (const { bytes, name, version } of resources) {
        const wanted = snapshot.resources[type].get(name);
        expect(version).toBe(wanted?.version);
        expect(Buffer.from(bytes).equals(wanted?.bytes ?? new Uint8Array())).toBe(true);
      }
  });
});

describe('an edit', () => {
  test('of one route table sends that table alone', async () => {
    const plane = await start();
    const first = routed({ 80: 'a', 81: 'b' }, { a: 1, b: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    const second = routed({ 80: 'b', 81: 'b' }, { a: 1, b: 1 }, first);
    plane.controlPlane.setSnapshot(second, 3);
    const event = await applied(plane, envoy, second);
    expect(envoy.transcript(mark)).toEqual(['route team-a/web/80']);
    expect(event).toMatchObject({ cause: 3, changed: { route: 1 } });
  });

  test('of a cluster sends its endpoints again in the same push', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    envoy.judge = ({ type }) => (type === 'cluster' ? 'hold' : 'ack');
    const second = routed({ 80: 'a' }, { a: 2 }, first);
    plane.controlPlane.setSnapshot(second, undefined);
    await envoy.until('both are there', () => envoy.responses.length >= mark + 2);
    expect(envoy.transcript(mark)).toEqual(['cluster a', 'endpoint a']);
    envoy.release();
    await applied(plane, envoy, second);
  });

  test('moves routes to a new cluster when it is ready, and removes the old one after that', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    envoy.judge = () => 'hold';
    const second = routed({ 80: 'b' }, { b: 1 }, first);
    plane.controlPlane.setSnapshot(second, undefined);
    await envoy.until('the new cluster is there', () => envoy.responses.length > mark);
    envoy.subscribe('endpoint', ['b']);
    await envoy.settled();
    expect(envoy.transcript(mark)).toEqual(['cluster b', 'endpoint b']);
    envoy.release();
    await envoy.settled();
    expect(envoy.transcript(mark + 2)).toEqual(['route team-a/web/80']);
    envoy.release();
    await envoy.settled();
    expect(envoy.transcript(mark + 3)).toEqual([]);
    envoy.release();
    await envoy.until('the old cluster is removed', () => envoy.responses.length > mark + 3);
    expect(envoy.transcript(mark + 3)).toEqual(['cluster -a']);
    expect(eventsOf(plane.events, 'snapshot-applied')).toHaveLength(1);
    envoy.release();
    await applied(plane, envoy, second);
  });

  test('of a route does not wait for a cluster that it does not need', async () => {
    const plane = await start();
    const first = routed({ 80: 'a', 81: 'a' }, { a: 1, b: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    envoy.judge = ({ type }) => (type === 'cluster' ? 'hold' : 'ack');
    const second = routed({ 80: 'slow', 81: 'a' }, { a: 1, b: 1, slow: 1 }, first);
    plane.controlPlane.setSnapshot(second, undefined);
    const third = routed({ 80: 'slow', 81: 'b' }, { a: 1, b: 1, slow: 1 }, second);
    plane.controlPlane.setSnapshot(third, undefined);
    await envoy.until('the other table is there', () => envoy.responses.length >= mark + 2);
    await envoy.settled();
    expect(envoy.transcript(mark)).toEqual(['cluster slow', 'route team-a/web/81']);
    envoy.release();
    await applied(plane, envoy, third);
    expect(envoy.sent('route', mark)).toEqual([['team-a/web/81'], ['team-a/web/80']]);
  });

  test('goes on without a cluster that does not become ready, and says so', async () => {
    const plane = await start({ warmingPatienceMs: 80 });
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    envoy.judge = ({ type }) => (type === 'cluster' ? 'hold' : 'ack');
    const second = routed({ 80: 'hung' }, { a: 1, hung: 1 }, first);
    plane.controlPlane.setSnapshot(second, 5);
    await envoy.until('the routes go out', () => envoy.sent('route', mark).length > 0);
    expect(eventsOf(plane.events, 'warming-slow')).toEqual([
      { type: 'warming-slow', tenant: 'team-a', clusters: ['hung'], afterMs: 80, cause: 5 },
    ]);
    expect(plane.controlPlane.ackedVersion('team-a')).toBe(first.version);
    envoy.release();
    await applied(plane, envoy, second);
  });

  test('that follows before Envoy has answered replaces the one that was not sent', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1, b: 1, c: 1, d: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    envoy.judge = () => 'hold';
    let last = first;
    for (const cluster of ['b', 'c', 'd']) {
      last = routed({ 80: cluster }, { a: 1, b: 1, c: 1, d: 1 }, last);
      plane.controlPlane.setSnapshot(last, undefined);
    }
    await envoy.until('the first edit is there', () => envoy.responses.length > mark);
    await envoy.settled();
    expect(envoy.responses).toHaveLength(mark + 1);
    envoy.judge = () => 'ack';
    envoy.release();
    await applied(plane, envoy, last);
    expect(envoy.responses).toHaveLength(mark + 2);
    expect(eventsOf(plane.events, 'snapshot-applied').map(({ version }) => version)).toEqual([
      first.version,
      last.version,
    ]);
  });

  test('removes a listener by name and never a route table', async () => {
    const plane = await start();
    const first = routed({ 80: 'a', 81: 'b' }, { a: 1, b: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    const second = routed({ 80: 'a' }, { a: 1 }, first);
    plane.controlPlane.setSnapshot(second, undefined);
    await applied(plane, envoy, second);
    expect(envoy.transcript(mark)).toEqual(['listener -team-a/web/81', 'cluster -b']);
  });

  test('lets an address pass from a removed listener to a new one in one push', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    const second = routed({ 8080: 'a' }, { a: 1 }, first);
    plane.controlPlane.setSnapshot(second, undefined);
    await applied(plane, envoy, second);
    expect(envoy.transcript(mark)).toEqual([
      'listener team-a/web/8080 -team-a/web/80',
      'route team-a/web/8080',
    ]);
  });

  test('of one tenant sends nothing to another', async () => {
    const plane = await start();
    const mine = routed({ 80: 'a' }, { a: 1 });
    const other: Snapshot = { ...mine, tenant: 'team-b' };
    plane.controlPlane.setSnapshot(mine, undefined);
    plane.controlPlane.setSnapshot(other, undefined);
    const envoy = await connect(plane);
    const neighbour = await connect(plane, { tenant: 'team-b' });
    await applied(plane, envoy, mine, 2);
    const mark = neighbour.responses.length;
    const second = routed({ 80: 'b' }, { a: 1, b: 1 }, mine);
    plane.controlPlane.setSnapshot(second, undefined);
    await applied(plane, envoy, second);
    await neighbour.settled();
    expect(neighbour.responses).toHaveLength(mark);
  });
});

describe('a large tenant', () => {
  const many = Array.from({ length: 200 }, (_, index) => `c${index}`);
  const snapshotTo = (clusters: readonly string[], previous?: Snapshot) =>
    routed(
      Object.fromEntries(clusters.map((cluster, index) => [10_000 + index, cluster])),
      Object.fromEntries(many.map((name) => [name, 1])),
      previous,
    );

  test('is brought up, and an edit of one table among 200 is on its way within 2 ms', async () => {
    const plane = await start();
    let snapshot = snapshotTo(many);
    plane.controlPlane.setSnapshot(snapshot, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, snapshot);
    const mark = envoy.responses.length;
    const times: number[] = [];
    for (let round = 1; round <= 9; round += 1) {
      snapshot = snapshotTo([`c${round}`, ...many.slice(1)], snapshot);
      const before = performance.now();
      plane.controlPlane.setSnapshot(snapshot, undefined);
      times.push(performance.now() - before);
      await applied(plane, envoy, snapshot);
    }
    expect(envoy.transcript(mark)).toEqual(Array(9).fill('route team-a/web/10000'));
    expect(times.toSorted((a, b) => a - b)[4]).toBeLessThan(2);
  });
});

describe('many new clusters at once', () => {
  test('hold back the tables that need one of them, and no others', async () => {
    const plane = await start();
    const names = Array.from({ length: 20 }, (_, index) => `new${index}`);
    const first = routed({ 80: 'a', 81: 'a' }, { a: 1, b: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    envoy.judge = ({ type }) => (type === 'cluster' ? 'hold' : 'ack');
    const clusters = Object.fromEntries([...names, 'a', 'b'].map((name) => [name, 1]));
    const second = routed({ 80: 'new7', 81: 'b' }, clusters, first);
    plane.controlPlane.setSnapshot(second, undefined);
    await envoy.until('the table is there', () => envoy.sent('route', mark).length > 0);
    await envoy.settled();
    expect(envoy.sent('route', mark)).toEqual([['team-a/web/81']]);
    envoy.release();
    await applied(plane, envoy, second);
    expect(envoy.sent('route', mark)).toEqual([['team-a/web/81'], ['team-a/web/80']]);
  });
});

describe('a reconnecting Envoy', () => {
  const remember = (envoy: FakeEnvoy): ReadonlyMap<ResourceType, ReadonlyMap<string, string>> =>
    new Map([...envoy.held].map(([type, names]) => [type, new Map(names)]));

  test('that has everything is sent nothing, also by a new control plane with the same input', async () => {
    const plane = await start();
    const snapshot = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(snapshot, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, snapshot);
    const remembered = remember(envoy);
    envoy.close();
    await waitFor(envoy, 'it is gone', () => eventsOf(plane.events, 'proxy-disconnected').length === 1);
    expect(plane.controlPlane.ackedVersion('team-a')).toBeUndefined();

    const again = await start();
    again.controlPlane.setSnapshot(routed({ 80: 'a' }, { a: 1 }), undefined);
    const returned = await connect(again, { remembered });
    expect(await applied(again, returned, snapshot)).toMatchObject({ changed: {}, rejected: [] });
    await returned.settled();
    expect(returned.transcript()).toEqual([]);
  });

  test('is sent what changed meanwhile, and told what is gone, last', async () => {
    const plane = await start();
    const first = routed({ 80: 'a', 81: 'b' }, { a: 1, b: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const remembered = remember(envoy);
    envoy.close();

    const second = routed({ 80: 'c' }, { c: 1 }, first);
    plane.controlPlane.setSnapshot(second, undefined);
    const returned = await connect(plane, { remembered });
    await applied(plane, returned, second);
    const transcript = returned.transcript();
    expect(transcript.at(-1)).toBe('cluster -a -b');
    expect(transcript.toSorted()).toEqual([
      'cluster -a -b',
      'cluster c',
      'endpoint c',
      'listener -team-a/web/81',
      'route team-a/web/80',
    ]);
    expect(transcript.indexOf('route team-a/web/80')).toBeGreaterThan(transcript.indexOf('cluster c'));
  });
});

describe('a refusal', () => {
  test('of a batch is traced to its resource, which is not sent again; the rest goes on', async () => {
    const plane = await start();
    const snapshot = routed({ 80: 'good', 81: 'bad' }, { good: 1, bad: 1, fine: 1 });
    plane.controlPlane.setSnapshot(snapshot, 9);
    const envoy = await connect(plane, {
      judge: ({ resources, type }) =>
        type === 'cluster' && resources.some(({ name }) => name === 'bad')
          ? { nack: "Error adding/updating cluster(s) bad: Didn't find a registered implementation" }
          : 'ack',
    });
    const event = await applied(plane, envoy, snapshot);
    expect(envoy.sent('cluster').map((names) => names.join(' '))).toEqual([
      'good bad fine',
      ...['good', 'bad', 'fine'],
    ]);
    expect(event?.rejected).toEqual(['bad']);
    expect(eventsOf(plane.events, 'resource-rejected')).toEqual([
      {
        type: 'resource-rejected',
        tenant: 'team-a',
        resourceType: 'cluster',
        typeUrl: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
        name: 'bad',
        reason: "Error adding/updating cluster(s) bad: Didn't find a registered implementation",
        cause: 9,
      },
    ]);
    expect([...(envoy.held.get('route')?.keys() ?? [])]).toEqual(['team-a/web/80', 'team-a/web/81']);

    const mark = envoy.responses.length;
    const next = routed({ 80: 'fine', 81: 'bad' }, { good: 1, bad: 1, fine: 1 }, snapshot);
    plane.controlPlane.setSnapshot(next, undefined);
    expect((await applied(plane, envoy, next))?.rejected).toEqual(['bad']);
    expect(envoy.transcript(mark)).toEqual(['route team-a/web/80']);
    expect(eventsOf(plane.events, 'resource-rejected')).toHaveLength(1);
  });

  test('ends with new content', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    envoy.judge = ({ type }) => (type === 'route' ? { nack: 'missing ): /a(' } : 'ack');
    const bad = routed({ 80: 'b' }, { a: 1, b: 1 }, first);
    plane.controlPlane.setSnapshot(bad, undefined);
    expect((await applied(plane, envoy, bad))?.rejected).toEqual(['team-a/web/80']);
    envoy.judge = () => 'ack';
    const mark = envoy.responses.length;
    const good = routed({ 80: 'c' }, { a: 1, b: 1, c: 1 }, bad);
    plane.controlPlane.setSnapshot(good, undefined);
    expect((await applied(plane, envoy, good))?.rejected).toEqual([]);
    expect(envoy.sent('route', mark)).toEqual([['team-a/web/80']]);
  });

  test('of a route table keeps the cluster that the old table needs', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1, unused: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    envoy.judge = ({ type }) => (type === 'route' ? { nack: 'no' } : 'ack');
    const bad = routed({ 80: 'b' }, { b: 1 }, first);
    plane.controlPlane.setSnapshot(bad, undefined);
    await applied(plane, envoy, bad);
    await envoy.settled();
    expect(envoy.sent('cluster', mark)).toEqual([['b'], ['-unused']]);
  });

  test('of a listener because of its address is tried once more before it is told', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    let refusals = 0;
    const envoy = await connect(plane, {
      judge: ({ type }) => {
        if (type !== 'listener' || refusals > 0) return 'ack';
        refusals += 1;
        return {
          nack: "Error adding/updating listener(s) x: cannot bind '127.0.0.1:80': Address already in use",
        };
      },
    });
    expect((await applied(plane, envoy, first))?.rejected).toEqual([]);
    expect(eventsOf(plane.events, 'resource-rejected')).toEqual([]);
    expect(envoy.sent('listener')).toHaveLength(2);
  });
});

describe('the protocol', () => {
  test('takes no answer with a strange nonce, and no subscription for an answer', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    envoy.judge = () => 'hold';
    const second = routed({ 80: 'b' }, { a: 1, b: 1 }, first);
    const mark = envoy.responses.length;
    plane.controlPlane.setSnapshot(second, undefined);
    await envoy.until('the cluster is there', () => envoy.responses.length > mark);
    const typeUrl = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
    envoy.send({ typeUrl, responseNonce: '4711' });
    envoy.send({ typeUrl });
    envoy.send({ typeUrl, responseNonce: '1', error: 'late' });
    await envoy.settled();
    expect(envoy.transcript(mark)).toEqual(['cluster b']);
    expect(eventsOf(plane.events, 'resource-rejected')).toEqual([]);
  });

  test('answers who asks again, and tells a cluster that it has no endpoints', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    const mark = envoy.responses.length;
    envoy.unsubscribe('endpoint', ['a']);
    envoy.subscribe('endpoint', ['a', 'nobody']);
    await envoy.until('both are answered', () => envoy.responses.length >= mark + 2);
    await envoy.settled();
    expect(envoy.sent('endpoint', mark).flat().toSorted()).toEqual(['-nobody', 'a']);
  });

  test('ends the streams of a tenant that is removed', async () => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, first);
    plane.controlPlane.removeTenant('team-a');
    await envoy.until('the stream has ended', () => envoy.hasEnded);
    expect(plane.controlPlane.ackedVersion('team-a')).toBeUndefined();
  });
});
