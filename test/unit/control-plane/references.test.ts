import { describe, expect, test } from 'vitest';
import { listenerNeeds, routesToOneOf } from '../../../src/control-plane/references.ts';
import type { SnapshotResource } from '../../../src/xds/snapshot.ts';
import { snapshotOf } from '../../fixtures/control-plane.ts';
import { tenant } from '../../fixtures/tenant.ts';

const only = (resources: ReadonlyMap<string, SnapshotResource>): SnapshotResource => {
  const [resource] = resources.values();
  if (resource === undefined) throw new Error('there is none');
  return resource;
};

describe('what an encoded listener needs', () => {
  test('is read from all its filter chains', () => {
    const { resources } = snapshotOf(
      tenant({
        listeners: [
          {
            name: 'team-a/web/443',
            bind: [{ address: '127.0.0.1', port: 443 }],
            filterChains: [
              {
                name: 'one',
                serverNames: ['a.example.com'],
                tls: { secrets: ['team-a/a', 'team-a/b'] },
                routeTable: 't1',
              },
              { name: 'two', tls: { secrets: ['team-a/c'] }, routeTable: 't2' },
            ],
          },
        ],
      }),
    );
    const { routeTables, secrets } = listenerNeeds(only(resources.listener));
    expect(routeTables.toSorted()).toEqual(['t1', 't2']);
    expect(secrets.toSorted()).toEqual(['team-a/a', 'team-a/b', 'team-a/c']);
  });
});

describe('the clusters of an encoded route table', () => {
  const { resources } = snapshotOf(
    tenant({
      routeTables: [
        {
          name: 't',
          virtualHosts: [
            {
              name: '*',
              routes: [
                { name: 'one', action: { cluster: 'single' } },
                {
                  name: 'two',
                  action: {
                    clusters: [
                      { cluster: 'weighted-a', weight: 1 },
                      { cluster: 'weighted-b', weight: 2 },
                    ],
                    mirrors: [{ cluster: 'mirror', numerator: 1, denominator: 1 }],
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: ['single', 'weighted-a', 'weighted-b', 'mirror'].map((name) => ({ name })),
    }),
  );
  const table = only(resources.route);
  /** More names than are searched one by one. */
  const others = Array.from({ length: 20 }, (_, index) => `other${index}`);

  test.each(['single', 'weighted-a', 'weighted-b', 'mirror'])('include %s', (name) => {
    expect(routesToOneOf(table, [name])).toBe(true);
    expect(routesToOneOf(table, [...others, name])).toBe(true);
  });

  test.each(['weighted', 'ingle', 'single2', 'mirror\u0000'])('do not include %s', (name) => {
    expect(routesToOneOf(table, [name])).toBe(false);
    expect(routesToOneOf(table, [...others, name])).toBe(false);
  });
});
