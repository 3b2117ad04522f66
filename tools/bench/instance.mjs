import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'bin/calb-sim.js');

/** A folder of manifests with user folders of its own; only the cache, where Envoy lies, is the person's. */
export class Workspace {
  constructor(source, runtime = 'process') {
    this.runtime = runtime;
    this.root = mkdtempSync(join(tmpdir(), 'cb-'));
    this.folder = join(this.root, 'w');
    mkdirSync(this.folder);
    for (const name of ['run', 'state', 'config', 'data']) mkdirSync(join(this.root, name), { mode: 0o700 });
    if (typeof source === 'string') cpSync(join(root, source), this.folder, { recursive: true });
    else for (const [file, text] of Object.entries(source)) this.write(file, text);
  }

  write(file, text) {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  read(file) {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  spawn(args) {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CALB_SIM_RUNTIME: this.runtime,
        XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
        XDG_RUNTIME_DIR: join(this.root, 'run'),
        XDG_STATE_HOME: join(this.root, 'state'),
        XDG_CONFIG_HOME: join(this.root, 'config'),
        XDG_DATA_HOME: join(this.root, 'data'),
      },
    });
    return child;
  }

  /** Runs a command to its end. */
  async run(args) {
    const child = this.spawn(args);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, stdout, stderr };
  }

  dispose() {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A running `calb-sim up --output json`, with all its events. */
export class Instance {
  constructor(workspace, args = []) {
    this.workspace = workspace;
    this.events = [];
    this.waiting = new Set();
    this.child = workspace.spawn(['up', workspace.folder, '--output', 'json', ...args]);
    this.stderr = '';
    this.child.stderr.on('data', (data) => {
      this.stderr += data;
    });
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const event = JSON.parse(line);
      this.events.push({ ...event, seenAt: performance.now() });
      for (const check of this.waiting) check();
    });
  }

  /** The first event of a type from a place of the stream on that fits. */
  waitFor(type, { from = 0, where = () => true, timeoutMs = 120_000 } = {}) {
    const find = () => this.events.slice(from).find((event) => event.type === type && where(event));
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`no ${type} within ${timeoutMs} ms\n${this.stderr.slice(-2000)}`));
      }, timeoutMs);
      this.waiting.add(check);
      this.ended.then(() => reject(new Error(`calb-sim ended before ${type}\n${this.stderr.slice(-2000)}`)));
      check();
    });
  }

  async ready() {
    const { urls } = await this.waitFor('Ready');
    this.urls = urls;
    return this;
  }

  /** Waits until so many pods were started. */
  async untilPods(count) {
    const started = new Set();
    await this.waitFor('PodStarted', { where: ({ pod }) => started.add(pod).size >= count });
  }

  envoyPid(tenant) {
    return this.events.findLast((event) => event.type === 'ProxyStarted' && event.tenant === tenant)?.pid;
  }

  /** The binary that runs for a tenant, so that a baseline uses the same one. */
  envoyBinary(tenant) {
    return readlinkSync(`/proc/${this.envoyPid(tenant)}/exe`);
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }
}

/** Starts an instance on a folder, lets `use` work with it, and stops it whatever happens. */
export async function withInstance(source, use) {
  const workspace = new Workspace(source);
  const instance = new Instance(workspace);
  try {
    return await use(await instance.ready(), workspace);
  } finally {
    await instance.stop();
    workspace.dispose();
  }
}
