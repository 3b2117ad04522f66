import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { LogBook } from '../log-book.ts';
import type { Cause, DesiredProxy, ObservedProxy } from '../runtime.ts';
import type { RuntimeEvent } from '../runtime-event.ts';
import { watchAccessLog } from './access-log-keeper.ts';
import { BackOff, processBackOff } from './back-off.ts';
import type { EnvoyCommand } from './envoy-arguments.ts';
import { EventPipe } from './event-pipe.ts';
import type { Fifos } from './fifos.ts';
import type { ProcessRegister } from './process-register.ts';
import type { ProxyFiles } from './proxy-files.ts';

/** How long Envoy may take to end after SIGTERM before it is killed. */
const stopPatienceMs = 2000;

/** How many of Envoy's last log lines are kept for the report of its end. */
const keptLogLines = 20;

/** So much without a line end is kept, characters. */
const longestLine = 16_384;

export interface EnvoyProcessOptions {
  readonly binary: string;
  /** Words to put before the command: see {@link deathSignalPrefix}. */
  readonly prefix: readonly string[];
  readonly files: ProxyFiles;
  readonly fifos: Fifos;
  readonly buildArguments: (command: EnvoyCommand) => readonly string[];
  /** Takes what Envoys write, by tenant. */
  readonly log: LogBook;
  /** Where each new process is written down: it must end when calb-sim is killed. */
  readonly register: ProcessRegister;
  onEvent(event: RuntimeEvent): void;
  onChange(): void;
}

/** One tenant's Envoy: started, started again when it ends by itself, and stopped. */
export class EnvoyProcess {
  readonly proxy: DesiredProxy;
  readonly #options: EnvoyProcessOptions;
  readonly #cause: Cause;
  readonly #backOff = new BackOff(processBackOff);
  #pipe: EventPipe | undefined;
  #child: ChildProcess | undefined;
  #state: ObservedProxy['state'] = 'starting';
  #isStopping = false;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(proxy: DesiredProxy, cause: Cause, options: EnvoyProcessOptions) {
    this.proxy = proxy;
    this.#cause = cause;
    this.#options = options;
  }

  observe(): ObservedProxy {
    const { tenant, bootstrap, concurrency } = this.proxy;
    const pid = this.#child?.pid;
    return {
      tenant,
      ...(pid === undefined ? {} : { pid }),
      bootstrap,
      concurrency,
      state: this.#state,
      adminSocket: this.#options.files.adminSocket,
    };
  }

  /** Resolves when the process was started or could not be; then it is tried again. */
  async start(): Promise<void> {
    const { files, onEvent } = this.#options;
    const { tenant, bootstrap } = this.proxy;
    mkdirSync(files.folder, { recursive: true, mode: 0o700 });
    rmSync(files.bootstrap, { force: true });
    // The bootstrap holds the tenant's token: in a file of ours alone, never on a command line that all users can see.
    writeFileSync(files.bootstrap, bootstrap, { mode: 0o600 });
    this.#pipe = await EventPipe.create(files.eventLog, this.#options.fifos, (line) =>
      onEvent({ type: 'proxy-health-line', tenant, line, cause: undefined }),
    );
    if (this.#isStopping) this.#pipe.close();
    else await this.#spawn();
  }

  /** Ends the process for good. Resolves when it is gone. */
  async stop({ force }: { readonly force: boolean }): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      // `close` comes last: its end is told before the start of a successor.
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      child.kill(force ? 'SIGKILL' : 'SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
      await ended;
      clearTimeout(timer);
    }
    this.#pipe?.close();
    rmSync(this.#options.files.folder, { recursive: true, force: true });
  }

  #spawn(): Promise<void> {
    const { binary, files, buildArguments } = this.#options;
    const { concurrency } = this.proxy;
    const [program = binary, ...args] = [
      ...this.#options.prefix,
      binary,
      ...buildArguments({ bootstrapFile: files.bootstrap, concurrency }),
    ];
    // What a killed predecessor left would keep the admin interface from being bound.
    rmSync(files.adminSocket, { force: true });
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      // A process group of its own: Ctrl-C in the terminal must reach calb-sim only, which then stops things in order.
      detached: true,
      cwd: files.folder,
    });
    this.#child = child;
    const startedAt = performance.now();
    const { log: book } = this.#options;
    const { tenant } = this.proxy;
    book.begin(tenant);
    const log = collectLines(child, (line) => book.add(tenant, line, 'stderr'));
    return new Promise((resolve) => {
      child.once('spawn', () => {
        this.#onSpawned(child);
        resolve();
      });
      child.once('error', (error) => {
        if (child.pid !== undefined) return;
        this.#onEnded({ log: [error.message], uptimeMs: 0 });
        resolve();
      });
      child.once('close', (code, signal) => {
        if (child.pid === undefined) return;
        const uptimeMs = performance.now() - startedAt;
        this.#onEnded({
          ...(code === null ? {} : { exitCode: code }),
          ...(signal === null ? {} : { signal }),
          log: log(),
          uptimeMs,
        });
      });
    });
  }

  #onSpawned(child: ChildProcess): void {
    const { register, onEvent, onChange, files } = this.#options;
    const pid = child.pid;
    if (pid === undefined) return;
    register.add(pid, 'proxy');
    // SIGUSR1 makes Envoy open its log files again.
    const keeper = watchAccessLog(files.accessLog, () => child.kill('SIGUSR1'));
    child.once('exit', () => {
      register.remove(pid);
      keeper[Symbol.dispose]();
    });
    this.#state = 'running';
    onChange();
    onEvent({ type: 'proxy-started', tenant: this.proxy.tenant, pid, cause: this.#cause });
  }

  #onEnded({ uptimeMs, ...exit }: EnvoyExit): void {
    const { onEvent, onChange } = this.#options;
    this.#child = undefined;
    const willRestart = !this.#isStopping;
    if (willRestart) {
      this.#state = 'backing-off';
      this.#restartTimer = setTimeout(() => void this.#spawn(), this.#backOff.pauseAfter(uptimeMs));
    }
    onChange();
    onEvent({ type: 'proxy-exited', tenant: this.proxy.tenant, ...exit, willRestart, cause: this.#cause });
  }
}

interface EnvoyExit {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly log: readonly string[];
  readonly uptimeMs: number;
}

/** Tells each line that the process writes to stderr, and answers the last ones when asked. */
function collectLines(child: ChildProcess, tell: (line: string) => void): () => readonly string[] {
  const last: string[] = [];
  let rest = '';
  const take = (line: string) => {
    if (line.trim() === '') return;
    tell(line);
    last.push(line);
    if (last.length > keptLogLines) last.shift();
  };
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(-longestLine);
    lines.forEach(take);
  });
  child.stderr?.on('error', () => {});
  return () => (rest.trim() === '' ? last : [...last, rest].slice(-keptLogLines));
}
