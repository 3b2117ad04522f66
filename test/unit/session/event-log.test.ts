import { describe, expect, test } from 'vitest';
import { EventLog } from '../../../src/session/event-log.ts';
import type { SessionEvent } from '../../../src/session/events.ts';

function event(seq: number): SessionEvent {
  return { v: 1, seq, time: '2026-01-31T09:00:00.000Z', type: 'FilesChanged', files: [] };
}

function seqs(events: readonly SessionEvent[]): readonly number[] {
  return events.map(({ seq }) => seq);
}

describe('EventLog', () => {
  test('gives what came after a seq', () => {
    const log = new EventLog(10);
    log.append([event(1), event(2)]);
    log.append([event(3)]);
    expect(seqs(log.since(0))).toEqual([1, 2, 3]);
    expect(seqs(log.since(2))).toEqual([3]);
    expect(log.since(3)).toEqual([]);
  });

  test('forgets the oldest but keeps at least its capacity', () => {
    const log = new EventLog(5);
    for (let seq = 1; seq <= 1000; seq += 1) log.append([event(seq)]);
    const kept = seqs(log.since(0));
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept.at(-1)).toBe(1000);
    expect(log.bySeq(999)?.seq).toBe(999);
    expect(log.bySeq(1)).toBeUndefined();
    expect(seqs(log.since(997))).toEqual([998, 999, 1000]);
  });
});
