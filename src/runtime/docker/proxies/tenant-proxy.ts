import type { SocketAddress } from '../../../model/address.ts';
import { BackOff, processBackOff } from '../../process/back-off.ts';
import type { Cause, DesiredProxy, ObservedProxy } from '../../runtime.ts';
import { engineMessage } from '../engine/engine-errors.ts';
import { HostRelays } from '../host-relays.ts';
import { AccessLogFile } from './access-log-file.ts';
import { endPolitely } from './end-politely.ts';
import { type EnvoyContainer, startEnvoy } from './envoy-container.ts';
import { Forwarders } from './forwarders.ts';
import { lostPort } from './lost-port.ts';
import { measureOutage } from './outage.ts';
import { ProxyFolders } from './proxy-folders.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { proxyOwner, type Sandbox, startSandbox } from './sandbox.ts';
import { takeOver } from './take-over.ts';

/**
 * The Envoy of a tenant with all that belongs to it. Whatever is wanted, and whatever happens, one loop brings what runs
 * to what is wanted last: steps that were overtaken are left out.
 */
export class TenantProxy {
  readonly tenant: string;
  readonly folders: ProxyFolders;
  readonly #options: ProxyOptions;
  readonly #relays: HostRelays;
  readonly #accessLog: AccessLogFile;
  readonly #forwarders: Forwarders;
  readonly #backOff = new BackOff(processBackOff);
  #wanted: DesiredProxy;
  #cause: Cause;
  #reason = '';
  /** Whether the Envoy that runs shall go, though another one would be the same. */
  #mustReplace = false;
  #sandbox: Sandbox | undefined;
  #envoy: EnvoyContainer | undefined;
  /** Gives way to another one: its end is wanted. */
  #retiring: EnvoyContainer | undefined;
  /** How many Envoys were started: each container has a name of its own. */
  #count = 0;
  #isBackingOff = false;
  #isClosed = false;
  #work: Promise<void> | undefined;
  #isDirty = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(proxy: DesiredProxy, cause: Cause, options: ProxyOptions) {
    this.tenant = proxy.tenant;
    this.#wanted = proxy;
    this.#cause = cause;
    this.#options = options;
    this.folders = new ProxyFolders(options.runFolder, proxy.tenant);
    this.#relays = new HostRelays(this.folders.hostSockets);
    this.#accessLog = new AccessLogFile(this.folders.accessLog);
    this.#forwarders = new Forwarders(options);
  }

  observe(): ObservedProxy {
    const { bootstrap, concurrency, network } = this.#wanted;
    const container = this.#envoy?.container.id;
    return {
      ...{ tenant: this.tenant, bootstrap, concurrency, network },
      ...(container !== undefined && { container }),
      state: this.#isBackingOff ? 'backing-off' : this.#envoy === undefined ? 'starting' : 'running',
      adminSocket: this.folders.adminSocket,
      reached: [...(this.#sandbox?.joined.keys() ?? [])].sort(),
    };
  }

  /** Makes this what is wanted; resolves when it runs, or has failed and will be tried again. */
  want(proxy: DesiredProxy, cause: Cause, reason = ''): Promise<void> {
    this.#wanted = proxy;
    this.#cause = cause;
    if (reason !== '') {
      this.#reason = reason;
      this.#mustReplace = this.#envoy !== undefined;
    }
    return this.converge();
  }

  /** Ends everything of the tenant. */
  async stop({ force }: { readonly force: boolean }): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const envoy = this.#envoy;
    if (envoy !== undefined && !force) await endPolitely(envoy);
    await Promise.all([
      envoy?.container.remove(),
      this.#forwarders.close(),
      this.#sandbox?.container.remove(),
    ]);
    await this.#work;
    this.#release();
  }

  /** The engine is gone, and with it all containers. */
  forget(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#release();
  }

  #release(): void {
    this.#relays.close();
    this.#accessLog.close();
    this.folders.remove();
  }

  /** Brings what runs to what is wanted. */
  converge(): Promise<void> {
    this.#isDirty = true;
    this.#work ??= this.#loop().finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }

  async #loop(): Promise<void> {
    while (this.#isDirty && !this.#isClosed) {
      this.#isDirty = false;
      try {
        await this.#step();
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  async #step(): Promise<void> {
    const { cells } = this.#options;
    const cell = await cells.cell(this.tenant);
    if (this.#isClosed) return;
    if (this.#sandbox !== undefined && this.#sandbox.cell !== cell) await this.#dropSandbox();
    if (this.#sandbox === undefined) {
      const sandbox = await startSandbox(cell, this.#wanted, this.#options);
      this.#sandbox = sandbox;
      void sandbox.container.ended.then(() => this.#onSandboxEnded(sandbox));
      if (this.#isClosed) return sandbox.container.remove();
      this.#tellJoined();
    }
    await this.#relays.put(this.#wanted.network.hostTargets);
    await this.#ensureEnvoy(this.#sandbox);
    await this.#join(this.#sandbox);
    await this.#publish(this.#sandbox);
  }

  /** Ports and names that came later than the sandbox. Those that were there before are watched meanwhile. */
  async #publish(sandbox: Sandbox): Promise<void> {
    let sockets: readonly SocketAddress[] = [];
    const put = async () => {
      sockets = await this.#forwarders.put(this.#wanted.network, sandbox);
    };
    const awayMs = await measureOutage(sandbox, put);
    if (sockets.length === 0) return;
    this.#options.onEvent({
      type: 'ports-published',
      tenant: this.tenant,
      sockets,
      awayMs,
      cause: this.#cause,
    });
  }

  async #ensureEnvoy(sandbox: Sandbox): Promise<void> {
    const proxy = this.#wanted;
    const current = this.#envoy;
    if (current !== undefined && isSame(current.proxy, proxy) && !this.#mustReplace) return;
    this.#mustReplace = false;
    this.#count += 1;
    const next = await startEnvoy({
      ...this.#options,
      ...{ proxy, folders: this.folders, accessLog: this.#accessLog },
      image: this.#options.images.envoy,
      name: this.#options.names.container(this.tenant, this.#count === 1 ? 'envoy' : `envoy-${this.#count}`),
      sandbox: sandbox.container.id,
      guard: sandbox.cell.guard.id,
    });
    if (this.#isClosed) return next.container.remove();
    if (current === undefined) this.#started(next);
    else await this.#replace(current, next, sandbox);
  }

  async #replace(current: EnvoyContainer, next: EnvoyContainer, sandbox: Sandbox): Promise<void> {
    this.#retiring = current;
    const awayMs = await takeOver(current, next, sandbox);
    this.#retiring = undefined;
    if (this.#isClosed) return next.container.remove();
    if (awayMs === undefined) {
      if (current.hasEnded()) this.#envoy = undefined;
      throw new Error(next.log().at(-1) ?? 'the new Envoy does not get ready; the old one stays');
    }
    this.#envoy = next;
    this.#watch(next);
    this.#options.onChange();
    const about = { tenant: this.tenant, container: next.container.id, cause: this.#cause };
    this.#options.onEvent({ type: 'proxy-replaced', ...about, reason: this.#reason, awayMs });
  }

  #started(envoy: EnvoyContainer): void {
    this.#envoy = envoy;
    this.#isBackingOff = false;
    this.#watch(envoy);
    this.#options.onChange();
    const { id: container } = envoy.container;
    this.#options.onEvent({ type: 'proxy-started', tenant: this.tenant, container, cause: this.#cause });
  }

  #watch(envoy: EnvoyContainer): void {
    void envoy.container.ended.then(({ exitCode }) => {
      if (this.#envoy !== envoy || this.#retiring === envoy || this.#isClosed) return;
      this.#envoy = undefined;
      this.#isBackingOff = true;
      this.#options.onChange();
      this.#options.onEvent({
        type: 'proxy-exited',
        tenant: this.tenant,
        ...(exitCode !== undefined && { exitCode }),
        ...(exitCode === 137 && { signal: 'SIGKILL' }),
        ...{ willRestart: true, log: envoy.log(), cause: this.#cause },
      });
      this.#again(performance.now() - envoy.startedAt);
    });
  }

  /** Its network is gone: an Envoy that still runs there serves nobody. */
  #onSandboxEnded(sandbox: Sandbox): void {
    if (this.#sandbox !== sandbox || this.#isClosed) return;
    // What cannot be removed now is in the way of the next try, which tells it.
    void this.#dropSandbox()
      .catch(() => undefined)
      .then(() => this.#again(0));
  }

  async #dropSandbox(): Promise<void> {
    const sandbox = this.#sandbox;
    this.#sandbox = undefined;
    await this.#forwarders.close();
    await this.#envoy?.container.remove();
    await sandbox?.container.remove();
  }

  async #join(sandbox: Sandbox): Promise<void> {
    const { cells, networks } = this.#options;
    const { reaches } = this.#wanted.network;
    const { id } = sandbox.container;
    const owner = proxyOwner(this.tenant);
    for (const namespace of reaches) {
      const { network, addressFor } = await cells.cell(namespace);
      if (sandbox.joined.get(namespace) === network.id) continue;
      await networks.connect(network.id, id, addressFor(owner));
      sandbox.joined.set(namespace, network.id);
      this.#tellJoined();
    }
    for (const [namespace, network] of sandbox.joined) {
      if (reaches.includes(namespace)) continue;
      await networks.disconnect(network, id);
      sandbox.joined.delete(namespace);
      if (cells.namespaces().includes(namespace)) (await cells.cell(namespace)).releaseAddress(owner);
    }
  }

  #tellJoined(): void {
    this.#options.onChange();
    this.#options.onEvent({ type: 'networks-joined', tenant: this.tenant, cause: this.#cause });
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return;
    const message = engineMessage(error);
    const lost = lostPort(message);
    if (lost !== undefined) this.#options.onPortLost(lost);
    this.#options.onEvent({
      type: 'runtime-problem',
      message: `The Envoy of ${this.tenant} cannot run as wanted: ${message}`,
      hint:
        lost === undefined
          ? 'It is tried again; calb-sim doctor may tell more.'
          : 'Another port is looked for.',
      cause: this.#cause,
    });
    this.#again(0);
  }

  #again(uptimeMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.converge(), this.#backOff.pauseAfter(uptimeMs));
  }
}

function isSame(a: DesiredProxy, b: DesiredProxy): boolean {
  return a.bootstrap === b.bootstrap && a.concurrency === b.concurrency;
}
