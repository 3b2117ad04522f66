import { describe, expect, test } from 'vitest';
import { eventsOf } from '../../fixtures/control-plane.ts';
import { applied, connect, routed, start } from '../../fixtures/fake-fleet.ts';

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

  test.each([
    {
      title: 'because of its address is tried once more before it is told',
      times: 1,
      nack: "Error adding/updating listener(s) x: cannot bind '127.0.0.1:80': Address already in use",
    },
    {
      title: 'whose address another one still has is tried until that has moved',
      times: 3,
      nack: "error adding listener: 'x' has duplicate address '127.0.0.1:80' as existing listener",
    },
  ])('of a listener $title', async ({ times, nack }) => {
    const plane = await start();
    const first = routed({ 80: 'a' }, { a: 1 });
    plane.controlPlane.setSnapshot(first, undefined);
    let refusals = 0;
    const envoy = await connect(plane, {
      judge: ({ type }) => {
        if (type !== 'listener' || refusals >= times) return 'ack';
        refusals += 1;
        return { nack };
      },
    });
    expect((await applied(plane, envoy, first))?.rejected).toEqual([]);
    expect(eventsOf(plane.events, 'resource-rejected')).toEqual([]);
    expect(envoy.sent('listener')).toHaveLength(times + 1);
  });
});
