import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouteMatch } from '../../../src/model/route.ts';
import { byPrecedence, type Ranked } from '../../../src/translate/precedence.ts';

const value = (name: string) => ({ name, type: 'exact', value: 'x' }) as const;
const path = fc.record({
  type: fc.constantFrom('exact', 'prefix', 'regex'),
  value: fc.constantFrom('/', '/a', '/b', '/a/b'),
}) as fc.Arbitrary<RouteMatch['path']>;
const ranked: fc.Arbitrary<Ranked> = fc.record({
  match: fc.record(
    {
      path,
      method: fc.constantFrom('GET', 'POST'),
      headers: fc.constantFrom([], [value('a')], [value('a'), value('b')]),
      queryParams: fc.constantFrom([], [value('q')]),
    },
    { requiredKeys: ['path', 'headers', 'queryParams'] },
  ),
  age: fc.record({
    creationTimestamp: fc.constantFrom('2026-01-31T09:00:00Z', '2026-01-31T09:00:01Z'),
    namespace: fc.constantFrom('a', 'b'),
    name: fc.constantFrom('r', 's'),
  }),
  ruleIndex: fc.nat(2),
  matchIndex: fc.nat(2),
});

const base: Ranked = {
  match: { path: { type: 'prefix', value: '/a' }, headers: [], queryParams: [] },
  age: { creationTimestamp: '2026-01-31T09:00:00Z', namespace: 'a', name: 'r' },
  ruleIndex: 0,
  matchIndex: 0,
};
const withMatch = (match: Partial<RouteMatch>): Ranked => ({ ...base, match: { ...base.match, ...match } });

describe('precedence', () => {
  it('orders any matches totally', () => {
    fc.assert(
      fc.property(ranked, ranked, ranked, (a, b, c) => {
        expect(Math.sign(byPrecedence(a, b))).toBe(-Math.sign(byPrecedence(b, a)) + 0);
        if (byPrecedence(a, b) <= 0 && byPrecedence(b, c) <= 0) {
          expect(byPrecedence(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('tries exact paths, then expressions, then the longest prefix, method, headers and parameters', () => {
    const sorted = [
      withMatch({ path: { type: 'exact', value: '/' } }),
      withMatch({ path: { type: 'regex', value: '/' } }),
      withMatch({ path: { type: 'prefix', value: '/a/b' } }),
      withMatch({ method: 'GET', headers: [value('a')] }),
      withMatch({ method: 'GET' }),
      withMatch({ headers: [value('a'), value('b')] }),
      withMatch({ headers: [value('a')], queryParams: [value('q')] }),
      withMatch({ headers: [value('a')] }),
      withMatch({ queryParams: [value('q')] }),
      base,
      { ...base, matchIndex: 1 },
      { ...base, ruleIndex: 1 },
      { ...base, age: { ...base.age, name: 's' } },
      { ...base, age: { ...base.age, creationTimestamp: '2026-01-31T09:00:01Z', name: 'a' } },
      withMatch({ path: { type: 'prefix', value: '/' } }),
    ];
    expect([...sorted].reverse().sort(byPrecedence)).toEqual(sorted);
  });
});
