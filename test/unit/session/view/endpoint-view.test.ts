import { describe, expect, test } from 'vitest';
import { type EndpointView, instanceView } from '../../../../src/session/view/instance-view.ts';
import type { Workload } from '../../../../src/translate/translation.ts';
import {
  allHealthy,
  check,
  type Given,
  observing,
  outlier,
  pod,
  stateWith,
} from '../../../fixtures/view-state.ts';

function endpointsOf(given: Given): readonly EndpointView[] {
  return instanceView(stateWith(given)).tenants[0]?.clusters[0]?.endpoints ?? [];
}

describe('an endpoint', () => {
  test('is healthy since its first check passed', () => {
    expect(endpointsOf({})[0]).toEqual({
      declared: '127.1.0.1:3000',
      address: '127.1.0.1:3000',
      pod: 'team-a/active-1',
      backend: 'active.team-a',
      priority: 0,
      weight: 1,
      state: 'healthy',
      sinceMs: 1000,
      ejections: 0,
    });
  });

  test('is starting while no check of it is known, and healthy at once without checks', () => {
    expect(endpointsOf({ events: [] })[0]).toMatchObject({ state: 'starting', detail: /no health check/ });
    const fields = { activeHealthCheck: undefined };
    expect(endpointsOf({ events: [], fields })[0]).toMatchObject({ state: 'healthy' });
  });

  test('is starting while its Envoy has no configuration', () => {
    expect(endpointsOf({ tenant: { ackedVersion: undefined } })[0]).toMatchObject({ state: 'starting' });
  });

  test('is unhealthy with since when and why', () => {
    const events = [...allHealthy, check('unhealthy', '127.1.0.1:3000', 9000)];
    expect(endpointsOf({ events }).map(({ state }) => state)).toEqual(['unhealthy', 'healthy', 'healthy']);
    expect(endpointsOf({ events })[0]).toMatchObject({
      sinceMs: 9000,
      detail: 'GET /healthz: connection refused or broken, 3 times in a row',
    });
  });

  test('is ejected for the base time, twice of it the second time, and remembers how often', () => {
    const first = [...allHealthy, outlier('ejected', '127.1.0.1:3000', 10_000)];
    expect(endpointsOf({ events: first })[0]).toMatchObject({
      ...{ state: 'ejected', sinceMs: 10_000, ejectedUntilMs: 40_000, ejections: 1 },
      detail: 'consecutive_5xx',
    });
    const back = [...first, outlier('returned', '127.1.0.1:3000', 40_500)];
    expect(endpointsOf({ events: back })[0]).toMatchObject({
      state: 'healthy',
      sinceMs: 40_500,
      ejections: 1,
    });
    const again = [...back, outlier('ejected', '127.1.0.1:3000', 42_000, 2)];
    expect(endpointsOf({ events: again })[0]).toMatchObject({
      ...{ state: 'ejected', ejectedUntilMs: 42_000 + 60_000, ejections: 2 },
    });
  });

  test('is ejected no longer than five minutes, and behaves again after a while', () => {
    const at = '127.1.0.1:3000';
    const many = Array.from({ length: 12 }, (_, index) => [
      outlier('ejected', at, index * 400_000, index + 1),
      outlier('returned', at, (index + 1) * 400_000 - 1000, index + 1),
    ]).flat();
    const last = outlier('ejected', at, 12 * 400_000, 13);
    expect(endpointsOf({ events: [...allHealthy, ...many, last] })[0]).toMatchObject({
      ejectedUntilMs: 12 * 400_000 + 300_000,
      ejections: 13,
    });
    const muchLater = outlier('ejected', at, 12 * 400_000 + 3_600_000, 13);
    expect(endpointsOf({ events: [...allHealthy, ...many, muchLater] })[0]).toMatchObject({
      ejectedUntilMs: muchLater.timeMs + 30_000,
    });
  });

  test('is starting while its pod is not ready, with what it waits for', () => {
    const crashed = pod('active-1', { ready: false, waiting: 'CrashLoopBackOff', lastExitCode: 3 });
    expect(endpointsOf({ state: { observed: observing(crashed) } })[0]).toMatchObject({
      state: 'starting',
      detail: 'ended with 3, is started again after a pause',
    });
  });

  test('comes before Envoy knows it and stays until its pod has stopped', () => {
    const podFacts = new Map(
      ['old', 'new'].map((name) => [
        `team-a/${name}`,
        {
          owner: 'Deployment/team-a/active',
          services: ['team-a/active'],
          createdAtMs: 0,
          workload: {} as Workload,
        },
      ]),
    );
    const leaving = new Map([['team-a/old', { deadlineMs: 1, cause: undefined }]]);
    const observed = observing(
      pod('old', { address: '127.1.0.7' }),
      pod('new', { address: '127.1.0.8', ready: false }),
      pod('foreign', { ready: false }),
    );
    const more = endpointsOf({ state: { podFacts, leaving, observed } }).slice(3);
    expect(more).toMatchObject([
      {
        ...{ pod: 'team-a/old', deployment: 'team-a/active', state: 'draining' },
        ...{ address: '127.1.0.7:3000', backend: 'active.team-a' },
      },
      { pod: 'team-a/new', state: 'starting', address: '127.1.0.8:3000' },
    ]);
    expect(more).toHaveLength(2);
  });
});
