import { lastAnswersMs } from '../last-answers.ts';
import type { AddressBook } from '../ports/addresses.ts';
import { describeHolder, findPortHolder, isWildcard } from '../ports/port-holder.ts';
import type { Cause, DesiredPod, DesiredService, ObservedPod, ObservedService } from '../runtime.ts';
import type { RuntimeEvent } from '../runtime-event.ts';
import { withAddress } from '../with-address.ts';
import { HostClient, type HostClientOptions, type HostExit } from './host-client.ts';
import type { HostOutcome } from './host-protocol.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { killedExitCode, PodCrashes } from './pod-crashes.ts';

export interface PodFleetOptions extends Omit<HostClientOptions, 'onRestart' | 'onFault'> {
  readonly addresses: AddressBook;
  /** All pods and Services share one address: their ports move out of each other's way. */
  readonly isSingleAddress: boolean;
  onEvent(event: RuntimeEvent): void;
  /** What `observe` would say has changed. */
  onChange(): void;
}

/** How many addresses are tried for a pod or Service. */
const maxAddresses = 8;

/** Pause before a pod that could not be started is tried again. */
const retryMs = 2000;

type Owner = `pod/${string}/${string}` | `service/${string}/${string}`;

interface PodRecord {
  readonly observed: ObservedPod;
  readonly cause: Cause;
}

interface ServiceRecord {
  readonly observed: ObservedService;
  readonly desired: DesiredService;
}

interface SettledPod {
  readonly pod: DesiredPod;
  readonly address: string;
  readonly outcome: HostOutcome;
  readonly cause: Cause;
}

/** The pods and Services of an instance: gives them addresses and keeps them running in the pod host. */
export class PodFleet {
  readonly host: HostClient;
  readonly #options: PodFleetOptions;
  readonly #pods = new Map<Owner, PodRecord>();
  readonly #services = new Map<Owner, ServiceRecord>();
  readonly #queue = new KeyedQueue<Owner>();
  readonly #crashes = new PodCrashes();
  #isClosed = false;

  constructor(options: PodFleetOptions) {
    this.#options = options;
    this.host = new HostClient({
      ...options,
      onRestart: (exit) => this.#revive(exit),
      onFault: (message) => this.#problem(undefined, `A simulated backend failed: ${message}`, 'Report it.'),
    });
  }

  pods(): readonly ObservedPod[] {
    return [...this.#pods.values()].map(({ observed }) => observed);
  }

  services(): readonly ObservedService[] {
    return [...this.#services.values()].map(({ observed }) => observed);
  }

  /** The pod is observed at once, not ready until it serves: a plan made meanwhile does not start it twice. */
  startPod(pod: DesiredPod, cause: Cause): Promise<void> {
    const { namespace, name } = pod;
    const owner: Owner = `pod/${namespace}/${name}`;
    const address = this.#options.addresses.addressOf(owner);
    this.#pods.set(owner, { observed: { namespace, name, address, ready: false, spec: pod }, cause });
    this.#options.onChange();
    return this.#queue.run(owner, () => this.#startPod(owner, pod, cause));
  }

  /** What runs has read its files; it gets others when it is started again. */
  updatePod(pod: DesiredPod): void {
    const owner: Owner = `pod/${pod.namespace}/${pod.name}`;
    const record = this.#pods.get(owner);
    if (record) this.#pods.set(owner, { ...record, observed: { ...record.observed, spec: pod } });
    this.#options.onChange();
  }

  stopPod(namespace: string, name: string, cause: Cause): Promise<void> {
    const owner: Owner = `pod/${namespace}/${name}`;
    if (!this.#pods.delete(owner)) return Promise.resolve();
    this.#crashes.forget(owner);
    this.#options.onChange();
    // Told before its connections break: that is why an Envoy ejects it.
    this.#options.onEvent({ type: 'pod-stopped', namespace, name, willRestart: false, cause });
    return this.#queue.run(owner, async () => {
      await this.host.request({ type: 'stop-pod', key: owner, afterMs: lastAnswersMs });
      // A successor of the same name may have been asked for meanwhile: the address is its own.
      if (!this.#pods.has(owner)) this.#options.addresses.release(owner);
    });
  }

  /** As a crash looks: connections break, and it is started again after a pause that grows with each end. */
  killPod(namespace: string, name: string, cause: Cause): Promise<void> {
    const owner: Owner = `pod/${namespace}/${name}`;
    const wanted = this.#pods.get(owner)?.observed.spec;
    if (wanted === undefined) return Promise.resolve();
    return this.#queue.run(owner, async () => {
      if (!this.#isWanted(owner, wanted) || this.#pods.get(owner)?.observed.ready !== true) return;
      const about = { namespace, name, exitCode: killedExitCode, willRestart: true, cause };
      this.#options.onEvent({ type: 'pod-stopped', ...about });
      await this.host.request({ type: 'stop-pod', key: owner, afterMs: 0 });
      const record = this.#pods.get(owner);
      if (record === undefined || !this.#isWanted(owner, wanted)) return;
      const { observed, pauseMs } = this.#crashes.crashed(owner, record.observed);
      this.#pods.set(owner, { observed, cause });
      this.#options.onChange();
      setTimeout(() => {
        void this.#queue.run(owner, () => this.#startPod(owner, wanted, cause));
      }, pauseMs).unref();
    });
  }

  putService(service: DesiredService, cause: Cause): Promise<void> {
    const { namespace, name, ports } = service;
    const owner: Owner = `service/${namespace}/${name}`;
    const previous = this.#services.get(owner)?.observed;
    const address = previous?.address ?? this.#options.addresses.addressOf(owner);
    this.#services.set(owner, {
      observed: { ...previous, namespace, name, address, ports, ready: false },
      desired: service,
    });
    this.#options.onChange();
    return this.#queue.run(owner, () => this.#putService(owner, service, cause));
  }

  removeService(namespace: string, name: string): Promise<void> {
    const owner: Owner = `service/${namespace}/${name}`;
    if (!this.#services.delete(owner)) return Promise.resolve();
    this.#options.onChange();
    return this.#queue.run(owner, async () => {
      await this.host.request({ type: 'remove-service', key: owner });
      if (!this.#services.has(owner)) this.#options.addresses.release(owner);
    });
  }

  async close(options: { readonly force: boolean }): Promise<void> {
    this.#isClosed = true;
    await this.host.close(options);
    this.#pods.clear();
    this.#services.clear();
  }

  async #startPod(owner: Owner, pod: DesiredPod, cause: Cause): Promise<void> {
    if (!this.#isWanted(owner, pod)) return;
    const { address, outcome } = await this.#tryAddresses(owner, (candidate) =>
      this.host.request({ type: 'start-pod', key: owner, pod: this.#hosted(pod, candidate) }),
    );
    if (!this.#isWanted(owner, pod)) return;
    this.#settlePod(owner, { pod, address, outcome, cause });
    // A host that died is started again, and its pods with it.
    if (outcome.ok || outcome.code === 'HOST_DIED') return;
    const { namespace, name } = pod;
    this.#problem(
      cause,
      `Pod ${namespace}/${name} cannot start: ${reason(outcome, address)}`,
      hintOf(outcome),
    );
    this.#retryLater(owner, { pod, address, cause });
  }

  /** Whether this very pod is still to run. */
  #isWanted(owner: Owner, pod: DesiredPod): boolean {
    return !this.#isClosed && this.#pods.get(owner)?.observed.spec === pod;
  }

  #settlePod(owner: Owner, { pod, address, outcome, cause }: SettledPod): void {
    const { namespace, name } = pod;
    const ready = outcome.ok && outcome.ready !== false;
    const { restarts, lastExitCode } = this.#pods.get(owner)?.observed ?? {};
    const observed = {
      ...{ namespace, name, address, ready, spec: pod },
      ...moved(outcome),
      ...(restarts === undefined ? {} : { restarts }),
      ...(lastExitCode === undefined ? {} : { lastExitCode }),
    };
    if (ready) this.#crashes.started(owner);
    this.#pods.set(owner, { observed, cause });
    this.#options.onChange();
    if (outcome.ok) this.#options.onEvent({ type: 'pod-started', namespace, name, address, cause });
  }

  #retryLater(owner: Owner, { pod, address, cause }: Omit<SettledPod, 'outcome'>): void {
    setTimeout(() => {
      void this.#queue.run(owner, async () => {
        if (!this.#isWanted(owner, pod) || this.#pods.get(owner)?.observed.ready) return;
        const request = { type: 'start-pod', key: owner, pod: this.#hosted(pod, address) } as const;
        const outcome = await this.host.request(request);
        if (!this.#isWanted(owner, pod)) return;
        if (outcome.ok) this.#settlePod(owner, { pod, address, outcome, cause });
        else this.#retryLater(owner, { pod, address, cause });
      });
    }, retryMs).unref();
  }

  async #putService(owner: Owner, service: DesiredService, cause: Cause): Promise<void> {
    const { namespace, name, ports } = service;
    const isShared = this.#options.isSingleAddress;
    // A later put is on its way: it brings everything.
    if (this.#isClosed || this.#services.get(owner)?.desired !== service) return;
    const { address, outcome } = await this.#tryAddresses(owner, (candidate) =>
      this.host.request({ type: 'put-service', key: owner, address: candidate, isShared, ports }),
    );
    const previous = this.#services.get(owner);
    if (this.#isClosed || previous === undefined) return;
    const ready = outcome.ok && previous.desired === service;
    const observed = { namespace, name, address, ports: previous.observed.ports, ready, ...moved(outcome) };
    this.#services.set(owner, { ...previous, observed });
    this.#options.onChange();
    if (!outcome.ok && outcome.code !== 'HOST_DIED') {
      this.#problem(cause, `Service ${namespace}/${name}: ${reason(outcome, address)}`, freePortHint);
    }
    this.#options.onEvent({ type: 'service-changed', namespace, name, address, cause });
  }

  /** Takes the next address as long as another program has a port on this one and not on all. */
  async #tryAddresses(owner: Owner, attempt: (address: string) => Promise<HostOutcome>) {
    let address = this.#options.addresses.addressOf(owner);
    let outcome = await attempt(address);
    for (let tries = 1; tries < maxAddresses; tries += 1) {
      if (outcome.ok || outcome.code !== 'EADDRINUSE' || outcome.port === undefined) break;
      const holder = findPortHolder({ address, port: outcome.port });
      if (holder !== undefined && isWildcard(holder)) break;
      address = this.#options.addresses.move(owner);
      outcome = await attempt(address);
    }
    return { address, outcome };
  }

  /** The host died, and everything in it: all is made again, at the same addresses. */
  #revive({ exitCode, signal, log }: HostExit): void {
    const how = signal === undefined ? `exit code ${exitCode ?? 'unknown'}` : signal;
    const lines = log.trim() === '' ? '' : `: ${log.trim()}`;
    this.#problem(
      undefined,
      `The process that hosts the simulated backends ended (${how})${lines}`,
      'It is started again, and all backends with it.',
    );
    for (const [owner, { observed, cause }] of this.#pods) {
      const { namespace, name } = observed;
      if (observed.ready) {
        const code = exitCode === undefined ? {} : { exitCode };
        this.#options.onEvent({ type: 'pod-stopped', namespace, name, ...code, willRestart: true, cause });
      }
      this.#pods.set(owner, { observed: { ...observed, ready: false }, cause });
      void this.#queue.run(owner, async () => {
        const current = this.#pods.get(owner);
        if (current !== undefined) await this.#startPod(owner, current.observed.spec, current.cause);
      });
    }
    for (const [owner, { desired }] of this.#services) {
      void this.#queue.run(owner, async () => {
        if (this.#services.has(owner)) await this.#putService(owner, desired, undefined);
      });
    }
    this.#options.onChange();
  }

  #hosted({ app, env, ports, files }: DesiredPod, address: string) {
    const resolved = Object.entries(env).map(([name, value]) => [name, withAddress(value, address)]);
    const isShared = this.#options.isSingleAddress;
    return { app, env: Object.fromEntries(resolved), ports, files, address, isShared };
  }

  #problem(cause: Cause, message: string, hint: string): void {
    this.#options.onEvent({ type: 'runtime-problem', message, hint, cause });
  }
}

const freePortHint = 'Stop the other program; it is tried again by itself.';

function hintOf(outcome: HostOutcome & { readonly ok: false }): string {
  return outcome.code === 'EADDRINUSE' ? freePortHint : 'It is tried again by itself.';
}

function moved(outcome: HostOutcome): Pick<ObservedService, 'movedPorts'> {
  const ports = outcome.ok ? outcome.movedPorts : undefined;
  return ports === undefined || Object.keys(ports).length === 0 ? {} : { movedPorts: ports };
}

function reason(outcome: HostOutcome & { readonly ok: false }, address: string): string {
  if (outcome.code !== 'EADDRINUSE' || outcome.port === undefined) return outcome.message;
  const socket = { address, port: outcome.port };
  return describeHolder(socket, findPortHolder(socket));
}
