import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networksOf, runtimeUnderTest } from './runtime-under-test.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const fixtures = join(repository, 'test/fixtures/manifests');

/** The program as a user starts it. */
export const program = join(repository, 'bin/calb-sim.js');

export type FixtureName = 'quickstart' | 'failover' | 'namespace-mode' | 'backend-routing' | 'calb';

/** What one finished command said. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A folder for manifests, and user folders (XDG) of its own, so that neither other tests nor the person's own instances
 * are touched. Only the cache is shared, because Envoy's binary lies there.
 */
export class Workspace {
  /** Short, because unix sockets below it must fit 108 bytes. */
  readonly root: string = mkdtempSync(join(tmpdir(), 'cs-'));
  /** Where the manifests are. */
  readonly folder: string = join(this.root, `w-${randomBytes(4).toString('hex')}`);
  readonly #program: string;

  constructor(fixture?: FixtureName, programPath: string = program) {
    this.#program = programPath;
    mkdirSync(this.folder);
    for (const name of ['run', 'state', 'config', 'data', 'tmp'])
      mkdirSync(join(this.root, name), { mode: 0o700 });
    if (fixture !== undefined) cpSync(join(fixtures, fixture), this.folder, { recursive: true });
  }

  get environment(): NodeJS.ProcessEnv {
    const { NO_COLOR: _color, FORCE_COLOR: _force, CI: _ci, ...inherited } = process.env;
    const own = Object.keys(inherited).filter(
      (name) => name.startsWith('CALB_SIM_') && name !== 'CALB_SIM_ENVOY',
    );
    for (const name of own) delete inherited[name];
    return {
      ...inherited,
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
      XDG_RUNTIME_DIR: join(this.root, 'run'),
      XDG_STATE_HOME: join(this.root, 'state'),
      XDG_CONFIG_HOME: join(this.root, 'config'),
      XDG_DATA_HOME: join(this.root, 'data'),
      TMPDIR: join(this.root, 'tmp'),
      CALB_SIM_RUNTIME: runtimeUnderTest,
    };
  }

  /** The name that an instance of this folder gets. */
  get instanceName(): string {
    return basename(this.folder);
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Writes a manifest in place; folders are made as needed. */
  write(file: string, text: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  /** Saves a changed text. @throws when `change` changes nothing, which would make a test wait for nothing. */
  edit(file: string, change: (text: string) => string): void {
    const before = this.read(file);
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${file} changes nothing`);
    this.write(file, after);
  }

  remove(file: string): void {
    rmSync(this.path(file), { recursive: true });
  }

  /** Files, sockets and FIFOs that the program left in the folders of a running instance, and networks. */
  leftovers(): readonly string[] {
    const networks = runtimeUnderTest === 'docker' ? networksOf(this.instanceName) : [];
    const files = ['run', 'tmp'].flatMap((name) =>
      readdirSync(join(this.root, name), { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    return [...networks, ...files];
  }

  /** Paths of the sockets of this name that a running instance has. */
  runtimeSockets(name: string): readonly string[] {
    return readdirSync(join(this.root, 'run'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isSocket() && entry.name === name)
      .map((entry) => join(entry.parentPath, entry.name));
  }

  /** Starts the program with arguments; the caller reads and ends it. */
  spawn(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [this.#program, ...args], {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
      stdio: 'pipe',
    });
  }

  /** Runs the program to its end. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    const child = this.spawn(args, environment);
    child.stdin.end();
    return finished(child);
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Collects what a process says until it ends. */
export function finished(child: ChildProcessWithoutNullStreams): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
