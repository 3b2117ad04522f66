import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { readElf } from '../../../../../src/runtime/docker/images/elf-file.ts';
import { parseLdSoCache } from '../../../../../src/runtime/docker/images/ld-so-cache.ts';
import { collectProgramFiles } from '../../../../../src/runtime/docker/images/shared-libraries.ts';
import { type FakeElf, fakeElf } from './elf-fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-elf-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, elf: FakeElf | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, Buffer.isBuffer(elf) ? elf : fakeElf(elf));
  return path;
}

const interpreter = '/lib64/ld-linux-x86-64.so.2';

describe('readElf', () => {
  it('reads loader, libraries and search paths', () => {
    const path = write('program', {
      interpreter,
      needed: ['libm.so.6', 'libc.so.6'],
      rPath: '/a:/b',
      runPath: '$ORIGIN/../lib',
    });
    expect(readElf(path)).toEqual({
      architecture: 'amd64',
      interpreter,
      needed: ['libm.so.6', 'libc.so.6'],
      rPath: ['/a', '/b'],
      runPath: ['$ORIGIN/../lib'],
    });
  });

  it('tells architectures', () => {
    expect(readElf(write('arm', { machine: 183 }))?.architecture).toBe('arm64');
    expect(readElf(write('other', { machine: 9999 }))?.architecture).toBe('machine 9999');
  });

  it('leaves other files alone', () => {
    expect(readElf(write('script', Buffer.from('#!/bin/sh\n')))).toBeUndefined();
    expect(readElf(write('empty', Buffer.alloc(0)))).toBeUndefined();
    // Mach-O, as programs of macOS are.
    expect(readElf(write('mac', Buffer.alloc(200, Buffer.from('cffaedfe', 'hex'))))).toBeUndefined();
    const [thirtyTwo, bigEndian] = [fakeElf({}), fakeElf({})];
    thirtyTwo[4] = 1;
    bigEndian[5] = 2;
    expect(readElf(write('32', thirtyTwo))).toBeUndefined();
    expect(readElf(write('big', bigEndian))).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('reads the Node that runs', () => {
    const elf = readElf(process.execPath);
    expect(elf?.architecture).toBe({ x64: 'amd64', arm64: 'arm64' }[process.arch as string]);
    for (const name of elf?.needed ?? ['']) expect(name).toMatch(/\.so(\.\d+)*$/);
  });
});

describe('collectProgramFiles', () => {
  it('follows libraries of libraries, in the order of the loader', () => {
    write('own/liba.so.1', { needed: ['libb.so.1', 'ld-linux-x86-64.so.2'] });
    write('first/libb.so.1', { needed: ['liba.so.1'] });
    write('second/libb.so.1', {});
    const program = write('bin/program', {
      interpreter,
      needed: ['liba.so.1'],
      runPath: `$ORIGIN/../own:${join(folder, 'second')}`,
    });
    // A run path does not count for the libraries of libraries; the environment does.
    const env = { LD_LIBRARY_PATH: `${join(folder, 'first')}:${join(folder, 'second')}` };
    expect(collectProgramFiles(program, env)).toEqual({
      architecture: 'amd64',
      interpreter,
      libraries: [
        { name: 'liba.so.1', path: join(folder, 'bin/../own/liba.so.1') },
        { name: 'libb.so.1', path: join(folder, 'first/libb.so.1') },
      ],
    });
  });

  it('passes over libraries of another architecture', () => {
    write('arm/libz.so.9', { machine: 183 });
    const fitting = write('x64/libz.so.9', {});
    const program = write('program', { interpreter, needed: ['libz.so.9'] });
    const env = { LD_LIBRARY_PATH: `${join(folder, 'arm')}:${join(folder, 'x64')}` };
    expect(collectProgramFiles(program, env).libraries).toEqual([{ name: 'libz.so.9', path: fitting }]);
  });

  it('takes a program without libraries as it is', () => {
    expect(collectProgramFiles(write('static', {}), {})).toEqual({ architecture: 'amd64', libraries: [] });
  });

  it('says why it cannot collect', () => {
    const musl = write('musl', {
      interpreter: '/lib/ld-musl-x86_64.so.1',
      needed: ['libc.musl-x86_64.so.1'],
    });
    expect(() => collectProgramFiles(musl, {})).toThrow(/another C library than glibc/);
    const poor = write('poor', { interpreter, needed: ['libnowhere.so.7'] });
    expect(() => collectProgramFiles(poor, {})).toThrow(/poor needs libnowhere\.so\.7/);
    expect(() => collectProgramFiles(write('text', Buffer.from('hello')), {})).toThrow(/no Linux program/);
  });

  it.skipIf(process.platform !== 'linux')('finds all that the Node that runs needs', () => {
    const files = collectProgramFiles(process.execPath, process.env);
    for (const { path } of files.libraries) expect(existsSync(path), path).toBe(true);
    const needed = readElf(process.execPath)?.needed ?? [];
    const found = files.libraries.map(({ name }) => name);
    expect(found).toEqual(expect.arrayContaining(needed.filter((name) => !name.startsWith('ld-linux'))));
  });
});

test('ld.so.cache: what is for certain processors only is left out, an older table before it is skipped', () => {
  const strings = Buffer.from('libc.so.6\0/lib/libc.so.6\0/lib/v3/libc.so.6\0');
  const entries: readonly (readonly [number, number, bigint])[] = [
    [0, 25, 1n << 62n],
    [0, 10, 0n],
  ];
  const start = 48 + entries.length * 24;
  const table = Buffer.alloc(start);
  table.write('glibc-ld.so.cache1.1', 0, 'latin1');
  table.writeUInt32LE(entries.length, 20);
  for (const [index, [name, path, capabilities]] of entries.entries()) {
    table.writeUInt32LE(start + name, 48 + index * 24 + 4);
    table.writeUInt32LE(start + path, 48 + index * 24 + 8);
    table.writeBigUInt64LE(capabilities, 48 + index * 24 + 16);
  }
  const libraries = [{ name: 'libc.so.6', path: '/lib/libc.so.6' }];
  expect(parseLdSoCache(Buffer.concat([table, strings]))).toEqual(libraries);
  const older = Buffer.from('ld.so-1.7.0\0\0\0\0\0');
  expect(parseLdSoCache(Buffer.concat([older, table, strings]))).toEqual(libraries);
  expect(parseLdSoCache(Buffer.from('nothing of the kind'))).toEqual([]);
});
