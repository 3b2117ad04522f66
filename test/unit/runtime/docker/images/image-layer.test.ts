import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assembleImage, imageArchive } from '../../../../../src/runtime/docker/images/assembled-image.ts';
import { hashLayer, layerMembers } from '../../../../../src/runtime/docker/images/image-layer.ts';
import { cachedLayer } from '../../../../../src/runtime/docker/images/layer-cache.ts';
import { type TarMember, tarChunks, tarSize } from '../../../../../src/runtime/docker/images/tar-archive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-layer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pack = (members: readonly TarMember[]) => buffer(Readable.from(tarChunks(members)));

/** What an independent reader of archives makes of one. */
async function unpack(archive: Buffer) {
  const found: { path: string; type: string; mode: number; mtimeMs: number; text: string }[] = [];
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    const { name, type, mode, mtime } = entry.header;
    const text = (await buffer(entry)).toString('utf8');
    found.push({ path: name, type: type ?? '', mode: mode ?? 0, mtimeMs: mtime?.getTime() ?? -1, text });
  }
  return found;
}

function file(path: string, text: string): TarMember {
  const bytes = Buffer.from(text);
  return { type: 'file', path, mode: 0o644, size: bytes.length, chunks: () => [bytes] };
}

describe('tarChunks', () => {
  it('writes what others can read', async () => {
    const deep = `${'folder/'.repeat(20)}file`;
    const archive = await pack([
      { type: 'folder', path: 'bin', mode: 0o755 },
      file('bin/größe', 'x'.repeat(513)),
      file(deep, ''),
    ]);
    expect(await unpack(archive)).toEqual([
      { path: 'bin/', type: 'directory', mode: 0o755, mtimeMs: 0, text: '' },
      { path: 'bin/größe', type: 'file', mode: 0o644, mtimeMs: 0, text: 'x'.repeat(513) },
      { path: deep, type: 'file', mode: 0o644, mtimeMs: 0, text: '' },
    ]);
  });

  it('knows its size beforehand', async () => {
    for (const length of [0, 1, 511, 512, 513]) {
      const members = [file('a', 'y'.repeat(length))];
      expect((await pack(members)).length).toBe(tarSize(members));
    }
  });

  it('refuses a file that is not as long as was said', async () => {
    const wrong: TarMember = {
      type: 'file',
      path: 'a',
      mode: 0o644,
      size: 3,
      chunks: () => [Buffer.from('ab')],
    };
    await expect(pack([wrong])).rejects.toThrow('a changed while it was read');
    await expect(pack([{ ...wrong, size: 1 }])).rejects.toThrow('a changed while it was read');
  });
});

describe('layers and images', () => {
  it('names each folder once, before what lies in it', () => {
    const members = layerMembers([
      { path: '/lib/calb/a', mode: 0o755, source: Buffer.from('a') },
      { path: '/lib/calb/b', mode: 0o755, source: Buffer.from('b') },
    ]);
    expect(members.map(({ path }) => path)).toEqual(['lib', 'lib/calb', 'lib/calb/a', 'lib/calb/b']);
  });

  it('are the same for the same files, whenever and wherever these lie', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    for (const path of [one, two]) writeFileSync(path, 'content');
    utimesSync(two, 1, 1);
    const layers = await Promise.all(
      [one, two].map((source) => hashLayer(layerMembers([{ path: '/bin/x', mode: 0o755, source }]))),
    );
    expect(layers[0]?.diffId).toBe(layers[1]?.diffId);
    const archives = await Promise.all(
      layers.map((layer) =>
        buffer(Readable.from(imageArchive(imageOf([layer]), 'calb-sim/x:1', () => true))),
      ),
    );
    expect(archives[0]?.equals(archives[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('leave out of the archive what need not be sent', async () => {
    const layers = await Promise.all(
      ['a', 'b'].map((text) =>
        hashLayer(layerMembers([{ path: `/${text}`, mode: 0o644, source: Buffer.from(text) }])),
      ),
    );
    const image = imageOf(layers);
    const members = await unpack(
      await buffer(Readable.from(imageArchive(image, 'calb-sim/x:1', (index) => index === 1))),
    );
    const [a, b] = layers.map(({ diffId }) => `${diffId}.tar`);
    expect(members.map(({ path }) => path)).toEqual([b, `${image.configId}.json`, 'manifest.json']);
    expect(JSON.parse(members[2]?.text ?? '')).toEqual([
      { Config: `${image.configId}.json`, RepoTags: ['calb-sim/x:1'], Layers: [a, b] },
    ]);
    const config = members[1]?.text ?? '';
    expect(createHash('sha256').update(config).digest('hex')).toBe(image.configId);
    expect(JSON.parse(config)).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { User: '65532', Entrypoint: ['/x'], Cmd: [], Labels: { a: 'b' } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
    });
  });
});

function imageOf(layers: readonly Awaited<ReturnType<typeof hashLayer>>[]) {
  const content = { architecture: 'amd64', labels: { a: 'b' }, env: [], user: '65532', entrypoint: ['/x'] };
  return assembleImage({ ...content, layers });
}

describe('cachedLayer', () => {
  const collected = { times: 0 };
  const layer = (source: string, name = 'program') =>
    cachedLayer(join(folder, 'cache'), [name], () => {
      collected.times += 1;
      return [{ path: '/bin/x', mode: 0o755, source }];
    });
  beforeEach(() => {
    collected.times = 0;
  });

  it('collects and reads once, for as long as the files stay the same', async () => {
    const source = join(folder, 'program');
    writeFileSync(source, 'one');
    const first = await layer(source);
    expect(await pack(first.members)).toEqual(await pack((await layer(source)).members));
    expect((await layer(source)).diffId).toBe(first.diffId);
    expect(collected.times).toBe(1);
    writeFileSync(source, 'two!');
    expect((await layer(source)).diffId).not.toBe(first.diffId);
    expect(collected.times).toBe(2);
  });

  it('notices a change that keeps the size', async () => {
    const source = join(folder, 'program');
    writeFileSync(source, 'one');
    const first = await layer(source);
    writeFileSync(source, 'two');
    utimesSync(source, 5, 5);
    expect((await layer(source)).diffId).not.toBe(first.diffId);
  });

  it('trusts the size and time, and reads no byte', async () => {
    const source = join(folder, 'program');
    writeFileSync(source, 'one');
    utimesSync(source, 5, 5);
    const first = await layer(source);
    writeFileSync(source, 'two');
    utimesSync(source, 5, 5);
    expect((await layer(source)).diffId).toBe(first.diffId);
  });

  it('is made again where what was known is damaged, and where nothing can be kept', async () => {
    const source = join(folder, 'program');
    writeFileSync(source, 'one');
    const first = await layer(source);
    damage();
    expect((await layer(source)).diffId).toBe(first.diffId);
    writeFileSync(join(folder, 'blocked'), '');
    const unkept = await cachedLayer(join(folder, 'blocked', 'cache'), ['x'], () => [
      { path: '/bin/x', mode: 0o755, source },
    ]);
    expect(unkept.diffId).toBe(first.diffId);
  });

  function damage(): void {
    const [name = ''] = readdirSync(join(folder, 'cache'));
    writeFileSync(join(folder, 'cache', name), '{"key":');
  }
});
