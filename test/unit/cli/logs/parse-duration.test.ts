import { expect, test } from 'vitest';
import { parseDuration } from '../../../../cli/logs/parse-duration.ts';

test('durations as Go writes them', () => {
  expect(['30s', '5m', '1h30m', '500ms', '1.5s'].map(parseDuration)).toEqual([
    30_000, 300_000, 5_400_000, 500, 1500,
  ]);
  for (const wrong of ['', '5', 'm5', '5 m', '5x', '1h-3m']) {
    expect(() => parseDuration(wrong)).toThrow('It is a duration');
  }
});
