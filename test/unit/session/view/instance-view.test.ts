import { describe, expect, test } from 'vitest';
import type { SessionState } from '../../../../src/session/state.ts';
import { newTenant } from '../../../../src/session/tenants.ts';
import { deploymentsBehind } from '../../../../src/session/view/deployments.ts';
import { instanceView } from '../../../../src/session/view/instance-view.ts';
import { Bench, quickstart } from '../../../fixtures/session-bench.ts';
import {
  active,
  allHealthy,
  check,
  clusterName,
  type Given,
  model,
  stateWith,
} from '../../../fixtures/view-state.ts';

describe('a cluster', () => {
  const clusterOf = (given: Given) => instanceView(stateWith(given)).tenants[0]?.clusters[0];

  test('says what it is and how it is checked', () => {
    expect(clusterOf({})).toMatchObject({
      name: clusterName,
      label: 'active.team-a:80 + spare.team-a',
      healthCheck: 'GET /healthz every 3 s, 3 failures',
      outlierDetection: '5 × 5xx: out for 30 s, at most 100 %',
      isPanicking: false,
    });
  });

  test('panics when too few are healthy, but not while another priority takes all', () => {
    const down = (...hosts: string[]) => hosts.map((host) => check('unhealthy', host, 5000));
    const both = [...allHealthy, ...down('127.1.0.1:3000', '127.1.0.2:3000')];
    expect(clusterOf({ events: both })).toMatchObject({ isPanicking: false });
    expect(clusterOf({ events: [...both, ...down('127.2.0.1:80')] })).toMatchObject({ isPanicking: true });
    const alone = { localities: [{ name: 'service/team-a/active/80', endpoints: [1, 2, 3].map(active) }] };
    const one = [...allHealthy, ...down('127.1.0.1:3000')];
    expect(clusterOf({ events: one, fields: alone })).toMatchObject({ isPanicking: false });
    const two = [...one, ...down('127.1.0.2:3000')];
    expect(clusterOf({ events: two, fields: alone })).toMatchObject({ isPanicking: true });
    expect(clusterOf({ events: two, fields: { ...alone, panicThresholdPercent: 0 } })).toMatchObject({
      isPanicking: false,
    });
  });
});

describe('a Deployment', () => {
  test('is named where none of its pods runs, also behind a Backend that names its Service', () => {
    const bench = new Bench();
    bench.save(quickstart);
    const { effective } = bench.state.expansion ?? {};
    expect(deploymentsBehind(effective, 'service/default/backend/3000')).toEqual(['default/backend']);
    const declared = 'backend.default.svc.cluster.local:3000';
    expect(deploymentsBehind(effective, 'backend/default/any', declared)).toEqual(['default/backend']);
    expect(deploymentsBehind(effective, 'service/default/other/80')).toEqual([]);
  });
});

describe('a view', () => {
  test('shows a running instance: routes, listeners, versions, files', () => {
    const bench = new Bench();
    bench.bringUp();
    const view = instanceView(bench.state);
    const version = bench.state.tenants.get('default')?.snapshot?.version;
    expect(view).toMatchObject({
      ...{ instance: 'test', runtime: 'process', envoyVersion: '1.40.0', readiness: 'probing' },
      ...{ paths: ['/work'], files: ['a.yaml'], diagnostics: [] },
    });
    expect(view.tenants).toMatchObject([
      {
        ...{ name: 'default', snapshot: version, acked: version, rejected: [], sampledPercent: 100 },
        proxy: { state: 'running' },
        listeners: [{ url: 'http://127.9.9.9/', isProgrammed: true, hostnames: ['www.example.com'] }],
        routes: [
          {
            name: 'httproute/default/backend/rule/0/match/0/www_example_com',
            ...{ resource: 'HTTPRoute/default/backend', rule: 0, hosts: ['www.example.com'] },
            ...{ path: '/', conditions: [] },
            action: {
              type: 'forward',
              backends: [
                { cluster: 'service/default/backend/3000', label: 'backend.default:3000', weight: 1 },
              ],
            },
          },
        ],
        clusters: [
          {
            deployments: ['default/backend'],
            endpoints: [{ state: 'healthy', address: '127.8.0.1:3000', deployment: 'default/backend' }],
          },
        ],
      },
    ]);
  });

  test('stays the same reference while it says the same', () => {
    const bench = new Bench();
    bench.bringUp();
    const view = instanceView(bench.state);
    expect(instanceView(bench.state)).toBe(view);
    bench.step({ type: 'problem', message: 'of no matter', hint: '' });
    expect(instanceView(bench.state)).toBe(view);
    bench.save(`# a comment\n${quickstart}`);
    expect(instanceView(bench.state).tenants[0]).toBe(view.tenants[0]);
  });

  test('keeps what an edit does not touch', () => {
    const state = stateWith({});
    const other = { ...newTenant('team-b'), model: model(), ackedVersion: 'v1' };
    const two = { ...state, tenants: new Map([...state.tenants, ['team-b', other]]) };
    const before = instanceView(two);
    const rejections = new Map([
      ['team-b\u0000listener\u0000x', { message: 'no' }],
    ]) as unknown as SessionState['rejections'];
    const tenants = new Map([...two.tenants, ['team-b', { ...other, ackedVersion: 'v2' }]]);
    const after = instanceView({ ...two, tenants, rejections });
    expect(after.tenants[0]).toBe(before.tenants[0]);
    expect(after.tenants[1]).toMatchObject({ acked: 'v2', rejected: ['no'] });
    expect(after.tenants[1]?.clusters).toBe(before.tenants[1]?.clusters);
  });
});
