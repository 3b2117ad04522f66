import { expect, test } from 'vitest';
import { durationMs } from '../../../../src/translate/policies/duration.ts';

test.each([
  ['1s', 1000],
  ['1.5s', 1500],
  ['100ms', 100],
  ['1h30m', 5_400_000],
  ['2m3s4ms', 123_004],
  ['0', 0],
  ['0s', 0],
  ['500us', 1],
] as const)('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

test.each(['', '1', 's', '1 s', '-1s', '1d', '1s 2', undefined])('%j is no duration', (text) =>
  expect(durationMs(text)).toBeUndefined(),
);
