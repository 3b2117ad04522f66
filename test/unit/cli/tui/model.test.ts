import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InstanceModel } from '../../../../cli/tui/model/instance-model.ts';
import type { RequestEvent } from '../../../../cli/tui/model/meter.ts';
import { Ring } from '../../../../cli/tui/model/ring.ts';
import { Series } from '../../../../cli/tui/model/series.ts';
import type { SessionEvent } from '../../../../src/session/events.ts';
import { moments, story, timeOf } from '../../../fixtures/screen.ts';

const atMs = Date.parse('2026-01-31T09:00:00.000Z');

function request(seq: number, changes: Partial<RequestEvent> = {}): RequestEvent {
  return {
    ...{ v: 1, seq, time: new Date(atMs + seq * 10).toISOString(), type: 'Request', tenant: 'demo' },
    ...{
      method: 'GET',
      host: 'a',
      path: '/',
      status: 200,
      responseFlags: '',
      route: 'r',
      cluster: 'c',
      endpoint: 'e:1',
    },
    durationMs: 2,
    ...changes,
  };
}

describe('a ring', () => {
  test('has the latest items, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer()), (limit, items) => {
        const ring = new Ring<number>(limit);
        for (const item of items) ring.push(item);
        expect(ring.items).toEqual(items.slice(-limit));
        expect(ring.last).toBe(items.at(-1));
      }),
    );
  });
});

describe('a series', () => {
  test('tells the rate of seconds that are over, steadily', () => {
    const series = new Series();
    for (let index = 0; index < 100; index += 1)
      series.add(atMs + index * 100, { status: 200, durationMs: 1, weight: 1 });
    for (const offset of [6000, 6400, 6900, 9500]) expect(series.rate(atMs + offset)).toBe(10);
    expect(series.rate(atMs + 20_000)).toBe(0);
  });

  test('a quantile is a duration that was measured, and so many are not longer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 1, maxLength: 150 }),
        fc.constantFrom(0.5, 0.95, 1),
        (durations, share) => {
          const series = new Series();
          for (const durationMs of durations) series.add(atMs, { status: 200, durationMs, weight: 1 });
          const quantile = series.quantile(share) ?? -1;
          expect(durations).toContain(quantile);
          expect(durations.filter((duration) => duration <= quantile).length).toBeGreaterThanOrEqual(
            share * durations.length,
          );
        },
      ),
    );
  });

  test('counts a request that stands for many as many', () => {
    const series = new Series();
    series.add(atMs, { status: 503, durationMs: 1, weight: 50 });
    series.add(atMs, { status: 200, durationMs: 1, weight: 150 });
    expect(series.errorShare(atMs)).toBe(0.25);
    expect(series.count(atMs)).toBe(200);
  });
});

describe('the model of an instance', () => {
  test('takes an event once, however often it is given', () => {
    const model = new InstanceModel();
    model.add(story);
    model.add(story);
    const once = story.filter(({ type }) => type === 'Request').length;
    expect(model.totals).toMatchObject({ edits: 2, ejections: 1, requests: once, removed: { proxies: 1 } });
  });

  test('each entry of the timeline leads back to the file that was saved', () => {
    const model = new InstanceModel();
    model.add(story);
    const words = (seq: number) => model.timeline.why(seq).map(({ word }) => word);
    expect(words(19)).toEqual(['saved', 'pod stopped', 'ejected', 'traffic moved']);
    expect(words(48)).toEqual(['saved', 'pod started', 'healthy', 'traffic moved']);
  });

  test('shares follow the traffic', () => {
    const model = new InstanceModel();
    model.add(story.filter(({ seq }) => seq <= moments.unhealthy));
    const { meter } = model;
    const nowMs = timeOf(moments.unhealthy);
    const cluster = story.find((event) => event.type === 'Request')?.cluster ?? '';
    expect(meter.endpoint('demo', cluster, 'active.demo.svc.cluster.local:3000')?.count(nowMs)).toBe(0);
    expect(
      meter.endpoint('demo', cluster, 'passive.demo.svc.cluster.local:3000')?.count(nowMs),
    ).toBeGreaterThan(0);
  });

  test('equal entries in a row are folded', () => {
    const model = new InstanceModel();
    const failed = (seq: number): SessionEvent => ({
      ...{
        v: 1,
        seq,
        time: new Date(atMs).toISOString(),
        type: 'Problem',
        message: 'no space',
        hint: 'free some',
      },
    });
    model.add([failed(1), failed(2), failed(3)]);
    expect(model.timeline.entries.map(({ times }) => times)).toEqual([3]);
  });

  test('lights are sampled above 20 a second, which it says', () => {
    const model = new InstanceModel();
    model.add(Array.from({ length: 20 }, (_, index) => request(index + 1)));
    expect(model.meter.areLightsSampled).toBe(false);
    expect(model.meter.lights('demo', 100)).toHaveLength(20);
    model.add([request(21)]);
    expect(model.meter.areLightsSampled).toBe(true);
    expect(model.meter.lights('demo', 100)).toHaveLength(20);
  });

  test('a hundred thousand requests of as many routes take no more room than some thousand', () => {
    const model = new InstanceModel();
    for (let seq = 1; seq <= 100_000; seq += 1)
      model.add([request(seq, { route: `r${seq}`, cluster: `c${seq}`, endpoint: `e${seq}` })]);
    let kept = 0;
    for (let seq = 1; seq <= 100_000; seq += 1)
      if (model.meter.route('demo', `r${seq}`) !== undefined) kept += 1;
    expect(kept).toBeLessThan(1100);
    expect(kept).toBeGreaterThan(500);
    expect(model.meter.requests('demo')).toHaveLength(500);
  });
});
