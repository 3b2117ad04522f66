import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FileBatch,
  type FileWatch,
  type WatchOptions,
  watchFiles,
} from '../../../src/watch/watch-files.ts';

let folder: string;
let batches: (FileBatch & { readonly atMs: number })[];
let watch: FileWatch;
let wake: () => void;

const file = (name: string) => join(folder, name);

function start(options: WatchOptions = {}, paths = [folder]): void {
  watch = watchFiles(
    paths,
    (batch) => {
      batches.push({ ...batch, atMs: performance.now() });
      wake();
    },
    options,
  );
}

/** Waits until batches after the first give `path` a text that fits. */
async function delivered(
  path: string,
  fits: (text: string) => boolean,
): Promise<FileBatch & { atMs: number }> {
  return batchWhere((batch) =>
    batch.files.some((change) => change.path === path && 'text' in change && fits(change.text)),
  );
}

async function batchWhere(fits: (batch: FileBatch) => boolean): Promise<FileBatch & { atMs: number }> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const found = batches.slice(1).find(fits);
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not delivered: ${JSON.stringify(batches)}`);
    await Promise.race([new Promise<void>((resolve) => (wake = resolve)), sleep(100)]);
  }
}

const isDeletion = (path: string) => (batch: FileBatch) =>
  batch.files.some((change) => change.path === path && 'deleted' in change);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-watch-'));
  batches = [];
  wake = () => {};
  writeFileSync(file('a.yaml'), 'a: 1\n');
  writeFileSync(file('b.yml'), 'b: 1\n');
});

afterEach(() => {
  watch.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the first batch', () => {
  it('has every manifest and nothing else', () => {
    mkdirSync(file('deep/er'), { recursive: true });
    mkdirSync(file('node_modules'));
    mkdirSync(file('.hidden'));
    for (const name of ['deep/er/c.json', 'x.txt', '.a.yaml.swp', '.d.yaml', 'a.yaml~', '#e.yaml#']) {
      writeFileSync(file(name), '{}');
    }
    writeFileSync(file('node_modules/f.yaml'), '{}');
    writeFileSync(file('.hidden/g.yaml'), '{}');
    start();
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({ complete: true, verified: true });
    expect(batches[0]?.files.map(({ path }) => path)).toEqual([
      file('a.yaml'),
      file('b.yml'),
      file('deep/er/c.json'),
    ]);
  });

  it('is there for a folder without manifests, too', () => {
    mkdirSync(file('empty'));
    start({}, [file('empty')]);
    expect(batches).toMatchObject([{ complete: true, files: [] }]);
  });

  it('says what cannot be read', () => {
    symlinkSync(file('nowhere'), file('link.yaml'));
    writeFileSync(file('huge.yaml'), '');
    truncateSync(file('huge.yaml'), 50 * 1024 * 1024);
    start();
    expect(batches[0]?.files.filter((change) => 'problem' in change)).toEqual([
      { path: file('huge.yaml'), problem: { type: 'too-large', bytes: 50 * 1024 * 1024 } },
      {
        path: file('link.yaml'),
        problem: { type: 'unreadable', reason: 'it is a link to a file that does not exist' },
      },
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('says what is closed', () => {
    chmodSync(file('a.yaml'), 0);
    start();
    expect(batches[0]?.files[0]).toMatchObject({ problem: { reason: 'EACCES: permission denied' } });
  });
});

const saveStyles: Record<string, (path: string, text: string) => void | Promise<void>> = {
  'in place': (path, text) => writeFileSync(path, text, { flag: 'r+' }),
  'truncate, then write': async (path, text) => {
    truncateSync(path, 0);
    await sleep(3);
    appendFileSync(path, text);
  },
  'truncate, then write much later': async (path, text) => {
    truncateSync(path, 0);
    await sleep(300);
    appendFileSync(path, text);
  },
  'a new file renamed over it': (path, text) => {
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  },
  'swap file, backup and rename, as vim does': async (path, text) => {
    writeFileSync(join(path, '..', '.a.yaml.swp'), 'swap');
    renameSync(path, `${path}~`);
    await sleep(5);
    writeFileSync(path, text);
    unlinkSync(`${path}~`);
    unlinkSync(join(path, '..', '.a.yaml.swp'));
  },
  'delete, then write': async (path, text) => {
    unlinkSync(path);
    await sleep(30);
    writeFileSync(path, text);
  },
  'in pieces': async (path, text) => {
    const fd = openSync(path, 'w');
    for (const character of text) {
      writeSync(fd, character);
      await sleep(1);
    }
    closeSync(fd);
  },
};

describe('a save', () => {
  it.each(Object.entries(saveStyles))('is seen: %s', async (_style, save) => {
    start({ looksWhole: (input) => 'text' in input && input.text.endsWith('\n') });
    await save(file('a.yaml'), 'a: 2222\n');
    await delivered(file('a.yaml'), (text) => text === 'a: 2222\n');
    await sleep(150);
    // One batch with the new text, and nothing that was never meant.
    expect(batches.slice(1).flatMap(({ files }) => files)).toEqual([
      { path: file('a.yaml'), text: 'a: 2222\n' },
    ]);
  });

  it('is delivered within 30 ms', async () => {
    start();
    await sleep(50);
    const times: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const text = `a: ${round}0\n`;
      const savedAt = performance.now();
      writeFileSync(file('a.yaml'), text);
      const { atMs } = await delivered(file('a.yaml'), (actual) => actual === text);
      times.push(atMs - savedAt);
      await sleep(80);
    }
    times.sort((a, b) => a - b);
    expect(times[5]).toBeLessThan(30);
  });

  it('is never lost when another follows within 50 ms', async () => {
    start();
    for (let round = 0; round < 20; round += 1) {
      writeFileSync(file('a.yaml'), `first: ${round}\n`);
      await sleep(round * 2.5);
      writeFileSync(file('a.yaml'), `other: ${round}\n`);
      await delivered(file('a.yaml'), (text) => text === `other: ${round}\n`);
    }
  });

  it('is seen even when size and time stay the same', async () => {
    start();
    const time = new Date(1_700_000_000_000);
    utimesSync(file('a.yaml'), time, time);
    writeFileSync(file('a.yaml'), 'a: 2\n');
    utimesSync(file('a.yaml'), time, time);
    await delivered(file('a.yaml'), (text) => text === 'a: 2\n');
  });

  it('that changes nothing causes nothing', async () => {
    start();
    writeFileSync(file('a.yaml'), 'a: 1\n');
    writeFileSync(file('b.yml'), 'b: 2\n');
    await delivered(file('b.yml'), (text) => text === 'b: 2\n');
    await sleep(150);
    expect(batches.slice(1).flatMap(({ files }) => files.map(({ path }) => path))).toEqual([file('b.yml')]);
  });

  it('of 200 files is one batch, with deletions and new folders', async () => {
    for (let index = 0; index < 200; index += 1) writeFileSync(file(`many-${index}.yaml`), `v: 1 ${index}\n`);
    start();
    for (let index = 0; index < 200; index += 1) {
      if (index % 10 === 0) unlinkSync(file(`many-${index}.yaml`));
      else writeFileSync(file(`many-${index}.yaml`), `v: 2 ${index}\n`);
      if (index % 20 === 0) await sleep(2);
    }
    mkdirSync(file('new'));
    writeFileSync(file('new/n.yaml'), 'n: 1\n');
    await batchWhere(({ files }) => files.length > 0);
    await sleep(400);
    expect(batches.slice(1)).toHaveLength(1);
    expect(batches[1]?.files).toHaveLength(201);
    expect(batches[1]?.files.filter((change) => 'deleted' in change)).toHaveLength(20);
  });

  it('waits for git', async () => {
    watch?.close();
    mkdirSync(file('.git'));
    start();
    writeFileSync(file('.git/index.lock'), '');
    writeFileSync(file('a.yaml'), 'a: 2\n');
    await sleep(150);
    writeFileSync(file('b.yml'), 'b: 2\n');
    unlinkSync(file('.git/index.lock'));
    await delivered(file('b.yml'), (text) => text === 'b: 2\n');
    expect(batches[1]?.files.map(({ path }) => path)).toEqual([file('a.yaml'), file('b.yml')]);
  });
});

describe('what is not whole', () => {
  it('is delivered as verified when it stays so', async () => {
    start({ looksWhole: (input) => 'text' in input && !input.text.includes('broken') });
    writeFileSync(file('a.yaml'), 'broken\n');
    const batch = await delivered(file('a.yaml'), (text) => text === 'broken\n');
    expect(batch.verified).toBe(true);
    expect(Date.now() - batch.seenAtMs).toBeGreaterThanOrEqual(60);
  });

  it('is delivered after a second when it stays blank', async () => {
    start();
    const at = performance.now();
    writeFileSync(file('a.yaml'), '');
    const { atMs } = await delivered(file('a.yaml'), (text) => text === '');
    expect(atMs - at).toBeGreaterThanOrEqual(990);
    expect(atMs - at).toBeLessThan(1600);
  });
});

describe('files and folders', () => {
  it('that are new are seen, also deep in new folders', async () => {
    start();
    mkdirSync(file('x/y/z'), { recursive: true });
    writeFileSync(file('x/y/z/n.yaml'), 'n: 1\n');
    await delivered(file('x/y/z/n.yaml'), (text) => text === 'n: 1\n');
    writeFileSync(file('x/y/z/n.yaml'), 'n: 2\n');
    await delivered(file('x/y/z/n.yaml'), (text) => text === 'n: 2\n');
  });

  it('that are deleted are told after a second', async () => {
    start();
    const at = performance.now();
    unlinkSync(file('a.yaml'));
    const { atMs } = await batchWhere(isDeletion(file('a.yaml')));
    expect(atMs - at).toBeGreaterThanOrEqual(990);
    expect(batches).toHaveLength(2);
  });

  it('that are renamed go and come in one batch at once', async () => {
    start();
    renameSync(file('a.yaml'), file('c.yaml'));
    const batch = await batchWhere(isDeletion(file('a.yaml')));
    expect(batch.files).toEqual([
      { path: file('a.yaml'), deleted: true },
      { path: file('c.yaml'), text: 'a: 1\n' },
    ]);
    expect(Date.now() - batch.seenAtMs).toBeLessThan(200);
  });

  it('that a link leads to are followed', async () => {
    mkdirSync(file('target'));
    writeFileSync(file('target/t.txt'), 't: 1\n');
    mkdirSync(file('watched'));
    symlinkSync(file('target/t.txt'), file('watched/t.yaml'));
    start({}, [file('watched')]);
    expect(batches[0]?.files).toEqual([{ path: file('watched/t.yaml'), text: 't: 1\n' }]);
    writeFileSync(file('target/t.txt'), 't: 2\n');
    await delivered(file('watched/t.yaml'), (text) => text === 't: 2\n');
  });

  it('that go in circles are looked into once', () => {
    symlinkSync(folder, file('circle'));
    start();
    expect(batches[0]?.files.map(({ path }) => path)).toEqual([file('a.yaml'), file('b.yml')]);
  });

  it('can be single files, whatever their names are', async () => {
    writeFileSync(file('manifest'), 'm: 1\n');
    start({}, [file('a.yaml'), file('manifest')]);
    expect(batches[0]?.files.map(({ path }) => path)).toEqual([file('a.yaml'), file('manifest')]);
    writeFileSync(file('b.yml'), 'b: 2\n');
    writeFileSync(file('new'), 'm: 2\n');
    renameSync(file('new'), file('manifest'));
    await delivered(file('manifest'), (text) => text === 'm: 2\n');
    expect(batches).toHaveLength(2);
  });
});

describe('a folder that disappears', () => {
  it('is a problem, keeps its files, and recovers when it is back', async () => {
    mkdirSync(file('demo'));
    writeFileSync(file('demo/d.yaml'), 'd: 1\n');
    start({}, [file('demo')]);
    renameSync(file('demo'), file('away'));
    await batchWhere(({ files }) => files.some((change) => 'problem' in change));
    expect(batches[1]?.files).toEqual([
      { path: file('demo'), problem: { type: 'unreadable', reason: 'the folder is gone' } },
    ]);
    await sleep(1200);
    expect(batches).toHaveLength(2);
    writeFileSync(file('away/d.yaml'), 'd: 2\n');
    renameSync(file('away'), file('demo'));
    const back = await batchWhere(isDeletion(file('demo')));
    expect(back.files).toEqual([
      { path: file('demo'), deleted: true },
      { path: file('demo/d.yaml'), text: 'd: 2\n' },
    ]);
    writeFileSync(file('demo/d.yaml'), 'd: 3\n');
    await delivered(file('demo/d.yaml'), (text) => text === 'd: 3\n');
  });

  it('is seen as such even when its files are deleted first', async () => {
    mkdirSync(file('demo'));
    for (let index = 0; index < 50; index += 1) writeFileSync(file(`demo/${index}.yaml`), `d: ${index}\n`);
    start({}, [file('demo')]);
    rmSync(file('demo'), { recursive: true });
    await batchWhere(({ files }) => files.some((change) => 'problem' in change));
    await sleep(1200);
    expect(
      batches
        .slice(1)
        .flatMap(({ files }) => files)
        .filter((change) => 'deleted' in change),
    ).toEqual([]);
  });
});
