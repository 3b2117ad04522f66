import { isDeepStrictEqual } from 'node:util';
import { BackOff, processBackOff } from '../../process/back-off.ts';
import { KeyedQueue } from '../../process/keyed-queue.ts';
import type { Cause, DesiredService, ObservedService } from '../../runtime.ts';
import type { RuntimeEvent } from '../../runtime-event.ts';
import type { Cells } from '../cells.ts';
import type { Containers, RunningContainer } from '../containers.ts';
import { engineMessage } from '../engine/engine-errors.ts';
import { containerUsers } from '../images/base-files.ts';
import type { ObjectNames } from '../object-names.ts';
import { podCommand } from '../pod-program/pod-command.ts';
import type { ServiceOrder, ServiceReply } from '../pod-program/service-protocol.ts';
import { dnsNames } from '../proxies/sandbox.ts';

export interface ServiceContainersOptions {
  readonly containers: Containers;
  readonly cells: Cells;
  readonly names: ObjectNames;
  /** The image of Node. */
  readonly nodeImage: string;
  onEvent(event: RuntimeEvent): void;
  /** What `observe` would say has changed. */
  onChange(): void;
}

interface Entry {
  desired: DesiredService;
  observed: ObservedService;
  cause: Cause;
  container?: RunningContainer;
  /** How many orders the container got, and how many it has carried out. */
  sent: number;
  applied: number;
  readonly backOff: BackOff;
  /** Why it could not be started when that was last tried. */
  failure?: string;
  timer?: NodeJS.Timeout;
}

/**
 * Services that have an address of their own: each is a small container with the Service's names, which hands each
 * connection to a ready pod and refuses when there is none, as a ClusterIP does. It outlives its pods.
 */
export class ServiceContainers {
  readonly #options: ServiceContainersOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new KeyedQueue<string>();
  #isClosed = false;

  constructor(options: ServiceContainersOptions) {
    this.#options = options;
  }

  observe(): readonly ObservedService[] {
    return [...this.#entries.values()].map(({ observed }) => observed);
  }

  /** The Service is observed at once, not ready until it hands out as `ports` says. */
  async put(service: DesiredService, cause: Cause): Promise<void> {
    const key = keyOf(service);
    const known = this.#entries.get(key);
    const { namespace, name, ports } = service;
    const entry: Entry = known ?? {
      ...{ desired: service, cause, sent: 0, applied: 0, backOff: new BackOff(processBackOff) },
      observed: { namespace, name, address: '', ports, ready: false },
    };
    entry.desired = service;
    entry.cause = cause;
    const isSame = isDeepStrictEqual(entry.observed.ports, ports) && entry.observed.ready;
    this.#observe(entry, { ports, ready: isSame });
    this.#entries.set(key, entry);
    await this.#queue.run(key, () => this.#settle(key, entry));
  }

  async remove(namespace: string, name: string): Promise<void> {
    const key = keyOf({ namespace, name });
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#options.onChange();
    clearTimeout(entry.timer);
    await this.#queue.run(key, async () => {
      await entry.container?.remove();
      if (this.#entries.has(key)) return;
      if (this.#options.cells.namespaces().includes(namespace)) {
        (await this.#options.cells.cell(namespace)).releaseAddress(`service/${key}`);
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const entries = [...this.#entries.values()];
    this.forget();
    await Promise.all(entries.map(({ container }) => container?.remove()));
  }

  /** The engine is gone, and all containers with it. */
  forget(): void {
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
    this.#options.onChange();
  }

  /** Starts the container where there is none, and gives it the last order. */
  async #settle(key: string, entry: Entry): Promise<void> {
    if (this.#isClosed || this.#entries.get(key) !== entry) return;
    try {
      entry.container ??= await this.#start(key, entry);
      this.#order(entry);
    } catch (error) {
      if (this.#isClosed) return;
      this.#again(key, entry, 0);
      const { namespace, name } = entry.desired;
      const failure = engineMessage(error);
      // What has not changed is known.
      if (entry.failure === failure) return;
      entry.failure = failure;
      this.#options.onEvent({
        type: 'runtime-problem',
        message: `Service ${namespace}/${name} cannot run: ${failure}`,
        hint: 'It is tried again.',
        cause: entry.cause,
      });
    }
  }

  async #start(key: string, entry: Entry): Promise<RunningContainer> {
    const { cells, containers, names, nodeImage } = this.#options;
    const { namespace, name } = entry.desired;
    const cell = await cells.cell(namespace);
    const address = cell.addressFor(`service/${key}`);
    const { Entrypoint, Cmd } = podCommand({ type: 'service' });
    const container = await containers.run({
      ...{ role: 'service', name: names.container(namespace, `svc-${name}`), namespace, object: name },
      ...{ image: nodeImage, entrypoint: Entrypoint, command: Cmd, user: containerUsers.app },
      ...{ stdin: true, pidOf: cell.guard.id },
      network: { type: 'own', network: cell.network.id, address, aliases: dnsNames({ namespace, name }) },
      ...{ memoryBytes: 64 * 2 ** 20, pids: 32 },
    });
    entry.sent = 0;
    entry.applied = 0;
    delete entry.failure;
    container.onLine((line, stream) => {
      if (stream === 'stdout') this.#onReply(entry, container, line);
    });
    const startedAt = performance.now();
    void container.ended.then(() => this.#onEnded(key, { entry, container, startedAt }));
    this.#observe(entry, { address, ready: false });
    return container;
  }

  #order(entry: Entry): void {
    const order: ServiceOrder = { ports: entry.desired.ports };
    entry.sent += 1;
    entry.container?.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  #onReply(entry: Entry, container: RunningContainer, line: string): void {
    if (entry.container !== container) return;
    const reply = parseReply(line);
    if (reply === undefined) return;
    entry.applied = reply.applied;
    for (const { port, message } of reply.failed ?? []) {
      const { namespace, name } = entry.desired;
      this.#options.onEvent({
        type: 'runtime-problem',
        message: `Service ${namespace}/${name} cannot listen on port ${port}: ${message}`,
        hint: 'Give it another port.',
        cause: entry.cause,
      });
    }
    if (entry.applied < entry.sent) return;
    this.#observe(entry, { ready: true });
    const { namespace, name, address } = entry.observed;
    this.#options.onEvent({ type: 'service-changed', namespace, name, address, cause: entry.cause });
  }

  #onEnded(key: string, { entry, container, startedAt }: Ended): void {
    if (entry.container !== container) return;
    delete entry.container;
    if (this.#isClosed || this.#entries.get(key) !== entry) return;
    this.#observe(entry, { ready: false });
    this.#again(key, entry, performance.now() - startedAt);
  }

  #again(key: string, entry: Entry, uptimeMs: number): void {
    clearTimeout(entry.timer);
    entry.timer = setTimeout(
      () => void this.#queue.run(key, () => this.#settle(key, entry)),
      entry.backOff.pauseAfter(uptimeMs),
    );
  }

  #observe(entry: Entry, change: Partial<ObservedService>): void {
    entry.observed = { ...entry.observed, ...change };
    this.#options.onChange();
  }
}

interface Ended {
  readonly entry: Entry;
  readonly container: RunningContainer;
  readonly startedAt: number;
}

function parseReply(line: string): ServiceReply | undefined {
  if (!line.startsWith('{')) return undefined;
  const reply = JSON.parse(line) as Partial<ServiceReply>;
  return typeof reply.applied === 'number' ? (reply as ServiceReply) : undefined;
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
