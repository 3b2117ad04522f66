import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isSameProcess, processStartTime } from './process-identity.ts';
import { removeRemains } from './remains.ts';
import { type Environment, runtimeBaseFolder, shortName, stateFolder } from './run-directory.ts';

/** A running `calb-sim up`, as its run folder describes it. */
export interface InstanceRecord {
  readonly name: string;
  /** Absolute path of the folder (or file) that it serves. */
  readonly folder: string;
  readonly pid: number;
  /** When the process started: a pid alone may belong to another program by now. */
  readonly startTime: string;
  readonly version: string;
  readonly runtime: 'process' | 'docker';
  /** Unix socket of the instance's API. */
  readonly apiSocket: string;
  /** Where the API is served over TLS, once it is: `https://127.0.0.1:PORT`. */
  readonly apiUrl?: string;
}

/** An instance's hold on its name. */
export interface InstanceClaim {
  readonly record: InstanceRecord;
  /** The instance's own folder for sockets and pids, mode 0700. */
  readonly runFolder: string;
  /** Where the instance remembers addresses. */
  readonly stateFile: string;
  /** Adds to the record, for others to read. */
  readonly announce: (facts: Pick<InstanceRecord, 'apiUrl'>) => void;
  /** Removes the folder. Idempotent. */
  release(): void;
}

/** Somebody else runs under the wanted name. */
export class InstanceTaken extends Error {
  override readonly name = 'InstanceTaken';
  readonly holder: InstanceRecord;

  constructor(holder: InstanceRecord) {
    super(`instance ${holder.name} runs already: pid ${holder.pid}, serving ${holder.folder}`);
    this.holder = holder;
  }
}

/** What was left by instances that died, and was removed. */
export interface RemovedRemains {
  readonly instances: readonly string[];
  readonly proxies: number;
  readonly hosts: number;
}

const recordFile = 'instance.json';

/** What `name` must look like to be an instance's name; `undefined` when it is right. */
export function instanceNameProblem(name: string): string | undefined {
  if (/^[a-z0-9]([a-z0-9._-]{0,38}[a-z0-9])?$/.test(name)) return undefined;
  return 'a name has 1 to 40 of the characters a-z, 0-9, ".", "_" and "-", and begins and ends with a letter or digit';
}

/**
 * The name for what `path` holds, made from its last part; with a suffix where an instance of another folder runs
 * under that name.
 */
export function defaultInstanceName(path: string, env: Environment): string {
  const folder = absolute(path);
  const readable =
    basename(folder)
      .toLowerCase()
      .replace(/\.(ya?ml|json)$/, '')
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 30)
      .replace(/^-+|-+$/g, '') || 'default';
  const holder = findInstance({ name: readable }, env);
  if (holder === undefined || holder.folder === folder) return readable;
  return `${readable}-${createHash('sha256').update(folder).digest('hex').slice(0, 4)}`;
}

export interface ClaimOptions {
  readonly name: string;
  readonly folder: string;
  readonly version: string;
  readonly runtime: InstanceRecord['runtime'];
  readonly env: Environment;
}

/**
 * Takes a name for this process and makes its run folder. What a dead instance of that name left is removed first.
 *
 * @throws {InstanceTaken} when an instance of that name runs
 */
export async function claimInstance({ name, folder, env, ...rest }: ClaimOptions): Promise<InstanceClaim> {
  const base = runtimeBaseFolder(env);
  const runFolder = join(base, shortName(name));
  const { pid } = process;
  const record: InstanceRecord = {
    ...{ name, folder: absolute(folder), pid, startTime: processStartTime(pid) ?? '' },
    ...rest,
    apiSocket: join(runFolder, 'api.sock'),
  };
  for (;;) {
    if (putFolder(base, runFolder, record)) break;
    const holder = readRecord(runFolder);
    if (holder !== undefined && isAlive(holder)) throw new InstanceTaken(holder);
    await removeRemains(runFolder);
  }
  return {
    record,
    runFolder,
    stateFile: join(stateFolder(env), name, 'addresses.json'),
    announce: (facts) => writeRecord(runFolder, { ...record, ...facts }),
    release: () => {
      if (readRecord(runFolder)?.pid === pid) rmSync(runFolder, { recursive: true, force: true });
    },
  };
}

/** Makes the folder complete with its record in one step, so that nobody sees it without an owner. */
function putFolder(base: string, runFolder: string, record: InstanceRecord): boolean {
  const draft = join(base, `.new-${record.pid}-${Date.now()}`);
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(join(draft, recordFile), `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  try {
    // Fails when the target is there and not empty.
    renameSync(draft, runFolder);
    return true;
  } catch {
    rmSync(draft, { recursive: true, force: true });
    return false;
  }
}

/** In one step: others may read it at any moment. A folder that is gone stays gone. */
function writeRecord(runFolder: string, record: InstanceRecord): void {
  const draft = join(runFolder, `.${recordFile}`);
  try {
    writeFileSync(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(draft, join(runFolder, recordFile));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** All instances that run, sorted by name. */
export function listInstances(env: Environment): readonly InstanceRecord[] {
  return instanceFolders(env)
    .map(({ record }) => record)
    .filter((record): record is InstanceRecord => record !== undefined && isAlive(record))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names of instances that ended without cleaning up, sorted. */
export function deadInstances(env: Environment): readonly string[] {
  return instanceFolders(env)
    .filter(({ folder, record }) => (record === undefined ? !isYoung(folder) : !isAlive(record)))
    .map(({ folder, record }) => record?.name ?? basename(folder))
    .sort();
}

/** The running instance of a name, or the one that serves a folder. */
export function findInstance(
  wanted: { readonly name: string } | { readonly folder: string },
  env: Environment,
): InstanceRecord | undefined {
  const folder = 'folder' in wanted ? absolute(wanted.folder) : undefined;
  return listInstances(env).find((record) =>
    'name' in wanted ? record.name === wanted.name : record.folder === folder,
  );
}

/** Ends and removes what instances left that are no longer there: exactly what they themselves wrote down. */
export async function cleanUpDead(env: Environment): Promise<RemovedRemains> {
  const removed = { instances: [] as string[], proxies: 0, hosts: 0 };
  for (const { folder, record } of instanceFolders(env)) {
    if (record !== undefined ? isAlive(record) : isYoung(folder)) continue;
    const { proxies, hosts } = await removeRemains(folder);
    removed.instances.push(record?.name ?? basename(folder));
    removed.proxies += proxies;
    removed.hosts += hosts;
  }
  return removed;
}

function instanceFolders(env: Environment) {
  const base = runtimeBaseFolder(env);
  return readdirSync(base, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(base, entry.name))
    .map((folder) => ({ folder, record: readRecord(folder) }));
}

function isAlive({ pid, startTime }: InstanceRecord): boolean {
  return isSameProcess(pid, startTime);
}

/** A folder without a record that is just being made. */
function isYoung(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs < 10_000;
}

function readRecord(folder: string): InstanceRecord | undefined {
  try {
    const record: InstanceRecord = JSON.parse(readFileSync(join(folder, recordFile), 'utf8'));
    return typeof record.pid === 'number' && typeof record.name === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Symbolic links are followed, so that a folder is the same by whichever way one came to it. */
function absolute(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(resolve(path));
    return parent === resolve(path) ? parent : join(absolute(parent), basename(path));
  }
}
