import type Dockerode from 'dockerode';
import { BackOff, processBackOff } from '../../process/back-off.ts';
import { KeyedQueue } from '../../process/keyed-queue.ts';
import type { Environment } from '../../process/run-directory.ts';
import type { Cause, DesiredPod, ObservedPod } from '../../runtime.ts';
import type { RuntimeEvent } from '../../runtime-event.ts';
import type { Cells } from '../cells.ts';
import type { Containers, RunningContainer } from '../containers.ts';
import { engineMessage } from '../engine/engine-errors.ts';
import { containerUsers } from '../images/base-files.ts';
import type { ObjectNames } from '../object-names.ts';
import { podCommand } from '../pod-program/pod-command.ts';

export interface PodContainersOptions {
  readonly docker: Dockerode;
  readonly containers: Containers;
  readonly cells: Cells;
  readonly names: ObjectNames;
  readonly architecture: string;
  readonly nodeImage: string;
  readonly env: Environment;
  readonly offline: boolean;
  onEvent(event: RuntimeEvent): void;
  onChange(): void;
}

interface Entry {
  observed: ObservedPod;
  readonly cause: Cause;
  container?: RunningContainer;
  readonly backOff: BackOff;
  timer?: NodeJS.Timeout;
}

/** The pods of an instance, one container each. */
export class PodContainers {
  readonly #options: PodContainersOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new KeyedQueue<string>();

  constructor(options: PodContainersOptions) {
    this.#options = options;
  }

  observe(): readonly ObservedPod[] {
    return [...this.#entries.values()].map(({ observed }) => observed);
  }

  async start(pod: DesiredPod, cause: Cause): Promise<void> {
    const key = `${pod.namespace}/${pod.name}`;
    const { namespace, name } = pod;
    const entry: Entry = {
      ...{ cause, backOff: new BackOff(processBackOff) },
      observed: { namespace, name, address: '', ready: false, spec: pod },
    };
    this.#entries.set(key, entry);
    this.#options.onChange();
    await this.#queue.run(key, () => this.#start(key, entry));
  }

  async stop(namespace: string, name: string, cause: Cause): Promise<void> {
    const key = `${namespace}/${name}`;
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    clearTimeout(entry.timer);
    this.#options.onChange();
    await this.#queue.run(key, async () => {
      await entry.container?.remove();
      this.#options.onEvent({ type: 'pod-stopped', namespace, name, willRestart: false, cause });
    });
  }

  async close(_options: { readonly force: boolean }): Promise<void> {
    const all = [...this.#entries.values()];
    this.forget();
    await Promise.all(all.map(({ container }) => container?.remove()));
  }

  forget(): void {
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
    this.#options.onChange();
  }

  async #start(key: string, entry: Entry): Promise<void> {
    if (this.#entries.get(key) !== entry) return;
    const { cells, containers, names, nodeImage, onEvent } = this.#options;
    const { namespace, name, spec } = entry.observed;
    try {
      const cell = await cells.cell(namespace);
      const address = cell.addressFor(`pod/${key}`);
      const { Entrypoint, Cmd } = podCommand({ type: 'app', app: spec.app });
      const container = await containers.run({
        ...{ role: 'pod', name: names.container(namespace, name), namespace, object: name },
        ...{ image: nodeImage, entrypoint: Entrypoint, command: Cmd, user: containerUsers.app },
        env: { ...spec.env, ...(spec.ports.length > 0 && { PORTS: spec.ports.join(',') }) },
        files: Object.fromEntries(Object.entries(spec.files).map(([path, text]) => [path, { text }])),
        pidOf: cell.guard.id,
        network: { type: 'own', network: cell.network.id, address, aliases: [name] },
        ...{ memoryBytes: 64 * 2 ** 20, pids: 32 },
      });
      if (this.#entries.get(key) !== entry) return container.remove();
      entry.container = container;
      const startedAt = performance.now();
      entry.observed = { ...entry.observed, address };
      await new Promise<void>((resolve) => {
        container.onLine((line) => {
          if (line.includes('"ready":true')) resolve();
        });
        void container.ended.then(() => resolve());
      });
      void container.ended.then(({ exitCode }) => {
        if (this.#entries.get(key) !== entry) return;
        entry.observed = { ...entry.observed, ready: false };
        this.#options.onChange();
        const code = exitCode === undefined ? {} : { exitCode };
        onEvent({ type: 'pod-stopped', namespace, name, ...code, willRestart: true, cause: entry.cause });
        entry.timer = setTimeout(
          () => void this.#queue.run(key, () => this.#start(key, entry)),
          entry.backOff.pauseAfter(performance.now() - startedAt),
        );
      });
      entry.observed = { ...entry.observed, ready: true };
      this.#options.onChange();
      onEvent({ type: 'pod-started', namespace, name, address, cause: entry.cause });
    } catch (error) {
      onEvent({ type: 'runtime-problem', message: engineMessage(error), hint: '', cause: entry.cause });
      entry.timer = setTimeout(() => void this.#queue.run(key, () => this.#start(key, entry)), 1000);
    }
  }
}
