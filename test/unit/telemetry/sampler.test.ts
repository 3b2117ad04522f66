import { describe, expect, test } from 'vitest';
import { noSampling, sampleRequests } from '../../../src/telemetry/sampler.ts';

/** Plays a load (requests a second, by second) through sampler and an Envoy that obeys it; tells each change. */
function play(load: readonly number[]): {
  readonly changes: readonly string[];
  readonly reported: readonly number[];
} {
  let sampling = noSampling;
  const changes: string[] = [];
  const reported: number[] = [];
  const stepMs = 10;
  let rest = 0;
  for (const [second, rate] of load.entries()) {
    let sum = 0;
    for (let ms = 0; ms < 1000; ms += stepMs) {
      const exact = rest + (rate * stepMs * sampling.percent) / 100_000;
      const count = Math.floor(exact);
      rest = exact - count;
      sum += count;
      if (count === 0 && sampling.percent === 100) continue;
      const step = sampleRequests(sampling, count, 1 + second * 1000 + ms);
      sampling = step.sampling;
      if (step.percent !== undefined) changes.push(`${second}:${step.percent}`);
    }
    reported.push(sum);
  }
  return { changes, reported };
}

describe('sampling of requests', () => {
  test('leaves a person clicking and a demo under load alone', () => {
    expect(play([1, 50, 300, 0]).changes).toEqual([]);
  });

  test('chooses a small share within a fraction of a second of load, and all again when it is over', () => {
    const { changes, reported } = play([0, 12_000, 12_000, 12_000, 0, 0, 0]);
    expect(changes).toEqual(['1:1', expect.stringMatching(/^[45]:100$/)]);
    expect(reported[1]).toBeLessThan(2500);
    expect(reported[2]).toBeLessThan(200);
  });

  test('is steady under a steady load', () => {
    const { changes } = play(Array.from({ length: 20 }, () => 2000));
    expect(changes.length).toBeLessThan(3);
    expect(changes.at(-1)).toMatch(/^[01]:5$/);
  });

  test('takes a larger share when the load becomes less', () => {
    expect(play([12_000, 12_000, 1000, 1000, 1000]).changes).toEqual([
      '0:1',
      expect.stringMatching(/^[23]:10$/),
    ]);
  });

  test('asks to be woken while it samples, so that the end of the load is noticed without requests', () => {
    let step = sampleRequests(noSampling, 0, 1000);
    expect(step.wakeAfterMs).toBeUndefined();
    step = sampleRequests(step.sampling, 1000, 1100);
    expect(step).toMatchObject({ percent: 1, wakeAfterMs: 500 });
    step = sampleRequests(step.sampling, 0, 1600);
    expect(step).toMatchObject({ percent: undefined, wakeAfterMs: 500 });
    step = sampleRequests(step.sampling, 0, 2100);
    expect(step).toMatchObject({ percent: 100, wakeAfterMs: undefined });
  });
});
