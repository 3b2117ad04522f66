import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameClusters } from '../../../../src/translate/backends/cluster-names.ts';
import type { RuleIdentity } from '../../../../src/translate/backends/cluster-plan.ts';
import type { ClusterDemand } from '../../../../src/translate/rule-backends.ts';

const rule = (over: Partial<RuleIdentity> = {}): RuleIdentity => ({
  creationTimestamp: '2026-01-31T09:00:00Z',
  namespace: 'shop',
  name: 'route',
  ruleIndex: 0,
  ...over,
});

const demand = (key: string, weighting = `${key}=1`, of: Partial<RuleIdentity> = {}): ClusterDemand => ({
  key,
  weighting,
  plan: { rule: rule(of) },
});

const anyDemand = fc
  .record({
    key: fc.constantFrom('service/shop/a/80', 'backend/shop/b', 'backend/shop/b@shop/policy'),
    weight: fc.integer({ min: 1, max: 3 }),
    second: fc.integer({ min: 0, max: 3 }),
    name: fc.constantFrom('a', 'b', 'c'),
    ruleIndex: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ key, weight, second, name, ruleIndex }) =>
    demand(key, `${key}=${weight}`, { creationTimestamp: `2026-01-31T09:00:0${second}Z`, name, ruleIndex }),
  );

describe('names of clusters', () => {
  test('are the backends and the policy', () => {
    const one = demand('backend/shop/a+backend/shop/b@shop/policy');
    expect(nameClusters([one]).nameOf(one)).toBe('backend/shop/a+backend/shop/b@shop/policy');
  });

  test('add a hash where a later rule weighs the same set differently', () => {
    const first = demand('backend/shop/a', 'backend/shop/a=1', { name: 'zebra' });
    const later = demand('backend/shop/a', 'backend/shop/a=2', { creationTimestamp: '2026-01-31T10:00:00Z' });
    const names = nameClusters([later, first]);
    expect(names.nameOf(first)).toBe('backend/shop/a');
    expect(names.nameOf(later)).toMatch(/^backend\/shop\/a#w[0-9a-f]{8}$/);
  });

  test('are shared by rules with the same set and weights; the first one speaks for the cluster', () => {
    const second = demand('backend/shop/a', undefined, { ruleIndex: 1 });
    const first = demand('backend/shop/a');
    const { clusters } = nameClusters([second, first]);
    expect(clusters).toEqual([{ name: 'backend/shop/a', demand: first }]);
  });

  test('are shortened to 200 characters, and stay different', () => {
    const long = (end: string) => demand(`${'backend/shop/some-very-long-name+'.repeat(10)}${end}`);
    const demands = [
      long('a'),
      long('b'),
      { ...long('a'), weighting: 'other', plan: { rule: rule({ ruleIndex: 1 }) } },
    ];
    const names = nameClusters(demands).clusters.map(({ name }) => name);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(200);
  });

  test('do not depend on the order of demands, and are one for each set and weights', () => {
    fc.assert(
      fc.property(fc.array(anyDemand, { minLength: 1 }), fc.integer(), (demands, turn) => {
        const at = Math.abs(turn) % demands.length;
        const turned = [...demands.slice(at), ...demands.slice(0, at)];
        const a = nameClusters(demands);
        const b = nameClusters(turned);
        expect(demands.map(a.nameOf)).toEqual(demands.map(b.nameOf));
        const kinds = new Set(demands.map(({ key, weighting }) => `${key} ${weighting}`));
        expect(new Set(demands.map(a.nameOf)).size).toBe(kinds.size);
      }),
    );
  });

  test('do not change because a later rule comes', () => {
    fc.assert(
      fc.property(fc.array(anyDemand, { minLength: 1 }), anyDemand, (demands, added) => {
        const later: ClusterDemand = {
          ...added,
          plan: { rule: rule({ creationTimestamp: '2027-01-01T00:00:00Z' }) },
        };
        const before = nameClusters(demands);
        const after = nameClusters([later, ...demands]);
        expect(demands.map(after.nameOf)).toEqual(demands.map(before.nameOf));
      }),
    );
  });
});
