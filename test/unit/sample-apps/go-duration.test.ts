import { expect, test } from 'vitest';
import { parseGoDuration } from '../../../sample-apps/echo/go-duration.ts';
import { canonicalHeaderName } from '../../../sample-apps/header-names.ts';

test.each([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['-10ms', -10],
  ['0', 0],
  ['250us', 0.25],
  ['.5s', 500],
])('%s is %d ms', (text, ms) => {
  expect(parseGoDuration(text)).toEqual({ ms });
});

test.each([
  ['', 'time: invalid duration ""'],
  ['abc', 'time: invalid duration "abc"'],
  ['10', 'time: missing unit in duration "10"'],
  ['10x', 'time: unknown unit "x" in duration "10x"'],
])('%j is no duration', (text, error) => {
  expect(parseGoDuration(text)).toEqual({ error });
});

test.each([
  ['x-request-id', 'X-Request-Id'],
  ['ETAG', 'Etag'],
  ['bad name', 'bad name'],
])('%s is written %s', (name, canonical) => {
  expect(canonicalHeaderName(name)).toBe(canonical);
});
