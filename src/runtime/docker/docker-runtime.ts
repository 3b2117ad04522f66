import type { SocketAddress } from '../../model/address.ts';
import { AddressBook } from '../ports/addresses.ts';
import type { Environment } from '../process/run-directory.ts';
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
import { Cells } from './cells.ts';
import { Containers } from './containers.ts';
import { controlPlanePath } from './control-plane-path.ts';
import type { Engine } from './engine/engine.ts';
import { watchEngine } from './engine/engine-events.ts';
import { ObjectNames } from './object-names.ts';
import { OutsideHands } from './outside-hands.ts';
import { ownerLabels } from './ownership/labels.ts';
import { removeDockerRemains } from './ownership/remove-remains.ts';
import { PodContainers } from './pods/pod-containers.ts';
import { DockerPorts } from './ports/docker-ports.ts';
import { EngineNetworks } from './proxies/engine-networks.ts';
import { ProxyFleet } from './proxies/proxy-fleet.ts';
import { insidePaths } from './proxies/proxy-folders.ts';
import { ServiceContainers } from './services/service-containers.ts';

/** How often ports that could not be had are tried again, milliseconds. */
const retryPortsMs = 1000;

export interface DockerRuntimeOptions {
  /** Name of the instance. */
  readonly instance: string;
  /** Folder that it serves. */
  readonly folder: string;
  readonly version: string;
  /** The instance's own folder for sockets, mode 0700. */
  readonly runFolder: string;
  /** Where addresses that had to move are remembered. */
  readonly stateFile: string;
  readonly engine: Engine;
  /** Tags of our own images. */
  readonly images: { readonly envoy: string; readonly node: string };
  readonly envoyVersion: string;
  readonly env: Environment;
  /** No image may be pulled. */
  readonly offline?: boolean;
  onEvent(event: RuntimeEvent): void;
}

/** Runs each tenant as one Envoy container in a network of its own, with its pods and Services beside it. */
export function startDockerRuntime(options: DockerRuntimeOptions): Runtime {
  return new DockerRuntime(options);
}

/** How long Services wait for Envoys and pods at the start, milliseconds: most are for people's own containers only. */
const serviceDelayMs = 1500;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

class DockerRuntime implements Runtime {
  readonly name = 'docker';
  readonly envoyVersion: string;
  readonly runsImages = true;
  readonly sharesListeners = true;
  readonly hostSocketFolder = insidePaths.hostSockets;
  /** Envoy is another user; the socket's folder lies where only this one comes. */
  readonly adminSocketMode = 0o666;
  readonly #options: DockerRuntimeOptions;
  readonly #containers: Containers;
  readonly #cells: Cells;
  readonly #ports: DockerPorts;
  readonly #proxies: ProxyFleet;
  readonly #pods: PodContainers;
  readonly #services: ServiceContainers;
  readonly #watch: { close(): void };
  readonly #retryTimer: NodeJS.Timeout;
  #controlPlane: Promise<ListenAddress> | undefined;
  #observed: ObservedState | undefined;
  #isLost = false;
  #closing: Promise<RemovedCounts> | undefined;

  constructor(options: DockerRuntimeOptions) {
    const { engine, instance, folder, version, images, stateFile, onEvent } = options;
    const { docker } = engine;
    this.#options = options;
    this.envoyVersion = options.envoyVersion;
    const labels = ownerLabels({ instance, folder, version });
    const names = new ObjectNames(instance);
    const isSingleAddress = process.platform !== 'linux';
    this.#containers = new Containers({ docker, labels });
    this.#cells = new Cells({
      ...{ docker, containers: this.#containers, labels, names, nodeImage: images.node },
      onLost: (namespace, what) => this.#onCellLost(namespace, what),
    });
    const networks = new EngineNetworks(docker);
    this.#ports = new DockerPorts({
      ...{ docker, labels, isSingleAddress },
      addresses: new AddressBook({ instance, stateFile, isSingleAddress }),
      isPrivileged: engine.kind !== 'rootless',
    });
    const parts = {
      ...{ containers: this.#containers, cells: this.#cells, names, onEvent, nodeImage: images.node },
      onChange: () => {
        this.#observed = undefined;
      },
    };
    this.#proxies = new ProxyFleet({
      ...{ ...parts, networks, images, runFolder: options.runFolder },
      onPortLost: (socket) => void this.#onPortLost(socket),
    });
    const { env, offline = false } = options;
    this.#pods = new PodContainers({ ...parts, docker, architecture: engine.architecture, env, offline });
    this.#services = new ServiceContainers(parts);
    const hands = new OutsideHands({ ...parts, networks });
    this.#watch = watchEngine({
      ...{ docker, instance },
      onEvent: (event) => void hands.on(event),
      onLost: (reason) => this.#onEngineLost(reason),
      onBack: (awayMs) => void this.#onEngineBack(awayMs),
    });
    this.#retryTimer = setInterval(() => void this.#retryPorts(), retryPortsMs).unref();
  }

  reserve(wanted: readonly WantedSocket[]): Promise<readonly Binding[]> {
    return this.#ports.reserve(wanted);
  }

  rebind(lost: SocketAddress): Promise<readonly Binding[]> {
    return this.#ports.rebind(lost);
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
      proxies: this.#proxies.observe(),
      pods: this.#pods.observe(),
      services: this.#services.observe(),
    };
    return this.#observed;
  }

  async execute(operations: readonly Operation[]): Promise<void> {
    if (this.#closing !== undefined || this.#isLost) return;
    const urgent = operations.filter(({ type }) => type !== 'put-service');
    const started = Promise.allSettled(urgent.map((operation) => this.#carryOut(operation)));
    if (urgent.some(({ type }) => type === 'start-proxy'))
      await Promise.race([started, pause(serviceDelayMs)]);
    const others = operations.filter(({ type }) => type === 'put-service');
    const put = Promise.allSettled(others.map((operation) => this.#carryOut(operation)));
    this.#report([...urgent, ...others], [...(await started), ...(await put)]);
  }

  #report(operations: readonly Operation[], results: readonly PromiseSettledResult<void>[]): void {
    for (const [index, result] of results.entries()) {
      const operation = operations[index];
      if (result.status === 'fulfilled' || operation === undefined) continue;
      this.#options.onEvent({
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
    const { accessLog, adminSocket } = this.#proxies.foldersOf(tenant);
    return { accessLog, adminSocket };
  }

  close(options: { readonly force: boolean }): Promise<RemovedCounts> {
    if (options.force && this.#closing !== undefined) {
      // In order was asked for first: what is still there is ended now, and the first call's promise settles.
      for (const container of this.#containers.running()) void container.remove().catch(() => undefined);
      return this.#closing;
    }
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close(options: { readonly force: boolean }): Promise<RemovedCounts> {
    clearInterval(this.#retryTimer);
    this.#watch.close();
    const { proxies, pods, services } = this.observe();
    const containers = this.#containers.running().length;
    // Envoys first: one that is still there would report that its backends fail.
    await this.#proxies.close(options);
    await Promise.all([this.#pods.close(), this.#services.close()]);
    const { networks, disconnected } = await this.#cells.close();
    for (const name of disconnected) {
      this.#options.onEvent({
        type: 'runtime-problem',
        message: `The container ${name} was in a network of this instance; it was disconnected from it.`,
        hint: 'It goes on running.',
        cause: undefined,
      });
    }
    this.#observed = undefined;
    return {
      ...{ proxies: proxies.length, pods: pods.length, services: services.length },
      ...{ containers, networks },
    };
  }

  #carryOut(operation: Operation): Promise<void> {
    switch (operation.type) {
      case 'start-proxy':
      case 'connect-proxy':
        return this.#proxies.want(operation.proxy, operation.cause);
      case 'replace-proxy':
        return this.#proxies.want(operation.proxy, operation.cause, operation.reason);
      case 'stop-proxy':
        return this.#proxies.stop(operation.tenant);
      case 'start-pod':
        return this.#pods.start(operation.pod, operation.cause);
      case 'stop-pod':
        return this.#pods.stop(operation.namespace, operation.name, operation.cause);
      case 'put-service':
        return this.#services.put(operation.service, operation.cause);
      case 'remove-service':
        return this.#services.remove(operation.namespace, operation.name);
    }
  }

  async #retryPorts(): Promise<void> {
    if (this.#isLost) return;
    const bindings = await this.#ports.retry().catch(() => undefined);
    if (bindings === undefined || this.#closing !== undefined) return;
    this.#options.onEvent({ type: 'ports-changed', bindings, cause: undefined });
  }

  async #onPortLost(socket: SocketAddress): Promise<void> {
    const bindings = await this.#ports.rebind(socket).catch(() => undefined);
    if (bindings === undefined || this.#closing !== undefined) return;
    this.#options.onEvent({ type: 'ports-changed', bindings, cause: undefined });
  }

  #onCellLost(namespace: string, what: string): void {
    // With the engine everything goes: that is told once.
    setTimeout(() => {
      if (this.#isLost || this.#closing !== undefined) return;
      this.#options.onEvent({
        type: 'runtime-problem',
        message: `Everything of ${namespace} ended: ${what}.`,
        hint: 'It is started again.',
        cause: undefined,
      });
    }, 200).unref();
  }

  #onEngineLost(reason: string): void {
    if (this.#closing !== undefined) return;
    this.#isLost = true;
    this.#proxies.forget();
    this.#pods.forget();
    this.#services.forget();
    this.#cells.forget();
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
