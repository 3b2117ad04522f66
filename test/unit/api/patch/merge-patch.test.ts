import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergePatch } from '../../../../src/api/patch/merge-patch.ts';

/** RFC 7386, appendix A. */
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j and %j give %j', (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});

test('applying the difference of two documents to one gives the other', () => {
  const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.string(),
      fc.array(fc.integer()),
      fc.dictionary(key, tie('tree')),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, tree), fc.dictionary(key, tree), (from, to) => {
      expect(JSON.stringify(sorted(mergePatch(from, difference(from, to))))).toBe(JSON.stringify(sorted(to)));
    }),
  );
});

/** The merge patch that makes one document of another. */
function difference(from: unknown, to: unknown): unknown {
  if (!isMapping(from) || !isMapping(to)) return to;
  const changed = Object.entries(to).filter(
    ([key, value]) => !Object.hasOwn(from, key) || JSON.stringify(from[key]) !== JSON.stringify(value),
  );
  const removed = Object.keys(from).filter((key) => !Object.hasOwn(to, key));
  const entries: [string, unknown][] = [
    ...changed.map(([key, value]): [string, unknown] => [
      key,
      Object.hasOwn(from, key) ? difference(from[key], value) : value,
    ]),
    ...removed.map((key): [string, unknown] => [key, null]),
  ];
  return Object.fromEntries(entries);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMapping(value)) return value;
  return Object.entries(value)
    .map(([key, child]) => [key, sorted(child)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
