import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batches, delivered, file, setUp, start, stop, tearDown } from './support/watched-folder.ts';

beforeEach(setUp);

afterEach(tearDown);

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

  it('of 200 files is few batches, with deletions and new folders', async () => {
    for (let index = 0; index < 200; index += 1) writeFileSync(file(`many-${index}.yaml`), `v: 1 ${index}\n`);
    start();
    for (let index = 0; index < 200; index += 1) {
      if (index % 10 === 0) unlinkSync(file(`many-${index}.yaml`));
      else writeFileSync(file(`many-${index}.yaml`), `v: 2 ${index}\n`);
      if (index % 20 === 0) await sleep(2);
    }
    mkdirSync(file('new'));
    writeFileSync(file('new/n.yaml'), 'n: 1\n');
    await delivered(file('new/n.yaml'), (text) => text === 'n: 1\n');
    // What a busy machine interrupts may come in two or three.
    const changes = () => batches.slice(1).flatMap(({ files }) => files);
    while (new Set(changes().map(({ path }) => path)).size < 201) await sleep(20);
    expect(batches.length - 1).toBeLessThanOrEqual(5);
    expect(changes().filter((change) => 'deleted' in change)).toHaveLength(20);
  });

  it('waits for git', async () => {
    stop();
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

describe('a file that is to be read again', () => {
  it('is delivered though nothing changed, together with all others', () => {
    const watch = start();
    watch.reread();
    expect(batches).toHaveLength(2);
    expect(batches[1]).toMatchObject({ complete: true, verified: true });
    expect(batches[1]?.files).toEqual(batches[0]?.files);
  });
});
