import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonPatch } from '../../../../src/api/patch/json-patch.ts';
import { PatchError } from '../../../../src/api/patch/patch-error.ts';

describe('the examples of RFC 6902, appendix A', () => {
  const examples: readonly (readonly [string, unknown, unknown, unknown])[] = [
    [
      'A.1 add a member',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz', value: 'qux' }],
      { baz: 'qux', foo: 'bar' },
    ],
    [
      'A.2 add an item',
      { foo: ['bar', 'baz'] },
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] },
    ],
    ['A.3 remove a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    [
      'A.4 remove an item',
      { foo: ['bar', 'qux', 'baz'] },
      [{ op: 'remove', path: '/foo/1' }],
      { foo: ['bar', 'baz'] },
    ],
    [
      'A.5 replace',
      { baz: 'qux', foo: 'bar' },
      [{ op: 'replace', path: '/baz', value: 'boo' }],
      { baz: 'boo', foo: 'bar' },
    ],
    [
      'A.6 move a value',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    [
      'A.7 move an item',
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    [
      'A.8 test',
      { baz: 'qux', foo: ['a', 2, 'c'] },
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      { baz: 'qux', foo: ['a', 2, 'c'] },
    ],
    [
      'A.10 add a nested member',
      { foo: 'bar' },
      [{ op: 'add', path: '/child', value: { grandchild: {} } }],
      { foo: 'bar', child: { grandchild: {} } },
    ],
    [
      'A.14 ~ escape ordering',
      { '/': 9, '~1': 10 },
      [{ op: 'test', path: '/~01', value: 10 }],
      { '/': 9, '~1': 10 },
    ],
    [
      'A.16 add an array value',
      { foo: ['bar'] },
      [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
      { foo: ['bar', ['abc', 'def']] },
    ],
  ];
  test.each(examples)('%s', (_, target, patch, expected) => {
    const before = structuredClone(target);
    expect(jsonPatch(target, patch)).toEqual(expected);
    expect(target).toEqual(before);
  });
});

test.each([
  ['a test that fails (A.9)', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }], 'inapplicable'],
  [
    'a place that is not there (A.12)',
    { foo: 'bar' },
    [{ op: 'add', path: '/baz/bat', value: 'qux' }],
    'inapplicable',
  ],
  [
    'a number that is compared with a text (A.15)',
    { '~1': 10 },
    [{ op: 'test', path: '/~01', value: '10' }],
    'inapplicable',
  ],
  ['removing what is not there', { a: 1 }, [{ op: 'remove', path: '/b' }], 'inapplicable'],
  ['replacing what is not there', { a: 1 }, [{ op: 'replace', path: '/b', value: 1 }], 'inapplicable'],
  ['an index beyond the end', { a: [] }, [{ op: 'add', path: '/a/1', value: 1 }], 'inapplicable'],
  ['an index with a zero before it', { a: [1, 2] }, [{ op: 'remove', path: '/a/01' }], 'inapplicable'],
  ['a move into itself', { a: { b: {} } }, [{ op: 'move', from: '/a', path: '/a/b/c' }], 'inapplicable'],
  ['removing everything', {}, [{ op: 'remove', path: '' }], 'inapplicable'],
  ['no list', {}, { op: 'add' }, 'malformed'],
  ['an unknown operation', {}, [{ op: 'twist', path: '/a' }], 'malformed'],
  ['an operation without a value', {}, [{ op: 'add', path: '/a' }], 'malformed'],
  ['a path without a slash', {}, [{ op: 'remove', path: 'a' }], 'malformed'],
])('refuses %s', (_, target, patch, problem) => {
  expect(() => jsonPatch(target, patch)).toThrow(expect.objectContaining({ name: 'PatchError', problem }));
});

test('copies cannot blow a document up', () => {
  const patch = Array.from({ length: 60 }, () => ({ op: 'copy', from: '', path: '/a' })).concat(
    Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '', path: `/${index}` })),
  );
  expect(() => jsonPatch({ a: 'x'.repeat(1000) }, patch)).toThrow(PatchError);
});

test('any list of operations either works or is refused', () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', '0', '1', '-', '__proto__'), { maxLength: 3 })
    .map((steps) => steps.map((step) => `/${step}`).join(''));
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path,
    from: path,
    value: fc.jsonValue({ maxDepth: 2 }),
  });
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.array(operation, { maxLength: 6 }), (target, patch) => {
      const before = JSON.stringify(target);
      try {
        jsonPatch(target, patch);
      } catch (error) {
        expect(error).toBeInstanceOf(PatchError);
      }
      expect(JSON.stringify(target)).toBe(before);
      expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('a');
    }),
  );
});
