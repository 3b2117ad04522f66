import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followAccessLog, latestAccessLogLines } from '../../../src/telemetry/access-log-tail.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tail-'));
  path = join(folder, 'access.log');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('the latest lines, with the time that stands in them', () => {
  expect(latestAccessLogLines(path)).toBeUndefined();
  writeFileSync(path, '{"start_time":"2026-01-31T09:00:00.250Z"}\nno time\nnot whole');
  const lines = latestAccessLogLines(path);
  expect(lines?.map(({ text }) => text)).toEqual(['{"start_time":"2026-01-31T09:00:00.250Z"}', 'no time']);
  expect(lines?.[0]?.timeMs).toBe(Date.parse('2026-01-31T09:00:00.250Z'));
});

test('of a long file only the end, from a whole line on', () => {
  writeFileSync(path, `${'x'.repeat(99)}\n`.repeat(20_000));
  const lines = latestAccessLogLines(path) ?? [];
  expect(lines.length).toBeLessThan(11_000);
  expect(lines.every(({ text }) => text.length === 99)).toBe(true);
});

test('follows what is written, also into a file that takes its place', async () => {
  writeFileSync(path, 'old\n');
  const seen: string[] = [];
  const end = followAccessLog(path, ({ text }) => seen.push(text));
  appendFileSync(path, 'one\ntw');
  await vi.waitFor(() => expect(seen).toEqual(['one']));
  appendFileSync(path, 'o\n');
  await vi.waitFor(() => expect(seen).toEqual(['one', 'two']));
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'three\n');
  await vi.waitFor(() => expect(seen).toEqual(['one', 'two', 'three']));
  end();
});
