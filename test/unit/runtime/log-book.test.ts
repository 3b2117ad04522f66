import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogLine } from '../../../src/model/logs.ts';
import { LogBook } from '../../../src/runtime/log-book.ts';
import { FollowedLogs } from '../../../src/runtime/process/followed-logs.ts';

const texts = (lines: readonly LogLine[] | undefined) => lines?.map(({ text }) => text);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('keeps the latest thousand lines of each, oldest first', () => {
  const book = new LogBook();
  expect(book.lines('web')).toBeUndefined();
  book.begin('web');
  expect(book.lines('web')).toEqual([]);
  for (let i = 0; i < 2500; i += 1) book.add('web', `line ${i}`);
  book.add('other', 'of another', 'stderr');
  const lines = texts(book.lines('web')) ?? [];
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([1000, 'line 1500', 'line 2499']);
  expect(book.lines('other')).toMatchObject([{ text: 'of another', stream: 'stderr' }]);
});

test('forgets what was written before a new start, and who ended long ago', () => {
  const book = new LogBook();
  book.add('web', 'before');
  book.begin('web');
  book.add('web', 'after');
  expect(texts(book.lines('web'))).toEqual(['after']);
  for (let i = 0; i < 600; i += 1) book.begin(`pod ${i}`);
  expect(book.lines('web')).toBeUndefined();
  expect(book.lines('pod 599')).toEqual([]);
});

test('tells followers each line until they have enough, across a new start', () => {
  const book = new LogBook();
  const seen: string[] = [];
  const end = book.follow('web', ({ text }) => seen.push(text));
  book.add('web', 'one');
  book.begin('web');
  book.add('web', 'two');
  book.add('other', 'not this');
  end();
  book.add('web', 'three');
  expect(seen).toEqual(['one', 'two']);
});

test('cuts lines that are too long', () => {
  const book = new LogBook();
  book.add('web', 'x'.repeat(100_000));
  expect(book.lines('web')?.[0]?.text).toHaveLength(16_384);
});

test('sends lines of those that are followed in batches, and of nobody else', () => {
  const book = new LogBook();
  const sent: [string, readonly string[] | undefined][] = [];
  const logs = new FollowedLogs(book, (key, lines) => sent.push([key, texts(lines)]));
  logs.follow('web', true);
  book.add('web', 'one');
  book.add('web', 'two');
  book.add('other', 'not this');
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([['web', ['one', 'two']]]);
  logs.follow('web', false);
  book.add('web', 'three');
  vi.advanceTimersByTime(100);
  expect(sent).toHaveLength(1);
});
