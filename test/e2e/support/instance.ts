import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ListenerUrl } from '../../../src/session/events.ts';
import { type EventOf, EventStream } from './event-stream.ts';
import { eventually, within } from './eventually.ts';
import { echoed, type HttpRequest, type HttpResponse, send } from './http-request.ts';
import { descendants, processesNaming, type RunningProcess, stillRunning } from './processes.ts';
import { containersOf, killContainer, removeFromEngine, runtimeUnderTest } from './runtime-under-test.ts';
import { type CommandResult, type FixtureName, Workspace } from './workspace.ts';

/** Removing containers is the engine's work, on a machine that tests keep busy. */
const stopPatienceMs = runtimeUnderTest === 'docker' ? 30_000 : 12_000;

/** How an instance is started. */
export interface InstanceOptions {
  /** Further arguments of `up`. */
  readonly args?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Files that are written before the start, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A request to an instance: which listener, and what is sent. */
export type InstanceRequest = Omit<HttpRequest, 'address' | 'port'> & {
  /** `namespace/name` or name of the Gateway; may be left out when there is one listener only. */
  readonly gateway?: string;
  readonly listener?: string;
};

/** A real `calb-sim up --output json` on a folder of its own. Start it with {@link startInstance}. */
export class Instance {
  readonly workspace: Workspace;
  readonly process: ChildProcessWithoutNullStreams;
  readonly stream: EventStream;
  stderr = '';
  #ready: EventOf<'Ready'> | undefined;
  readonly #ended: Promise<number | null>;

  constructor(workspace: Workspace, options: InstanceOptions = {}) {
    this.workspace = workspace;
    const args = ['up', workspace.folder, '--output', 'json', ...(options.args ?? [])];
    this.process = workspace.spawn(args, options.environment);
    this.stream = new EventStream(this.process.stdout);
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#ended = new Promise((resolve) => this.process.on('close', (code) => resolve(code)));
  }

  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw new Error('the program could not be started');
    return pid;
  }

  get ready(): EventOf<'Ready'> {
    if (this.#ready === undefined) throw new Error('the instance is not ready yet');
    return this.#ready;
  }

  /** Waits for `Ready`. @throws with what the program wrote when it ends before. */
  async untilReady(timeoutMs = 40_000): Promise<this> {
    try {
      this.#ready = await this.stream.waitFor('Ready', { timeoutMs });
    } catch (error) {
      throw new Error(`calb-sim up did not get ready\nstderr:\n${this.stderr}`, { cause: error });
    }
    return this;
  }

  /** Listeners as `status` shows them now. */
  async listeners(): Promise<readonly (ListenerUrl & { readonly programmed: boolean })[]> {
    return (
      (await this.json(['status', '-o', 'json'])) as { listeners: (ListenerUrl & { programmed: boolean })[] }
    ).listeners;
  }

  /** A listener that `Ready` named. @throws when there is none, or several where none was chosen. */
  url(gateway?: string, listener?: string): ListenerUrl {
    const fitting = this.ready.urls.filter(
      (url) =>
        (gateway === undefined || url.gateway === gateway || url.gateway.endsWith(`/${gateway}`)) &&
        (listener === undefined || url.listener === listener),
    );
    const [only] = fitting;
    if (only === undefined || fitting.length > 1)
      throw new Error(`${fitting.length} listeners fit ${gateway ?? '*'}/${listener ?? '*'}`);
    return only;
  }

  request(request: InstanceRequest): Promise<HttpResponse> {
    const { gateway, listener, ...rest } = request;
    const { address, port } = this.url(gateway, listener);
    return send({ ...rest, address, port });
  }

  /** Names of the pods that answered `count` requests, one after the other. */
  async pods(count: number, request: InstanceRequest): Promise<readonly string[]> {
    const names: string[] = [];
    for (let i = 0; i < count; i++) names.push(echoed(await this.request(request)).pod);
    return names;
  }

  /** Asks until the answer has this status. */
  untilStatus(status: number, request: InstanceRequest, timeoutMs?: number): Promise<HttpResponse> {
    return eventually(
      `status ${status} from ${request.host ?? ''}${request.path ?? '/'}`,
      async () => {
        const response = await this.request(request);
        if (response.status !== status)
          throw new Error(`got ${response.status}: ${response.body.slice(0, 200)}`);
        return response;
      },
      timeoutMs,
    );
  }

  /** Runs another command of the program beside this instance. */
  run(args: readonly string[]): Promise<CommandResult> {
    return this.workspace.run(args);
  }

  /** Runs a command that must succeed, and parses its output. */
  async json(args: readonly string[]): Promise<unknown> {
    const result = await this.run(args);
    if (result.code !== 0)
      throw new Error(`calb-sim ${args.join(' ')}: exit ${result.code}\n${result.stderr}`);
    return JSON.parse(result.stdout);
  }

  /** Makes an edit and waits until its tenant's Envoy has acknowledged it. */
  async applied(tenant: string, edit: () => void): Promise<EventOf<'ConfigApplied'>> {
    const from = this.stream.mark;
    edit();
    return this.stream.waitFor('ConfigApplied', { from, where: (event) => event.tenant === tenant });
  }

  /** Waits for the end of the process. */
  exited(timeoutMs = stopPatienceMs): Promise<number | null> {
    return within('the program ends', this.#ended, timeoutMs);
  }

  /** What the tenant's Envoy has written to its access log; `status` says where that is. */
  async accessLog(tenant: string): Promise<string> {
    const { tenants } = (await this.json(['status', '-o', 'json'])) as {
      tenants: readonly { name: string; accessLog?: string }[];
    };
    const path = tenants.find(({ name }) => name === tenant)?.accessLog;
    return path === undefined ? '' : readFileSync(path, 'utf8');
  }

  /** Id of the tenant's Envoy, of its process or container, as the events told. */
  envoyOf(tenant: string): string {
    const told = this.stream.events.findLast(
      (event) => (event.type === 'ProxyStarted' || event.type === 'ProxyReplaced') && event.tenant === tenant,
    ) as EventOf<'ProxyStarted'> | undefined;
    const id = told?.container ?? told?.pid?.toString();
    if (id === undefined) throw new Error(`no Envoy of ${tenant} is known`);
    return id;
  }

  /** Kills the tenant's Envoy at once. */
  killEnvoy(tenant: string): void {
    const id = this.envoyOf(tenant);
    if (runtimeUnderTest === 'docker') killContainer(id);
    else process.kill(Number(id), 'SIGKILL');
  }

  /** Waits until another Envoy serves the tenant than at the mark. */
  async untilReplaced(tenant: string, from: number): Promise<void> {
    const ofTenant = (event: { readonly tenant?: string }) => event.tenant === tenant;
    await Promise.race([
      this.stream.waitFor('ProxyReplaced', { from, where: ofTenant }),
      this.stream
        .waitFor('ProxyStarted', { from, where: ofTenant })
        .then(() => this.stream.waitFor('ProxyConnected', { from, where: ofTenant })),
    ]);
  }

  /** Everything that runs for this instance, beside its own process. */
  children(): readonly RunningProcess[] {
    return descendants(this.pid);
  }

  /** Sends SIGTERM, waits for the end and checks that nothing is left: no process, no file of the run folder. */
  async stop(): Promise<void> {
    try {
      if (this.process.exitCode !== null || this.process.signalCode !== null) return;
      const children = this.children();
      this.process.kill('SIGTERM');
      expect(await this.exited()).toBe(143);
      await expectNothingRuns(this.workspace, children);
      expect(this.workspace.leftovers()).toEqual([]);
      expect(this.stream.strayLines).toEqual([]);
    } finally {
      this.kill();
      this.workspace.dispose();
    }
  }

  /** Ends whatever is left, so that a failed test leaves nothing behind. */
  kill(): void {
    for (const { pid } of processesNaming(this.workspace.root)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended in the meantime.
      }
    }
    if (runtimeUnderTest === 'docker') removeFromEngine(this.workspace.instanceName);
  }
}

/** No process or container of a former instance may be there any more. */
export async function expectNothingRuns(
  workspace: Workspace,
  children: readonly RunningProcess[] = [],
): Promise<void> {
  const left = () => [
    ...[...stillRunning(children), ...processesNaming(workspace.root)].map((p) => `${p.pid} ${p.command}`),
    ...(runtimeUnderTest === 'docker' ? containersOf(workspace.instanceName) : []),
  ];
  await eventually('all of the instance is gone', () => left().length === 0).catch(() =>
    expect(left()).toEqual([]),
  );
}

/** Copies a fixture (or starts empty), starts `up` on it and waits until it is ready. */
export async function startInstance(
  fixture: FixtureName | undefined,
  options: InstanceOptions = {},
): Promise<Instance> {
  const workspace = new Workspace(fixture);
  for (const [file, text] of Object.entries(options.files ?? {})) workspace.write(file, text);
  const instance = new Instance(workspace, options);
  try {
    return await instance.untilReady();
  } catch (error) {
    instance.kill();
    workspace.dispose();
    throw error;
  }
}
