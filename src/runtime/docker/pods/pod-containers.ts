import type Dockerode from 'dockerode';
import type { PodName, PodPrograms } from '../../../model/pod-programs.ts';
import type { LogBook } from '../../log-book.ts';
import { KeyedQueue } from '../../process/keyed-queue.ts';
import type { Environment } from '../../process/run-directory.ts';
import type { Cause, DesiredPod, ObservedPod } from '../../runtime.ts';
import type { RuntimeEvent } from '../../runtime-event.ts';
import type { Cells } from '../cells.ts';
import type { Containers } from '../containers.ts';
import type { ObjectNames } from '../object-names.ts';
import { execProgram } from './exec-program.ts';
import { ForeignImages } from './foreign-images.ts';
import { PodContainer, type PodParts } from './pod-container.ts';

export interface PodContainersOptions {
  readonly docker: Dockerode;
  readonly containers: Containers;
  readonly cells: Cells;
  readonly names: ObjectNames;
  /** The engine's, in its words. */
  readonly architecture: string;
  /** The image of Node. */
  readonly nodeImage: string;
  readonly env: Environment;
  /** No image may be pulled. */
  readonly offline: boolean;
  /** Takes what pods write, by `pod/NAMESPACE/NAME`. */
  readonly log: LogBook;
  onEvent(event: RuntimeEvent): void;
  /** What `observe` would say has changed. */
  onChange(): void;
}

/** The pods of an instance, one container each. */
export class PodContainers {
  readonly #parts: PodParts;
  readonly #images: ForeignImages;
  readonly #pods = new Map<string, PodContainer>();
  readonly #queue = new KeyedQueue<string>();
  #observed: readonly ObservedPod[] | undefined;
  readonly programs: PodPrograms = {
    exec: async (name, request, onOutput) => {
      const { container } = this.#find(name).observed;
      if (container === undefined) throw new Error(`pod ${name.name} has no container that runs`);
      return execProgram(this.#parts.docker.getContainer(container), request, onOutput);
    },
    attach: async (name, onOutput) => this.#find(name).console.attach(onOutput),
  };

  constructor(options: PodContainersOptions) {
    this.#images = new ForeignImages(options);
    this.#parts = {
      ...options,
      images: this.#images,
      onChange: () => {
        this.#observed = undefined;
        options.onChange();
      },
    };
  }

  observe(): readonly ObservedPod[] {
    this.#observed ??= [...this.#pods.values()].map((pod) => pod.observed);
    return this.#observed;
  }

  /** The pod is observed at once, not ready until it serves: a plan made meanwhile does not start it twice. */
  async start(spec: DesiredPod, cause: Cause): Promise<void> {
    const key = `${spec.namespace}/${spec.name}`;
    const pod = new PodContainer(spec, cause, this.#parts);
    this.#pods.set(key, pod);
    this.#parts.onChange();
    // Another one of this name may be about to end.
    await this.#queue.run(key, () => pod.start());
  }

  /** Other files are put into what runs; other names count from its next start on. */
  async update(spec: DesiredPod): Promise<void> {
    await this.#pods.get(`${spec.namespace}/${spec.name}`)?.update(spec);
  }

  async stop(namespace: string, name: string, cause: Cause): Promise<void> {
    const key = `${namespace}/${name}`;
    const pod = this.#pods.get(key);
    if (pod === undefined) return;
    this.#pods.delete(key);
    this.#parts.onChange();
    // Told when it takes nothing any more: what follows from that is seen before its container is gone.
    this.#parts.onEvent({ type: 'pod-stopped', namespace, name, willRestart: false, cause });
    const ended = pod.stop({ force: false });
    await this.#queue.run(key, () => ended);
    if (!this.#pods.has(key)) await pod.releaseAddress();
  }

  /** Ends a pod's program; it is started again as after any crash. */
  async kill(namespace: string, name: string, cause: Cause): Promise<void> {
    await this.#pods.get(`${namespace}/${name}`)?.kill(cause);
  }

  /** Who has read a pod's log and attaches then does not want the same again. */
  logWasRead({ namespace, name }: PodName): void {
    this.#pods.get(`${namespace}/${name}`)?.console.logWasRead();
  }

  #find({ namespace, name }: PodName): PodContainer {
    const pod = this.#pods.get(`${namespace}/${name}`);
    if (pod === undefined) throw new Error(`pod ${name} does not run`);
    return pod;
  }

  /** Ends all at once: no Envoy is there any more. */
  async close(): Promise<void> {
    const all = [...this.#pods.values()];
    this.#images.close();
    this.#pods.clear();
    this.#parts.onChange();
    await Promise.all(all.map((pod) => pod.stop({ force: true })));
  }

  /** The engine is gone, and all containers with it. */
  forget(): void {
    for (const pod of this.#pods.values()) pod.forget();
    this.#pods.clear();
    this.#parts.onChange();
  }
}
