import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/xds/snapshot.ts';
import { eventsOf } from '../../fixtures/control-plane.ts';
import { applied, connect, routed, start } from '../../fixtures/fake-fleet.ts';

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

  test('is brought up, and an edit of one table among 200 sends that one', async () => {
    const plane = await start();
    let snapshot = snapshotTo(many);
    plane.controlPlane.setSnapshot(snapshot, undefined);
    const envoy = await connect(plane);
    await applied(plane, envoy, snapshot);
    const mark = envoy.responses.length;
    for (let round = 1; round <= 9; round += 1) {
      snapshot = snapshotTo([`c${round}`, ...many.slice(1)], snapshot);
      plane.controlPlane.setSnapshot(snapshot, undefined);
      await applied(plane, envoy, snapshot);
    }
    expect(envoy.transcript(mark)).toEqual(Array(9).fill('route team-a/web/10000'));
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
