import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  batches,
  batchWhere,
  delivered,
  file,
  folder,
  isDeletion,
  setUp,
  start,
  tearDown,
} from './support/watched-folder.ts';

beforeEach(setUp);

afterEach(tearDown);

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
    // A deletion alone is told after a second.
    expect(Date.now() - batch.seenAtMs).toBeLessThan(900);
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
