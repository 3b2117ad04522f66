import { type ChildProcess, spawn } from 'node:child_process';
import type { LogLine } from '../../model/logs.ts';
import { BackOff, processBackOff } from './back-off.ts';
import { takeEarlyHost } from './early-host.ts';
import type { HostMessage, HostOutcome, HostRequestBody } from './host-protocol.ts';
import type { ProcessRegister } from './process-register.ts';

export interface HostClientOptions {
  /** The bundled `host.cjs`. */
  readonly script: string;
  readonly runFolder: string;
  readonly register: ProcessRegister;
  /** The host died and a new one is being started: everything that it had must be asked for again. */
  onRestart(exit: HostExit): void;
  onFault(message: string): void;
}

/** How a host process ended. */
export interface HostExit {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The last that it wrote to stderr. */
  readonly log: string;
}

const diedOutcome: HostOutcome = { ok: false, code: 'HOST_DIED', message: 'the pod host ended' };

/** The parent's side of the pod host: starts it, starts it again when it dies, and carries requests to it. */
export class HostClient {
  readonly #options: HostClientOptions;
  readonly #backOff = new BackOff(processBackOff);
  readonly #followers = new Map<string, Set<(line: LogLine) => void>>();
  readonly #pending = new Map<number, (outcome: HostOutcome) => void>();
  #child: ChildProcess | undefined;
  #isReady = false;
  #queue: HostRequestQueue = [];
  #nextId = 1;
  #isClosing = false;
  #log = '';

  constructor(options: HostClientOptions) {
    this.#options = options;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Sends a request, at once or when the host is there. A host that dies answers with the code `HOST_DIED`. */
  request(body: HostRequestBody): Promise<HostOutcome> {
    if (this.#isClosing && body.type !== 'close') return Promise.resolve(diedOutcome);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      if (this.#isReady) this.#child?.send({ ...body, id }, () => {});
      else this.#queue.push({ ...body, id });
    });
  }

  /** Lines of a pod from now on. */
  followLog(key: string, listener: (line: LogLine) => void): () => void {
    const followers = this.#followers.get(key) ?? new Set();
    this.#followers.set(key, followers.add(listener));
    if (followers.size === 1) void this.request({ type: 'follow-log', key, isFollowed: true });
    return () => {
      followers.delete(listener);
      if (followers.size > 0 || this.#followers.get(key) !== followers) return;
      this.#followers.delete(key);
      void this.request({ type: 'follow-log', key, isFollowed: false });
    };
  }

  /** Stops the host with everything in it. */
  async close({ force }: { readonly force: boolean }): Promise<void> {
    this.#isClosing = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (force) child.kill('SIGKILL');
    else {
      void this.request({ type: 'close' });
      setTimeout(() => child.kill('SIGKILL'), 1500).unref();
    }
    await ended;
  }

  #start(): void {
    const { script, runFolder, register } = this.#options;
    const startedAt = performance.now();
    const child = takeEarlyHost(script, runFolder) ?? spawnHost(script, runFolder);
    this.#child = child;
    this.#log = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-2000);
    });
    child.on('message', (message: HostMessage) => this.#receive(message));
    child.once('error', (error) => {
      this.#log = error.message;
      if (child.pid === undefined) this.#ended(undefined, undefined, startedAt);
    });
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) register.remove(child.pid);
      this.#ended(code ?? undefined, signal ?? undefined, startedAt);
    });
    if (child.pid !== undefined) register.add(child.pid, 'host');
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        for (const request of this.#queue) this.#child?.send(request, () => {});
        this.#queue = [];
        return;
      case 'log-lines':
        for (const follower of this.#followers.get(message.key) ?? []) message.lines.forEach(follower);
        return;
      case 'fault':
        this.#options.onFault(message.message);
        return;
      case 'reply':
        this.#pending.get(message.id)?.(message);
        this.#pending.delete(message.id);
    }
  }

  #ended(exitCode: number | undefined, signal: string | undefined, startedAt: number): void {
    this.#isReady = false;
    this.#queue = [];
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const resolve of pending) resolve(diedOutcome);
    if (this.#isClosing) return;
    const pauseMs = this.#backOff.pauseAfter(performance.now() - startedAt);
    setTimeout(() => {
      if (!this.#isClosing) this.#start();
    }, pauseMs);
    for (const key of this.#followers.keys())
      void this.request({ type: 'follow-log', key, isFollowed: true });
    this.#options.onRestart({ exitCode, signal, log: this.#log });
  }
}

type HostRequestQueue = (HostRequestBody & { readonly id: number })[];

function spawnHost(script: string, runFolder: string): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, runFolder], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A session of its own: Ctrl-C in the terminal must reach the parent only, which then stops things in order.
    detached: true,
    serialization: 'json',
  });
}
