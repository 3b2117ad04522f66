import type { SocketAddress } from '../../model/address.ts';
import type { LogSource } from '../../model/logs.ts';
import type { PodPrograms } from '../../model/pod-programs.ts';
import type {
  Binding,
  ListenAddress,
  ObservedState,
  Operation,
  ProxyFilesHere,
  RemovedCounts,
  Runtime,
  WantedSocket,
} from '../runtime.ts';
import type { RuntimeEvent } from '../runtime-event.ts';
import { controlPlanePath } from './control-plane-path.ts';
import { type DockerParts, type DockerRuntimeOptions, makeParts } from './docker-parts.ts';
import { watchEngine } from './engine/engine-events.ts';
import { HeldProblems } from './held-problems.ts';
import { inhabitedNamespaces } from './inhabited-namespaces.ts';
import { OutsideHands } from './outside-hands.ts';
import { removeDockerRemains } from './ownership/remove-remains.ts';
import { insidePaths } from './proxies/proxy-folders.ts';

/** How often ports that could not be had are tried again, milliseconds. */
const retryPortsMs = 1000;

/** Runs each tenant as one Envoy container in a network of its own, with its pods and Services beside it. */
export function startDockerRuntime(options: DockerRuntimeOptions): Runtime {
  return new DockerRuntime(options);
}

class DockerRuntime implements Runtime {
  readonly name = 'docker';
  readonly envoyVersion: string;
  readonly runsImages = true;
  readonly sharesListeners = true;
  readonly hostSocketFolder = insidePaths.hostSockets;
  /** Envoy is another user; the socket's folder lies where only this one comes. */
  readonly adminSocketMode = 0o666;
  readonly logs: LogSource;
  readonly programs: PodPrograms;
  readonly #options: DockerRuntimeOptions;
  readonly #told: HeldProblems;
  readonly #parts: DockerParts;
  readonly #watch: { close(): void };
  readonly #retryTimer: NodeJS.Timeout;
  #controlPlane: Promise<ListenAddress> | undefined;
  #observed: ObservedState | undefined;
  #isLost = false;
  /** How many calls of `execute` are at work. */
  #executing = 0;
  #closing: Promise<RemovedCounts> | undefined;

  constructor(options: DockerRuntimeOptions) {
    this.#options = options;
    this.envoyVersion = options.envoyVersion;
    this.#told = new HeldProblems(options.onEvent);
    const onEvent = (event: RuntimeEvent) => {
      // Of an engine that is gone nothing but that is to be told.
      if (!this.#isLost) this.#told.tell(event);
    };
    this.#parts = makeParts(
      { ...options, onEvent },
      {
        onChange: () => {
          this.#observed = undefined;
        },
        onCellLost: (namespace, what) => this.#onCellLost(namespace, what),
        onPortLost: (socket) => void this.#onPortLost(socket),
      },
    );
    this.logs = this.#parts.logs;
    this.programs = this.#parts.pods.programs;
    const { instance, engine } = options;
    const hands = new OutsideHands({ ...this.#parts, onEvent });
    this.#watch = watchEngine({
      ...{ docker: engine.docker, instance },
      // What cannot be answered, because the engine goes as well, is told as its loss.
      onEvent: (event) => void hands.on(event).catch(() => undefined),
      onLost: (reason) => this.#onEngineLost(reason),
      onBack: (awayMs) => void this.#onEngineBack(awayMs),
    });
    this.#retryTimer = setInterval(() => void this.#retryPorts(), retryPortsMs).unref();
  }

  reserve(wanted: readonly WantedSocket[]): Promise<readonly Binding[]> {
    return this.#parts.ports.reserve(wanted);
  }

  rebind(lost: SocketAddress): Promise<readonly Binding[]> {
    return this.#parts.ports.rebind(lost);
  }

  connectControlPlane(
    _tenant: string,
    listen: (at: ListenAddress) => Promise<ListenAddress>,
  ): Promise<ListenAddress> {
    this.#controlPlane ??= controlPlanePath(this.#options.runFolder, listen);
    return this.#controlPlane;
  }

  observe(): ObservedState {
    this.#observed ??= {
      proxies: this.#parts.proxies.observe(),
      pods: this.#parts.pods.observe(),
      services: this.#parts.services.observe(),
    };
    return this.#observed;
  }

  async execute(operations: readonly Operation[]): Promise<void> {
    if (this.#closing !== undefined || this.#isLost) return;
    this.#executing += 1;
    const results = await Promise.allSettled(operations.map((operation) => this.#carryOut(operation)));
    if (!this.#isLost) this.#report(operations, results);
    this.#executing -= 1;
    await this.#sweep();
  }

  /** Removes what namespaces leave in which nothing runs any more. */
  async #sweep(): Promise<void> {
    // What is about to end is not observed any more, but needs its network until then.
    if (this.#executing > 0 || this.#closing !== undefined || this.#isLost) return;
    const inhabited = inhabitedNamespaces(this.observe());
    const empty = this.#parts.cells.namespaces().filter((namespace) => !inhabited.has(namespace));
    await Promise.all(empty.map((namespace) => this.#parts.cells.remove(namespace).catch(() => undefined)));
  }

  #report(operations: readonly Operation[], results: readonly PromiseSettledResult<void>[]): void {
    for (const [index, result] of results.entries()) {
      const operation = operations[index];
      if (result.status === 'fulfilled' || operation === undefined) continue;
      this.#told.tell({
        type: 'runtime-problem',
        message: `${operation.type} failed: ${result.reason instanceof Error ? result.reason.message : result.reason}`,
        hint: 'Save a file to try again; calb-sim doctor may tell more.',
        cause: operation.cause,
      });
    }
  }

  eventLogPath(): string {
    return insidePaths.output;
  }

  accessLogPath(): string {
    return insidePaths.output;
  }

  adminSocketPath(): string {
    return insidePaths.adminSocket;
  }

  filesOf(tenant: string): ProxyFilesHere {
    const { accessLog, adminSocket } = this.#parts.proxies.foldersOf(tenant);
    return { accessLog, adminSocket };
  }

  close(options: { readonly force: boolean }): Promise<RemovedCounts> {
    if (options.force && this.#closing !== undefined) {
      // In order was asked for first: what is still there is ended now, and the first call's promise settles.
      for (const container of this.#parts.containers.running())
        void container.remove().catch(() => undefined);
      return this.#closing;
    }
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close(options: { readonly force: boolean }): Promise<RemovedCounts> {
    clearInterval(this.#retryTimer);
    this.#told.flush();
    this.#watch.close();
    const { proxies, pods, services } = this.observe();
    const containers = this.#parts.containers.running().length;
    // Envoys first: one that is still there would report that its backends fail.
    await Promise.allSettled([this.#parts.proxies.close(options)]);
    await Promise.allSettled([this.#parts.pods.close(), this.#parts.services.close()]);
    await this.#parts.containers.close();
    // Whatever could not be ended by itself ends with its guard.
    const { networks, disconnected, failed } = await this.#parts.cells.close();
    for (const name of disconnected) {
      const message = `The container ${name} was in a network of this instance; it was disconnected from it.`;
      this.#tellProblem(message, 'It goes on running.');
    }
    for (const reason of failed) {
      this.#tellProblem(`A network could not be removed: ${reason}`, 'calb-sim down removes it later.');
    }
    this.#observed = undefined;
    return {
      ...{ proxies: proxies.length, pods: pods.length, services: services.length },
      ...{ containers, networks },
    };
  }

  #tellProblem(message: string, hint: string): void {
    this.#options.onEvent({ type: 'runtime-problem', message, hint, cause: undefined });
  }

  #carryOut(operation: Operation): Promise<void> {
    switch (operation.type) {
      case 'start-proxy':
      case 'connect-proxy':
        return this.#parts.proxies.want(operation.proxy, operation.cause);
      case 'replace-proxy':
        return this.#parts.proxies.want(operation.proxy, operation.cause, operation.reason);
      case 'stop-proxy':
        return this.#parts.proxies.stop(operation.tenant);
      case 'start-pod':
        return this.#parts.pods.start(operation.pod, operation.cause);
      case 'update-pod':
        return this.#parts.pods.update(operation.pod);
      case 'stop-pod':
        return this.#parts.pods.stop(operation.namespace, operation.name, operation.cause);
      case 'kill-pod':
        return this.#parts.pods.kill(operation.namespace, operation.name, operation.cause);
      case 'put-service':
        return this.#parts.services.put(operation.service, operation.cause);
      case 'remove-service':
        return this.#parts.services.remove(operation.namespace, operation.name);
    }
  }

  async #retryPorts(): Promise<void> {
    if (this.#isLost) return;
    const bindings = await this.#parts.ports.retry().catch(() => undefined);
    if (bindings === undefined || this.#closing !== undefined) return;
    this.#options.onEvent({ type: 'ports-changed', bindings, cause: undefined });
  }

  async #onPortLost(socket: SocketAddress): Promise<void> {
    const bindings = await this.#parts.ports.rebind(socket).catch(() => undefined);
    if (bindings === undefined || this.#closing !== undefined) return;
    this.#options.onEvent({ type: 'ports-changed', bindings, cause: undefined });
  }

  #onCellLost(namespace: string, what: string): void {
    this.#told.doubt();
    this.#told.tell({
      type: 'runtime-problem',
      message: `Everything of ${namespace} ended: ${what}.`,
      hint: 'It is started again.',
      cause: undefined,
    });
  }

  #onEngineLost(reason: string): void {
    if (this.#closing !== undefined) return;
    this.#isLost = true;
    this.#told.drop();
    this.#parts.proxies.forget();
    this.#parts.pods.forget();
    this.#parts.services.forget();
    this.#parts.cells.forget();
    this.#observed = undefined;
    this.#options.onEvent({ type: 'engine-lost', reason, cause: undefined });
  }

  async #onEngineBack(awayMs: number): Promise<void> {
    const { engine, instance } = this.#options;
    // What outlived the engine has nobody who listens to it.
    await removeDockerRemains({ docker: engine.docker, instance, ofLiving: true }).catch(() => undefined);
    if (this.#closing !== undefined) return;
    this.#isLost = false;
    this.#options.onEvent({ type: 'engine-back', awayMs, cause: undefined });
  }
}
