import { describe, expect, test } from 'vitest';
import type { ResourceType } from '../../../src/xds/snapshot.ts';
import { eventsOf } from '../../fixtures/control-plane.ts';
import type { FakeEnvoy } from '../../fixtures/fake-envoy.ts';
import { applied, connect, routed, start, waitFor } from '../../fixtures/fake-fleet.ts';

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

  test('is told that there are no clusters and no listeners: it would wait for an answer for ever', async () => {
    const plane = await start();
    const snapshot = routed({}, {});
    plane.controlPlane.setSnapshot(snapshot, undefined);
    const envoy = await connect(plane);
    expect(await applied(plane, envoy, snapshot)).toMatchObject({ rejected: [] });
    expect(envoy.transcript()).toEqual(['cluster', 'listener']);
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
