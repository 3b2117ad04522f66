import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../../src/model/cluster.ts';
import type { Tenant } from '../../../src/model/tenant.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { HealthCheckEvent, HealthEvent, OutlierEvent } from '../../../src/telemetry/health-events.ts';
import { followModel, noHealth, trackHealth } from '../../../src/telemetry/track-health.ts';
import { tenant } from '../../fixtures/tenant.ts';

const endpoint = (name: string, port: number, pod?: string) => ({
  address: { address: '127.1.0.1', port },
  declared: `${name}:3000`,
  ...(pod !== undefined && { pod }),
});

type Loose = { readonly [Key in keyof Cluster]?: unknown };

const httpCheck = {
  timeoutMs: 1000,
  intervalMs: 3000,
  unhealthyThreshold: 3,
  healthyThreshold: 1,
  check: {
    type: 'http',
    ...{
      path: '/healthz',
      method: 'GET',
      host: 'example.com',
      expectedStatuses: [200],
      retriableStatuses: [],
    },
  },
};

function withCluster(cluster: Loose): Tenant {
  return tenant({
    clusters: [
      {
        name: 'ha',
        activeHealthCheck: httpCheck,
        outlierDetection: { baseEjectionMs: 30_000 },
        localities: [
          { name: 'active', endpoints: [endpoint('active', 1, 'team-a/active-1')] },
          { name: 'passive', priority: 1, endpoints: [endpoint('passive', 2)] },
        ],
        ...cluster,
      },
    ],
    routeTables: [
      {
        name: 'table',
        virtualHosts: [
          {
            name: '*',
            routes: [
              { name: 'httproute/team-a/web/rule/0/match/0/*', action: { cluster: 'ha' } },
              { name: 'httproute/team-a/web/rule/0/match/1/*', action: { cluster: 'ha' } },
              { name: 'httproute/team-a/other/rule/0/match/0/*', action: { cluster: 'elsewhere' } },
            ],
          },
        ],
      },
    ],
  });
}

const check = (type: HealthCheckEvent['type'], fields: Partial<HealthCheckEvent> = {}): HealthCheckEvent => ({
  ...{
    kind: 'health-check',
    type,
    clusterName: 'ha',
    address: '127.1.0.1:1',
    timeMs: 1000,
    isFirstCheck: false,
  },
  ...(type === 'failed' || type === 'unhealthy' ? { failureType: 'network' } : {}),
  ...fields,
});

const outlier = (action: OutlierEvent['action'], fields: Partial<OutlierEvent> = {}): OutlierEvent => ({
  ...{ kind: 'outlier', action, reason: 'consecutive_5xx', clusterName: 'ha', address: '127.1.0.1:1' },
  ...{ timeMs: 1000, ejections: 1, isEnforced: true },
  ...fields,
});

/** What is told of a series of events, an array per event. */
function tell(model: Tenant, events: readonly HealthEvent[]): readonly (readonly EventBody[])[] {
  let state = noHealth;
  return events.map((event) => {
    const step = trackHealth(state, event, model);
    state = step.state;
    return step.bodies;
  });
}

const types = (told: readonly (readonly EventBody[])[]) =>
  told.map((bodies) => bodies.map(({ type }) => type));

describe('active health checks', () => {
  test('tell a failed check, the unhealthy endpoint and the moved traffic in this order, with details', () => {
    const [first, second, repeated] = tell(withCluster({}), [
      check('failed', { timeMs: 1000 }),
      check('unhealthy', { timeMs: 7000 }),
      check('failed', { timeMs: 7001 }),
    ]);
    const facts = {
      cluster: 'ha',
      endpoint: 'active:3000',
      address: '127.1.0.1:1',
      pod: 'active-1',
      check: 'active',
    };
    expect(first).toEqual([
      { type: 'HealthCheckFailed', ...facts, detail: 'GET /healthz: connection refused or broken' },
    ]);
    expect(second).toEqual([
      { type: 'HealthCheckFailed', ...facts, detail: 'GET /healthz: connection refused or broken' },
      {
        type: 'EndpointUnhealthy',
        ...facts,
        detail: 'GET /healthz: connection refused or broken, 3 times in a row',
      },
      {
        type: 'TrafficShifted',
        route: 'httproute/team-a/web/rule/0/match/0/*',
        from: 'active:3000',
        to: 'passive:3000',
      },
    ]);
    expect(repeated).toEqual([]);
  });

  test('do not repeat what is known: failing probes of an endpoint that is down, first checks after an edit', () => {
    const told = tell(withCluster({}), [
      check('healthy', { isFirstCheck: true }),
      check('healthy', { isFirstCheck: true }),
      check('unhealthy', { timeMs: 5000 }),
      check('failed', { timeMs: 8000 }),
      check('healthy', { timeMs: 9000 }),
      check('failed', { timeMs: 12_000 }),
    ]);
    expect(types(told)).toEqual([
      ['EndpointHealthy'],
      [],
      ['HealthCheckFailed', 'EndpointUnhealthy', 'TrafficShifted'],
      [],
      ['EndpointHealthy', 'TrafficShifted'],
      ['HealthCheckFailed'],
    ]);
  });

  test('that fail from the start take the endpoint out at once', () => {
    const told = tell(withCluster({}), [check('failed', { isFirstCheck: true })]);
    expect(types(told)).toEqual([['HealthCheckFailed', 'EndpointUnhealthy', 'TrafficShifted']]);
  });

  test.each([
    [{ failureType: 'active', httpStatus: 503 }, 'GET /healthz: answered 503, expected 200'],
    [
      { failureType: 'active', httpStatus: 200 },
      'GET /healthz: answered 200 with another body than expected',
    ],
    [{ failureType: 'network_timeout' }, 'GET /healthz: no answer within 1 s, 3 times in a row'],
    [{ failureType: 'passive' }, 'GET /healthz: the endpoint asked to get no more requests'],
  ])('say what they found: %o', (fields, detail) => {
    const [bodies] = tell(withCluster({}), [check('unhealthy', fields)]);
    expect(bodies?.[1]).toMatchObject({ type: 'EndpointUnhealthy', detail });
  });

  test('name the server of this machine rather than the socket that Envoy dials', () => {
    const path = '/run/host/127.0.0.1_8080.sock';
    const hostTarget = { address: '127.0.0.1', port: 8080 };
    const server = { address: { path }, hostTarget, declared: '127.0.0.1:8080' };
    const model = withCluster({ localities: [{ name: 'active', endpoints: [server] }] });
    const { bodies } = trackHealth(noHealth, check('unhealthy', { address: path }), model);
    expect(bodies[1]).toMatchObject({ type: 'EndpointUnhealthy', address: '127.0.0.1:8080' });
    expect(bodies[1]).toMatchObject({ endpoint: '127.0.0.1:8080' });
  });

  test('of endpoints that the model does not have tell nothing', () => {
    expect(tell(withCluster({}), [check('unhealthy', { address: '127.1.0.1:99' })])).toEqual([[]]);
    expect(tell(withCluster({}), [check('unhealthy', { clusterName: 'gone' })])).toEqual([[]]);
  });
});

describe('outlier detection', () => {
  test('tells the ejection, the moved traffic and the way back', () => {
    const [ejected, returned] = tell(withCluster({}), [outlier('ejected'), outlier('returned')]);
    const facts = { cluster: 'ha', endpoint: 'active:3000', address: '127.1.0.1:1', pod: 'active-1' };
    const details = { reason: 'consecutive_5xx', ejections: 1, baseEjectionMs: 30_000 };
    const route = 'httproute/team-a/web/rule/0/match/0/*';
    expect(ejected).toEqual([
      { type: 'EndpointEjected', ...facts, ...details, ejectedForMs: 30_000 },
      { type: 'TrafficShifted', route, from: 'active:3000', to: 'passive:3000' },
    ]);
    expect(returned).toEqual([
      { type: 'EndpointReturned', ...facts, ...details },
      { type: 'TrafficShifted', route, from: 'passive:3000', to: 'active:3000' },
    ]);
  });

  test('of an endpoint that is unhealthy already moves nothing a second time, nor does the first way back', () => {
    const told = tell(withCluster({}), [
      outlier('ejected'),
      check('unhealthy'),
      outlier('returned'),
      check('healthy'),
    ]);
    expect(types(told)).toEqual([
      ['EndpointEjected', 'TrafficShifted'],
      ['HealthCheckFailed', 'EndpointUnhealthy'],
      ['EndpointReturned'],
      ['EndpointHealthy', 'TrafficShifted'],
    ]);
  });

  test('that only counts is said once, and moves nothing', () => {
    const told = tell(withCluster({}), [
      outlier('ejected', { isEnforced: false, ejections: 0 }),
      outlier('ejected', { isEnforced: false, ejections: 0 }),
    ]);
    expect(types(told)).toEqual([['Problem'], []]);
    expect(told[0]?.[0]).toMatchObject({ message: expect.stringContaining('active:3000') });
  });
});

describe('where requests go', () => {
  const down = (port: number) => check('unhealthy', { address: `127.1.0.1:${port}` });
  const shiftOf = (model: Tenant, events: readonly HealthEvent[]) =>
    tell(model, events)
      .flat()
      .filter((body) => body.type === 'TrafficShifted')
      .map(({ from, to }) => `${from} → ${to}`);

  test('is divided between priorities when the first is too weak', () => {
    const model = withCluster({
      localities: [
        { name: 'active', endpoints: [1, 2, 3, 4].map((port) => endpoint(`a${port}`, port)) },
        { name: 'passive', priority: 1, endpoints: [endpoint('passive', 9)] },
      ],
    });
    expect(shiftOf(model, [down(1), down(2), down(3)])).toEqual([
      'a1:3000, a2:3000, a3:3000, a4:3000 → a2:3000, a3:3000, a4:3000',
      'a2:3000, a3:3000, a4:3000 → a3:3000, a4:3000 (70 %), passive:3000 (30 %)',
      'a3:3000, a4:3000 (70 %), passive:3000 (30 %) → a4:3000 (35 %), passive:3000 (65 %)',
    ]);
  });

  test('is everywhere when all are down, and says so', () => {
    const model = withCluster({ localities: [{ name: 'a', endpoints: [endpoint('a', 1)] }] });
    expect(shiftOf(model, [down(1)])).toEqual(['a:3000 → a:3000 (healthy or not: too few are healthy)']);
    const strict = withCluster({
      panicThresholdPercent: 0,
      localities: [{ name: 'a', endpoints: [endpoint('a', 1)] }],
    });
    expect(shiftOf(strict, [down(1)])).toEqual(['a:3000 → no endpoint (503)']);
  });

  test('names a few of many endpoints', () => {
    const endpoints = Array.from({ length: 8 }, (_, index) => endpoint(`e${index}`, index + 1));
    const model = withCluster({ localities: [{ name: 'a', endpoints }] });
    expect(shiftOf(model, [down(1)])).toEqual([
      'e0:3000, e1:3000, e2:3000, e3:3000, 4 more → e1:3000, e2:3000, e3:3000, e4:3000, 3 more',
    ]);
  });

  test('starts afresh where a cluster was made anew, and stays where only endpoints came', () => {
    const before = withCluster({});
    const { state } = trackHealth(noHealth, check('unhealthy'), before);
    const more = withCluster({
      localities: [
        { name: 'active', endpoints: [endpoint('active', 1), endpoint('active2', 5)] },
        { name: 'passive', priority: 1, endpoints: [endpoint('passive', 2)] },
      ],
    });
    expect(followModel(state, more).clusters.get('ha')?.endpoints.size).toBe(1);
    const edited = withCluster({ connectTimeoutMs: 1 });
    expect(followModel(state, edited).clusters.size).toBe(0);
    const without = withCluster({ localities: [{ name: 'p', endpoints: [endpoint('passive', 2)] }] });
    expect(followModel(state, without).clusters.get('ha')?.endpoints.size).toBe(0);
  });
});
