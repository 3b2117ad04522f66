import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FileBatch,
  type FileWatch,
  type WatchOptions,
  watchFiles,
} from '../../../../src/watch/watch-files.ts';

/** The watched folder of the test that runs: two files, `a.yaml` and `b.yml`. */
export let folder: string;
/** What was delivered, with the time of delivery. */
export let batches: (FileBatch & { readonly atMs: number })[];
let watch: FileWatch | undefined;
let wake: () => void;

/** A path in the folder. */
export const file = (name: string) => join(folder, name);

/** Begins to watch. */
export function start(options: WatchOptions = {}, paths = [folder]): FileWatch {
  watch = watchFiles(
    paths,
    (batch) => {
      batches.push({ ...batch, atMs: performance.now() });
      wake();
    },
    options,
  );
  return watch;
}

/** Waits until batches after the first give `path` a text that fits. */
export async function delivered(
  path: string,
  fits: (text: string) => boolean,
): Promise<FileBatch & { atMs: number }> {
  return batchWhere((batch) =>
    batch.files.some((change) => change.path === path && 'text' in change && fits(change.text)),
  );
}

/** Waits for a batch after the first. */
export async function batchWhere(fits: (batch: FileBatch) => boolean): Promise<FileBatch & { atMs: number }> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const found = batches.slice(1).find(fits);
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not delivered: ${JSON.stringify(batches)}`);
    await Promise.race([new Promise<void>((resolve) => (wake = resolve)), sleep(100)]);
  }
}

/** Whether a batch says that `path` is gone. */
export const isDeletion = (path: string) => (batch: FileBatch) =>
  batch.files.some((change) => change.path === path && 'deleted' in change);

export function stop(): void {
  watch?.close();
}

export function setUp(): void {
  folder = mkdtempSync(join(tmpdir(), 'calb-watch-'));
  batches = [];
  wake = () => {};
  writeFileSync(file('a.yaml'), 'a: 1\n');
  writeFileSync(file('b.yml'), 'b: 1\n');
}

export function tearDown(): void {
  stop();
  rmSync(folder, { recursive: true, force: true });
}
