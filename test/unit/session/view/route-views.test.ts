import { describe, expect, test } from 'vitest';
import { routeViews } from '../../../../src/session/view/route-views.ts';
import { tenant } from '../../../fixtures/tenant.ts';

/** The only route's view. */
function show(route: object) {
  const routes = [{ name: 'httproute/team-a/web/rule/2/match/1/*', ...route }];
  const { routeTables } = tenant({
    routeTables: ['a', 'b'].map((name) => ({ name, virtualHosts: [{ name: '*', routes }] })),
  });
  const views = routeViews(routeTables);
  expect(views).toHaveLength(1);
  return views[0];
}

describe('a route', () => {
  test('says how it matches, in words', () => {
    const source = { kind: 'HTTPRoute', namespace: 'team-a', name: 'web', section: 'rule/2/match/1' };
    const match = {
      path: { type: 'exact', value: '/pay' },
      method: 'POST',
      headers: [{ name: 'x-user', type: 'exact', value: 'a' }],
      queryParams: [{ name: 'q', type: 'regex', value: '[0-9]+' }],
    };
    expect(show({ source, match, action: { cluster: 'c' } })).toMatchObject({
      ...{ resource: 'HTTPRoute/team-a/web', rule: 2, hosts: ['*'], path: '= /pay' },
      conditions: ['method=POST', 'header x-user=a', 'query q~[0-9]+'],
    });
    expect(show({ match: { path: { type: 'regex', value: '/v[0-9]' } }, action: {} })?.path).toBe(
      '~ /v[0-9]',
    );
  });

  test('names its backends with weights, also those that do not exist', () => {
    const clusters = [
      { cluster: 'service/team-b/active/3000#w1', weight: 9 },
      { cluster: null, weight: 1 },
    ];
    expect(show({ action: { type: 'forward', clusters } })?.action).toEqual({
      type: 'forward',
      backends: [
        { cluster: 'service/team-b/active/3000#w1', label: 'active.team-b:3000', weight: 9 },
        { cluster: null, label: 'no backend (500)', weight: 1 },
      ],
    });
  });

  test('says where it redirects to, and what it answers itself', () => {
    const redirect = { type: 'redirect', scheme: 'https', host: 'x.example', port: 8443, status: 301 };
    expect(show({ action: redirect })?.action).toEqual({
      type: 'redirect',
      words: '301 https://x.example:8443',
    });
    const path = { type: 'prefix', value: '/new' };
    expect(show({ action: { type: 'redirect', path, status: 302 } })?.action).toEqual({
      type: 'redirect',
      words: '302 /new…',
    });
    expect(show({ action: { type: 'direct', status: 500 } })?.action).toEqual({
      type: 'direct',
      status: 500,
    });
  });
});
