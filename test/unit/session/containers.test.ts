import { describe, expect, test } from 'vitest';
import type { RuntimeEvent } from '../../../src/runtime/runtime-event.ts';
import { Bench, operations } from '../../fixtures/session-bench.ts';

const about = { tenant: 'default', cause: undefined };

/** An instance whose one Envoy runs in a container. */
function brought(): Bench {
  const bench = new Bench();
  bench.bringUp();
  bench.tell({ type: 'proxy-started', container: 'first', ...about });
  bench.events.length = 0;
  return bench;
}

/** What an Envoy's health checker writes of the one endpoint. */
function healthLine(bench: Bench, container: string, event: 'add_healthy' | 'eject_unhealthy'): RuntimeEvent {
  const [cluster] = bench.state.tenants.get('default')?.model?.clusters ?? [];
  const endpoint = cluster?.localities[0]?.endpoints[0]?.address;
  if (cluster === undefined || endpoint === undefined || 'path' in endpoint) throw new Error('no endpoint');
  const line = JSON.stringify({
    health_checker_type: 'HTTP',
    host: { socket_address: { address: endpoint.address, port_value: endpoint.port } },
    cluster_name: cluster.name,
    [`${event}_event`]: { failure_type: 'ACTIVE', first_check: true },
    timestamp: new Date(bench.nowMs).toISOString(),
  });
  return { type: 'proxy-health-line', line, container, ...about };
}

const replaced: RuntimeEvent = {
  type: 'proxy-replaced',
  container: 'second',
  reason: 'bootstrap changed',
  awayMs: 7,
  ...about,
};

const types = (bench: Bench) => bench.events.map(({ type }) => type);

describe('an Envoy that takes over', () => {
  test('is told as one event; the tenant stays connected and in sync', () => {
    const bench = brought();
    const before = bench.state.tenants.get('default');
    const effects = bench.tell(replaced);
    expect(bench.events).toMatchObject([
      {
        type: 'ProxyReplaced',
        tenant: 'default',
        container: 'second',
        reason: 'bootstrap changed',
        awayMs: 7,
      },
    ]);
    const after = bench.state.tenants.get('default');
    expect(after).toMatchObject({ isConnected: before?.isConnected, envoy: { container: 'second' } });
    expect(after?.ackedVersion).toBe(before?.snapshot?.version);
    expect(effects).toEqual([]);
  });

  test('does not make endpoints flap while both check them, each for itself', () => {
    const bench = brought();
    bench.tell(healthLine(bench, 'first', 'add_healthy'));
    bench.tell(healthLine(bench, 'second', 'eject_unhealthy'));
    bench.tell(healthLine(bench, 'first', 'add_healthy'));
    bench.tell(healthLine(bench, 'second', 'add_healthy'));
    expect(types(bench)).toEqual(['EndpointHealthy']);
    bench.tell(replaced);
    expect(types(bench)).toEqual([
      ...['EndpointHealthy', 'ProxyReplaced'],
      // What it found while it warmed, in its own order.
      ...['HealthCheckFailed', 'EndpointUnhealthy', 'TrafficShifted', 'EndpointHealthy', 'TrafficShifted'],
    ]);
  });

  test('decides from then on: what only the one before had found is over', () => {
    const bench = brought();
    bench.tell(healthLine(bench, 'first', 'eject_unhealthy'));
    bench.tell(healthLine(bench, 'second', 'add_healthy'));
    bench.tell(replaced);
    expect(types(bench).slice(-3)).toEqual(['ProxyReplaced', 'EndpointHealthy', 'TrafficShifted']);
    // A late word of the one that is gone.
    bench.tell(healthLine(bench, 'first', 'eject_unhealthy'));
    expect(types(bench).at(-1)).toBe('TrafficShifted');
    bench.tell(healthLine(bench, 'second', 'eject_unhealthy'));
    expect(types(bench).at(-1)).toBe('TrafficShifted');
    expect(types(bench)).toHaveLength(9);
  });
});

describe('an engine that is lost', () => {
  const lost: RuntimeEvent = { type: 'engine-lost', reason: 'it does not answer', cause: undefined };

  test('takes everything with it, and nothing is planned until it is back; then all is planned anew', () => {
    const bench = brought();
    const { observed } = bench;
    bench.observed = { proxies: [], pods: [], services: [] };
    expect(operations(bench.tell(lost))).toEqual([]);
    expect(bench.state.tenants.get('default')).toMatchObject({
      isConnected: false,
      ackedVersion: undefined,
      envoy: {},
    });
    bench.tell(lost);
    expect(operations(bench.step({ type: 'deadline' }))).toEqual([]);
    const saved = bench.save(bench.manifest.replace('replicas: 1', 'replicas: 2'));
    expect(operations(saved)).toEqual([]);
    bench.nowMs += 3000;
    const back = operations(bench.tell({ type: 'engine-back', awayMs: 3000, cause: undefined }));
    expect(back.map(({ type }) => type).toSorted()).toEqual(
      ['start-proxy', 'start-pod', 'start-pod', ...observed.services.map(() => 'put-service')].toSorted(),
    );
    const told = bench.events.filter(({ type }) => type.startsWith('Engine'));
    expect(told).toMatchObject([
      { type: 'EngineLost', reason: 'it does not answer' },
      { type: 'EngineBack', awayMs: 3000 },
    ]);
    expect(back.every(({ cause }) => cause === told[1]?.seq)).toBe(true);
  });

  test('is asked again for what it could not answer', () => {
    const bench = brought();
    bench.tell(lost);
    bench.save(bench.manifest.replace('port: 80', 'port: 81'));
    const effects = bench.tell({ type: 'engine-back', awayMs: 1, cause: undefined });
    const wanted = [{ gateway: 'default/eg', tenant: 'default', port: 81 }];
    expect(effects).toContainEqual({ type: 'reserve-ports', wanted });
  });

  test('leaves the time of a save out when Envoy is sent everything again', () => {
    const bench = brought();
    bench.nowMs += 60_000;
    bench.tell(lost);
    bench.tell({ type: 'engine-back', awayMs: 0, cause: undefined });
    bench.nowMs += 300;
    bench.acknowledge();
    expect(bench.named('ConfigApplied').at(-1)).toMatchObject({ durationMs: 300 });
  });
});

test('an image that is fetched is told in steps of 10 %, and its end', () => {
  const bench = brought();
  const pull = (doneBytes: number, state: 'pulling' | 'pulled' = 'pulling') =>
    bench.tell({
      type: 'image-pull',
      image: 'shop:1',
      state,
      doneBytes,
      totalBytes: 1000,
      cause: undefined,
    });
  for (let done = 0; done <= 1000; done += 5) pull(done);
  pull(1000, 'pulled');
  expect(bench.events.map((event) => event.type === 'ImagePull' && event.doneBytes)).toEqual([
    ...[0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000],
    1000,
  ]);
  pull(0);
  expect(bench.events.at(-1)).toMatchObject({ state: 'pulling', doneBytes: 0 });
});

describe('the first configuration', () => {
  /** An instance whose pods are containers, and do not run yet. */
  function starting(): Bench {
    const traits = { adminSocketMode: 0o666, runsImages: true, sharesListeners: false };
    const bench = new Bench(undefined, { traits });
    bench.save(bench.manifest);
    const socket = { address: '127.9.9.9', port: 80 };
    const binding = { gateway: 'default/eg', port: 80, bind: [socket], reach: socket, localhost: false };
    bench.step({ type: 'ports-reserved', bindings: [binding] });
    return bench;
  }
  const isSent = (bench: Bench) => bench.effects.some(({ type }) => type === 'set-snapshot');

  test('waits for containers, which take their time', () => {
    const bench = starting();
    bench.nowMs += 10_000;
    bench.step({ type: 'deadline' });
    expect(isSent(bench)).toBe(false);
    bench.podsRun();
    bench.step({ type: 'deadline' });
    expect(isSent(bench)).toBe(true);
  });

  test.each(['CrashLoopBackOff', 'ImagePull'] as const)('does not wait for a pod in %s', (waiting) => {
    const bench = starting();
    bench.podsRun({ ready: false });
    bench.step({ type: 'deadline' });
    expect(isSent(bench)).toBe(false);
    bench.podsRun({ ready: false, waiting });
    bench.step({ type: 'deadline' });
    expect(isSent(bench)).toBe(true);
  });
});
