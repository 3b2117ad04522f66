import { describe, expect, test } from 'vitest';
import { eventsOf } from '../../fixtures/control-plane.ts';
import { applied, connect, routed, start, waitFor } from '../../fixtures/fake-fleet.ts';

/** A tenant whose Envoy has the first snapshot, and another Envoy of it that has just come. */
async function takeOver() {
  const plane = await start();
  const first = routed({ 80: 'a' }, { a: 1 });
  plane.controlPlane.setSnapshot(first, 1);
  const old = await connect(plane);
  await applied(plane, old, first);
  const mark = plane.events.length;
  const young = await connect(plane);
  return { plane, first, old, young, mark, since: () => plane.events.slice(mark) };
}

describe('an Envoy that takes over from another', () => {
  test('gets everything, which is no change and no connection anew', async () => {
    const { plane, first, young, since } = await takeOver();
    await applied(plane, young, first, 2);
    expect(young.transcript().toSorted()).toEqual([
      'cluster a',
      'endpoint a',
      'listener team-a/web/80',
      'route team-a/web/80',
    ]);
    expect(since()).toEqual([
      {
        type: 'snapshot-applied',
        tenant: 'team-a',
        version: first.version,
        cause: 1,
        changed: {},
        rejected: [],
      },
    ]);
  });

  test('goes on for the tenant when the other one leaves: no disconnection, nothing is sent again', async () => {
    const { plane, first, old, young, since } = await takeOver();
    await applied(plane, young, first, 2);
    const sent = young.responses.length;
    old.close();
    const second = routed({ 80: 'b' }, { a: 1, b: 1 }, first);
    plane.controlPlane.setSnapshot(second, 2);
    const event = await applied(plane, young, second);
    expect(event).toMatchObject({ cause: 2, changed: { cluster: 1, endpoint: 1, route: 1 } });
    expect(young.transcript(sent)).toEqual(['cluster b', 'endpoint b', 'route team-a/web/80']);
    expect(plane.controlPlane.ackedVersion('team-a')).toBe(second.version);
    expect(eventsOf(since(), 'proxy-disconnected')).toEqual([]);
    young.close();
    await waitFor(young, 'nobody is left', () => eventsOf(since(), 'proxy-disconnected').length === 1);
    expect(plane.controlPlane.ackedVersion('team-a')).toBeUndefined();
  });

  test('holds a change back from being told as applied, until it has it too', async () => {
    const { plane, first, old, young, since } = await takeOver();
    await applied(plane, young, first, 2);
    young.judge = () => 'hold';
    const second = routed({ 80: 'a', 81: 'a' }, { a: 1 }, first);
    plane.controlPlane.setSnapshot(second, 2);
    await old.until('the old one has it', () => old.held.get('route')?.has('team-a/web/81') === true);
    await old.settled();
    expect(plane.controlPlane.ackedVersion('team-a')).toBe(first.version);
    young.judge = () => 'ack';
    young.release();
    const event = await applied(plane, young, second);
    expect(event).toMatchObject({ cause: 2, changed: { listener: 1, route: 1 } });
    expect(eventsOf(since(), 'snapshot-applied')).toHaveLength(2);
  });

  test('is all that counts once the one that does not answer is gone', async () => {
    const { plane, first, old, young } = await takeOver();
    await applied(plane, young, first, 2);
    old.judge = () => 'hold';
    const second = routed({ 80: 'a', 81: 'a' }, { a: 1 }, first);
    plane.controlPlane.setSnapshot(second, 2);
    await young.until('the new one has it', () => young.held.get('route')?.has('team-a/web/81') === true);
    await young.settled();
    expect(plane.controlPlane.ackedVersion('team-a')).toBe(first.version);
    old.close();
    expect(await applied(plane, young, second)).toMatchObject({ changed: { listener: 1, route: 1 } });
  });

  test('tells no refusal that the other one told', async () => {
    const plane = await start();
    const snapshot = routed({ 80: 'a' }, { a: 1 });
    const judge = ({ type }: { readonly type: string }) =>
      type === 'route' ? ({ nack: 'no such thing' } as const) : ('ack' as const);
    plane.controlPlane.setSnapshot(snapshot, 1);
    const old = await connect(plane, { judge });
    await applied(plane, old, snapshot);
    const young = await connect(plane, { judge });
    const event = await applied(plane, young, snapshot, 2);
    expect(eventsOf(plane.events, 'resource-rejected')).toHaveLength(1);
    expect(event?.rejected).toEqual(['team-a/web/80']);
  });
});
