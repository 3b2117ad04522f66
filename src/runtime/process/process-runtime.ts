import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SocketAddress } from '../../model/address.ts';
import type { LogSource } from '../../model/logs.ts';
import { LogBook } from '../log-book.ts';
import { AddressBook } from '../ports/addresses.ts';
import { Ports } from '../ports/ports.ts';
import { trialBind } from '../ports/trial-bind.ts';
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
import { deathSignalPrefix } from './death-signal.ts';
import { type EnvoyCommand, envoyArguments } from './envoy-arguments.ts';
import type { EnvoyBinary } from './envoy-binary.ts';
import { Fifos } from './fifos.ts';
import { PodFleet } from './pod-fleet.ts';
import { processLogs } from './process-logs.ts';
import { ProcessRegister } from './process-register.ts';
import { proxyFiles } from './proxy-files.ts';
import { ProxyFleet } from './proxy-fleet.ts';

/** How often ports that could not be had are tried again, milliseconds. */
const retryPortsMs = 1000;

export interface ProcessRuntimeOptions {
  /** Name of the instance; addresses follow from it. */
  readonly instance: string;
  /** The instance's own folder for sockets and pids, mode 0700: see `claimInstance`. */
  readonly runFolder: string;
  /** Where addresses that had to move are remembered. */
  readonly stateFile: string;
  readonly envoy: EnvoyBinary;
  onEvent(event: RuntimeEvent): void;
  /** Arguments of Envoy; by default {@link envoyArguments}. */
  readonly buildEnvoyArguments?: (command: EnvoyCommand) => readonly string[];
  /** The bundled pod host; by default `host.cjs` beside the running bundle. */
  readonly hostScript?: string;
  /** Whether the kernel shall end Envoys with this process, where it can; default `true`. */
  readonly endsWithParent?: boolean;
  /** Whether 127.0.0.1 is the only loopback address; by default it is found out. */
  readonly isSingleAddress?: boolean;
}

/**
 * Runs Envoys as child processes, and pods on loopback addresses of their own in one more child process. Starts that
 * process at once and does not wait for it.
 *
 * @throws when the pod host's program is missing: the package is broken or not built
 */
export async function startProcessRuntime(options: ProcessRuntimeOptions): Promise<Runtime> {
  const hostScript = options.hostScript ?? findHostScript();
  const isSingleAddress = options.isSingleAddress ?? (await hasSingleAddress());
  return new ProcessRuntime({ ...options, hostScript, isSingleAddress });
}

type CompleteOptions = ProcessRuntimeOptions &
  Required<Pick<ProcessRuntimeOptions, 'hostScript' | 'isSingleAddress'>>;

class ProcessRuntime implements Runtime {
  readonly name = 'process';
  readonly runsImages = false;
  readonly sharesListeners = false;
  /** Owner only: the admin interface can stop Envoy and shows its configuration. */
  readonly adminSocketMode = 0o600;
  readonly envoyVersion: string;
  readonly logs: LogSource;
  readonly #options: CompleteOptions;
  readonly #ports: Ports;
  readonly #pods: PodFleet;
  readonly #proxies: ProxyFleet;
  #observed: ObservedState | undefined;
  #closing: Promise<RemovedCounts> | undefined;
  readonly #retryTimer: NodeJS.Timeout;
  #controlPlane: Promise<ListenAddress> | undefined;

  constructor(options: CompleteOptions) {
    const { instance, stateFile, runFolder, envoy, isSingleAddress, onEvent } = options;
    this.#options = options;
    this.envoyVersion = envoy.version;
    const addresses = new AddressBook({ instance, stateFile, isSingleAddress });
    const register = new ProcessRegister(runFolder);
    const onChange = () => {
      this.#observed = undefined;
    };
    this.#ports = new Ports({ addresses, isSingleAddress });
    this.#retryTimer = setInterval(() => void this.#retryPorts(), retryPortsMs).unref();
    const script = options.hostScript;
    this.#pods = new PodFleet({
      ...{ script, runFolder, register, addresses, isSingleAddress, onEvent, onChange },
    });
    const log = new LogBook();
    this.logs = processLogs(log, this.#pods.host);
    this.#proxies = new ProxyFleet({
      ...{ runFolder, log },
      fifos: new Fifos(runFolder),
      binary: envoy.path,
      prefix: options.endsWithParent === false ? [] : deathSignalPrefix(process.env.PATH ?? ''),
      buildArguments: options.buildEnvoyArguments ?? envoyArguments,
      register,
      onEvent,
      onChange,
    });
  }

  reserve(wanted: readonly WantedSocket[]): Promise<readonly Binding[]> {
    return this.#ports.reserve(wanted);
  }

  rebind(lost: SocketAddress): Promise<readonly Binding[]> {
    return this.#ports.rebind(lost);
  }

  /** One socket for all tenants: their Envoys are on this machine. */
  connectControlPlane(
    _tenant: string,
    listen: (at: ListenAddress) => Promise<ListenAddress>,
  ): Promise<ListenAddress> {
    this.#controlPlane ??= listen({ address: '127.0.0.1', port: 0 });
    return this.#controlPlane;
  }

  observe(): ObservedState {
    this.#observed ??= {
      proxies: this.#proxies.observe(),
      pods: this.#pods.pods(),
      services: this.#pods.services(),
    };
    return this.#observed;
  }

  async execute(operations: readonly Operation[]): Promise<void> {
    if (this.#closing !== undefined) return;
    const results = await Promise.allSettled(operations.map((operation) => this.#carryOut(operation)));
    for (const [index, result] of results.entries()) {
      const operation = operations[index];
      if (result.status === 'fulfilled' || operation === undefined) continue;
      this.#options.onEvent({
        type: 'runtime-problem',
        message: `${operation.type} failed: ${result.reason instanceof Error ? result.reason.message : result.reason}`,
        hint: 'Save a file to try again; if it stays, stop calb-sim and start it again.',
        cause: operation.cause,
      });
    }
  }

  eventLogPath(tenant: string): string {
    return proxyFiles(this.#options.runFolder, tenant).eventLog;
  }

  accessLogPath(tenant: string): string {
    return proxyFiles(this.#options.runFolder, tenant).accessLog;
  }

  adminSocketPath(tenant: string): string {
    return proxyFiles(this.#options.runFolder, tenant).adminSocket;
  }

  filesOf(tenant: string): ProxyFilesHere {
    const { accessLog, adminSocket } = proxyFiles(this.#options.runFolder, tenant);
    return { accessLog, adminSocket };
  }

  close(options: { readonly force: boolean }): Promise<RemovedCounts> {
    if (options.force && this.#closing !== undefined) {
      // In order was asked for first: what is still there is now killed, and the first call's promise settles.
      void Promise.all([this.#proxies.close(options), this.#pods.close(options)]);
      return this.#closing;
    }
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #retryPorts(): Promise<void> {
    const bindings = await this.#ports.retry();
    if (bindings === undefined || this.#closing !== undefined) return;
    this.#options.onEvent({ type: 'ports-changed', bindings, cause: undefined });
  }

  async #close(options: { readonly force: boolean }): Promise<RemovedCounts> {
    clearInterval(this.#retryTimer);
    const { proxies, pods, services } = this.observe();
    // Envoys first: one that is still there would report that its backends fail.
    await this.#proxies.close(options);
    await this.#pods.close(options);
    this.#observed = undefined;
    return { proxies: proxies.length, pods: pods.length, services: services.length };
  }

  #carryOut(operation: Operation): Promise<void> {
    switch (operation.type) {
      case 'start-proxy':
      case 'replace-proxy':
        return this.#proxies.start(operation.proxy, operation.cause);
      // Envoys of this runtime reach everything already.
      case 'connect-proxy':
        return Promise.resolve();
      case 'stop-proxy':
        return this.#proxies.stop(operation.tenant);
      case 'start-pod':
        return this.#pods.startPod(operation.pod, operation.cause);
      case 'update-pod':
        this.#pods.updatePod(operation.pod);
        return Promise.resolve();
      case 'stop-pod':
        return this.#pods.stopPod(operation.namespace, operation.name, operation.cause);
      case 'kill-pod':
        return this.#pods.killPod(operation.namespace, operation.name, operation.cause);
      case 'put-service':
        return this.#pods.putService(operation.service, operation.cause);
      case 'remove-service':
        return this.#pods.removeService(operation.namespace, operation.name);
    }
  }
}

/** `host.cjs` of the bundle that runs: beside it, or in a folder above (bundles of commands and chunks lie deeper). */
function findHostScript(): string {
  const here = fileURLToPath(import.meta.url);
  const candidates = ['./host.cjs', '../host.cjs', '../../host.cjs', '../../../dist/host.cjs'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`host.cjs is missing beside ${here}: run "npm run build"`);
  return found;
}

/** Whether only 127.0.0.1 can be bound, as on macOS: there other loopback addresses must be set up by hand. */
async function hasSingleAddress(): Promise<boolean> {
  if (process.platform === 'linux') return false;
  return (await trialBind({ address: '127.86.7.5', port: 0 })).type !== 'free';
}
