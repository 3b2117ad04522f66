import { expect, it } from 'vitest';
import { CrashBackOff } from '../../../src/runtime/crash-back-off.ts';

it('starts a program again at once, then after growing pauses, and forgives one that ran for a minute', () => {
  const backOff = new CrashBackOff();
  const pauses = Array.from({ length: 8 }, () => backOff.pauseAfter(100));
  expect(pauses).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(backOff.pauseAfter(60_000)).toBe(0);
});
