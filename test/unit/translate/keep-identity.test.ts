import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepIdentity } from '../../../src/translate/keep-identity.ts';

test('equal data is replaced by what was there before', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before: unknown = structuredClone(value);
      const after: unknown = structuredClone(value);
      expect(keepIdentity(before, after)).toBe(before);
    }),
  );
});

test('the result always equals the new value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      expect(keepIdentity(before, structuredClone(after))).toEqual(after);
    }),
  );
});

test('a field may have any name', () => {
  const named = JSON.parse('{"__proto__": null, "constructor": 1}');
  expect(Object.keys(keepIdentity({}, named))).toEqual(['__proto__', 'constructor']);
  expect(keepIdentity(structuredClone(named), named)).toEqual(named);
});

test('unchanged parts of changed data keep their identity', () => {
  const before = { a: { deep: [1, { x: 1 }] }, b: [1] };
  const after = keepIdentity(before, { a: { deep: [1, { x: 1 }] }, b: [2] });
  expect(after).not.toBe(before);
  expect(after.a).toBe(before.a);
});

test('resources are compared by identity, not looked into', () => {
  const resource = () => ({ object: { kind: 'Service' }, origin: { type: 'api' } });
  const before = { resource: resource() };
  const next = { resource: resource() };
  expect(keepIdentity(before, next).resource).toBe(next.resource);
});
