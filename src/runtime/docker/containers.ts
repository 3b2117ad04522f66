import type { Duplex, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { ContainerSpec } from './container-spec.ts';
import { createRequest } from './create-request.ts';
import { engineStatus, ignoreGone } from './engine/engine-errors.ts';
import { fileArchives } from './file-archives.ts';
import { suffix } from './object-names.ts';
import { type BytesListener, OutputLines, type OutputListener } from './output-lines.ts';
import { isSameOwner, type Labels, labelKeys, ownerState } from './ownership/labels.ts';
import { StartOrder } from './start-order.ts';

/** How a container ended. */
export interface ContainerEnd {
  /** Absent: the engine was lost, and the container with it. */
  readonly exitCode?: number;
}

/** A container that was started. The engine removes it when it ends. */
export interface RunningContainer {
  readonly id: string;
  readonly name: string;
  /** In its network; empty where it has none of its own. */
  readonly address: string;
  readonly stdin?: Writable;
  /** Lines of its output; the first listener also gets what was written before. */
  onLine(listener: OutputListener): void;
  /** The same as bytes, for one listener. */
  onBytes(listener: BytesListener): void;
  /** Resolves when it can write no more, and all that it wrote was told. */
  readonly outputEnded: Promise<void>;
  /** Changes the size of its terminal, where it has one. */
  resize(size: { readonly width: number; readonly height: number }): void;
  /** Resolves when it has ended and is removed. */
  readonly ended: Promise<ContainerEnd>;
  /** Writes the files of a spec into it while it runs. */
  putFiles(spec: ContainerSpec): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it at once and waits until it is gone. */
  remove(): Promise<void>;
}

/** How long a container that has a name that is needed may take to go, milliseconds. */
const roomPatienceMs = 3000;

/** Makes containers that carry this instance's labels and none of the privileges that they do not need. */
export class Containers {
  readonly #docker: Dockerode;
  readonly #labels: Labels;
  readonly #running = new Map<string, RunningContainer>();
  readonly #starting = new Set<Promise<unknown>>();
  #isClosed = false;
  readonly #order = new StartOrder();

  constructor({ docker, labels }: { readonly docker: Dockerode; readonly labels: Labels }) {
    this.#docker = docker;
    this.#labels = labels;
  }

  /** What runs by now. */
  running(): readonly RunningContainer[] {
    return [...this.#running.values()];
  }

  /** The running container with an id. */
  get(id: string): RunningContainer | undefined {
    return this.#running.get(id);
  }

  /**
   * Creates a container, attaches to it and starts it, in this order: nothing that it says is missed. When that fails,
   * nothing is left of it.
   *
   * @throws the engine's error
   */
  async run(spec: ContainerSpec): Promise<RunningContainer> {
    if (this.#isClosed) throw new Error('the instance is being stopped');
    const starting = this.#run(spec);
    this.#starting.add(starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  /** Lets nothing begin any more, and waits for what is just being started: it has run then, or nothing is left of it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#starting);
  }

  async #run(spec: ContainerSpec): Promise<RunningContainer> {
    const container = await this.#create(spec);
    try {
      const lines = new OutputLines();
      const stream = await this.#attach(container, spec, lines);
      const outputEnded = new Promise<void>((resolve) => stream.once('close', () => resolve())).then(() =>
        lines.end(),
      );
      await putFiles(container, spec);
      // Asked before the start: a container may end, and be gone, before another question is answered.
      const ended = container.wait({ condition: 'removed' }).then(
        ({ StatusCode }: { readonly StatusCode: number }): ContainerEnd => ({ exitCode: StatusCode }),
        (): ContainerEnd => ({}),
      );
      await this.#join(container, spec);
      await this.#order.run(spec.role, () => container.start());
      const address = await this.#addressOf(container, spec);
      const input = spec.stdin === true ? { stdin: stream } : {};
      const result = running({ container, name: spec.name, address, ...input, lines, ended, outputEnded });
      this.#running.set(result.id, result);
      void ended.then(() => this.#running.delete(result.id));
      return result;
    } catch (error) {
      await ignoreGone(container.remove({ force: true, v: true })).catch(() => {});
      throw error;
    }
  }

  async #join(container: Dockerode.Container, { network }: ContainerSpec): Promise<void> {
    if (network.type !== 'own') return;
    for (const [id, address] of network.joined ?? []) {
      const endpoint = { IPAMConfig: { IPv4Address: address } };
      await this.#docker.getNetwork(id).connect({ Container: container.id, EndpointConfig: endpoint });
    }
  }

  async #create(spec: ContainerSpec): Promise<Dockerode.Container> {
    const request = createRequest(spec, this.#labels);
    try {
      return await this.#docker.createContainer(request);
    } catch (error) {
      if (engineStatus(error) !== 409) throw error;
    }
    await this.#makeRoom(spec.name);
    try {
      return await this.#docker.createContainer(request);
    } catch (error) {
      if (engineStatus(error) !== 409) throw error;
    }
    // Somebody else's, or one that the engine cannot get rid of: the name is for people only.
    return this.#docker.createContainer({
      ...request,
      name: `${spec.name}-${suffix()}`,
    });
  }

  /** Removes what has the name, if it is this instance's or a dead one's. */
  async #makeRoom(name: string): Promise<void> {
    const container = this.#docker.getContainer(name);
    try {
      const { Config } = await container.inspect();
      const labels = Config.Labels ?? {};
      if (labels[labelKeys.instance] === undefined) return;
      if (!isSameOwner(labels, this.#labels) && ownerState(labels) !== 'dead') return;
      await ignoreGone(container.remove({ force: true, v: true }));
      const removed = ignoreGone(container.wait({ condition: 'removed' }));
      await Promise.race([removed, setTimeout(roomPatienceMs, undefined, { ref: false })]);
      removed.catch(() => {});
    } catch {
      // It is gone meanwhile, or stays: the next try tells.
    }
  }

  async #attach(
    container: Dockerode.Container,
    { stdin = false, tty = false }: ContainerSpec,
    lines: OutputLines,
  ): Promise<Duplex> {
    const stream = (await container.attach({
      ...{ stream: true, stdout: true, stderr: true, stdin },
      hijack: true,
    })) as Duplex;
    stream.on('error', () => {});
    if (tty) stream.on('data', tell(lines.sink('stdout')));
    else this.#docker.modem.demuxStream(stream, lines.sink('stdout'), lines.sink('stderr'));
    return stream;
  }

  async #addressOf(container: Dockerode.Container, { network }: ContainerSpec): Promise<string> {
    if (network.type !== 'own') return '';
    if (network.address !== undefined) return network.address;
    const { NetworkSettings } = await container.inspect();
    const joined = Object.values(NetworkSettings.Networks).find(
      ({ NetworkID }) => NetworkID === network.network,
    );
    return joined?.IPAddress ?? '';
  }
}

async function putFiles(container: Dockerode.Container, spec: ContainerSpec): Promise<void> {
  for (const { folder, tar } of await fileArchives(spec)) await container.putArchive(tar, { path: folder });
}

function tell(sink: Writable): (chunk: Buffer) => void {
  return (chunk) => void sink.write(chunk);
}

interface RunningParts {
  readonly container: Dockerode.Container;
  readonly name: string;
  readonly address: string;
  readonly stdin?: Duplex;
  readonly lines: OutputLines;
  readonly ended: Promise<ContainerEnd>;
  readonly outputEnded: Promise<void>;
}

function running({ container, lines, ended, ...facts }: RunningParts): RunningContainer {
  return {
    ...facts,
    id: container.id,
    onLine: (listener) => lines.listen(listener),
    onBytes: (listener) => lines.listenToBytes(listener),
    resize: ({ width, height }) => void container.resize({ w: width, h: height }).catch(() => undefined),
    ended,
    putFiles: (spec) => putFiles(container, spec),
    kill: (signal = 'SIGKILL') => ignoreGone(container.kill({ signal })),
    remove: async () => {
      await ignoreGone(container.remove({ force: true, v: true }));
      await ended;
    },
  };
}
