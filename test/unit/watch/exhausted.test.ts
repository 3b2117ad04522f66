import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FileBatch, watchFiles } from '../../../src/watch/watch-files.ts';

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  watch: () => {
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
      code: 'ENOSPC',
    });
  },
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-poll-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('looks again and again where the system does not watch, and says so once', async () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, 'a: 1\n');
  const batches: FileBatch[] = [];
  const problems: string[] = [];
  const watch = watchFiles([folder], (batch) => batches.push(batch), {
    onProblem: (message, hint) => problems.push(`${message} ${hint}`),
  });
  try {
    for (const text of ['a: 2\n', 'a: 3\n']) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
      await vi.waitFor(() => expect(batches.at(-1)?.files).toEqual([{ path: file, text }]), {
        timeout: 1500,
        interval: 10,
      });
    }
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('fs.inotify.max_user_watches');
  } finally {
    watch.close();
  }
});
