import type Dockerode from 'dockerode';
import { makeNetwork } from './cell-network.ts';
import type { Containers, RunningContainer } from './containers.ts';
import { engineMessage } from './engine/engine-errors.ts';
import { containerUsers } from './images/base-files.ts';
import type { ObjectNames } from './object-names.ts';
import type { Labels } from './ownership/labels.ts';
import { removeNetwork } from './ownership/remove-remains.ts';
import { podCommand } from './pod-program/pod-command.ts';
import { SubnetAddresses } from './subnets.ts';

/** A namespace's place in the engine. */
export interface Cell {
  readonly namespace: string;
  readonly network: {
    readonly id: string;
    readonly name: string;
    readonly subnet: string;
    readonly gateway: string;
  };
  /** The container whose process namespace all others join: they end with it, and it ends with this process. */
  readonly guard: { readonly id: string };
  /** An address of the network, the same for the same owner. */
  addressFor(owner: string): string;
  releaseAddress(owner: string): void;
}

export interface CellsOptions {
  readonly docker: Dockerode;
  readonly containers: Containers;
  readonly labels: Labels;
  readonly names: ObjectNames;
  /** The image of Node. */
  readonly nodeImage: string;
  /** A guard ended, or a network is gone, though nobody here wanted that. */
  onLost(namespace: string, what: string): void;
}

/** What became of all cells. */
export interface RemovedCells {
  readonly networks: number;
  /** Names of people's own containers that had to be disconnected. */
  readonly disconnected: readonly string[];
  /** Why networks could not be removed. */
  readonly failed: readonly string[];
}

interface Entry {
  readonly cell: Promise<Cell>;
  guard?: RunningContainer;
  isWanted: boolean;
}

/** Makes the network and the guard of a namespace when they are first needed. */
export class Cells {
  readonly #options: CellsOptions;
  readonly #entries = new Map<string, Entry>();
  /** Networks that are being removed, with the names of what must be disconnected for it. */
  readonly #removals = new Map<string, Promise<readonly string[]>>();

  constructor(options: CellsOptions) {
    this.#options = options;
  }

  /** @throws the engine's error */
  cell(namespace: string): Promise<Cell> {
    const known = this.#entries.get(namespace);
    if (known !== undefined) return known.cell;
    const entry: Entry = {
      isWanted: true,
      cell: Promise.resolve(this.#removals.get(namespace)?.catch(() => {})).then(() =>
        this.#make(namespace, entry),
      ),
    };
    this.#entries.set(namespace, entry);
    // A cell that could not be made is tried again by whoever needs it next.
    entry.cell.catch(() => {
      if (this.#entries.get(namespace) === entry) this.#entries.delete(namespace);
    });
    return entry.cell;
  }

  /** Namespaces that have a cell, or are about to. */
  namespaces(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The namespace of a network of ours. */
  async namespaceOf(networkId: string): Promise<string | undefined> {
    for (const [namespace, { cell }] of this.#entries) {
      const made = await cell.catch(() => undefined);
      if (made?.network.id === networkId) return namespace;
    }
    return undefined;
  }

  /**
   * Ends the guard, and so everything in the cell, and removes the network.
   *
   * @returns names of people's own containers that had to be disconnected
   */
  async remove(namespace: string): Promise<readonly string[]> {
    const entry = this.#entries.get(namespace);
    // One that was lost a moment ago is being removed already.
    if (entry === undefined) return (await this.#removals.get(namespace)) ?? [];
    return this.#drop(namespace, entry);
  }

  /** Removes all that there are, and waits for those that are being removed. */
  async close(): Promise<RemovedCells> {
    const namespaces = [...new Set([...this.#entries.keys(), ...this.#removals.keys()])];
    const results = await Promise.allSettled(namespaces.map((namespace) => this.remove(namespace)));
    return {
      networks: results.filter(({ status }) => status === 'fulfilled').length,
      disconnected: results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])),
      failed: results.flatMap((result) =>
        result.status === 'rejected' ? [engineMessage(result.reason)] : [],
      ),
    };
  }

  /** The engine is gone, and all cells with it. */
  forget(): void {
    for (const entry of this.#entries.values()) entry.isWanted = false;
    this.#entries.clear();
  }

  #drop(namespace: string, entry: Entry): Promise<readonly string[]> {
    entry.isWanted = false;
    if (this.#entries.get(namespace) === entry) this.#entries.delete(namespace);
    const removal = this.#remove(entry);
    this.#removals.set(namespace, removal);
    const forget = () => {
      if (this.#removals.get(namespace) === removal) this.#removals.delete(namespace);
    };
    removal.then(forget, forget);
    return removal;
  }

  async #remove(entry: Entry): Promise<readonly string[]> {
    const cell = await entry.cell.catch(() => undefined);
    await entry.guard?.remove();
    return cell === undefined ? [] : await removeNetwork(this.#options.docker, cell.network.id);
  }

  /** Both at once; when one of them cannot be had, the other one does not stay. */
  async #makeParts(namespace: string) {
    const { docker, labels, names } = this.#options;
    const network = makeNetwork({ docker, labels, namespace, name: names.network(namespace) });
    const parts = [network, this.#startGuard(namespace)] as const;
    try {
      return await Promise.all(parts);
    } catch (error) {
      const [made, guard] = await Promise.allSettled(parts);
      if (guard.status === 'fulfilled') await guard.value.remove();
      if (made.status === 'fulfilled') await removeNetwork(docker, made.value.id);
      throw error;
    }
  }

  async #make(namespace: string, entry: Entry): Promise<Cell> {
    const [network, guard] = await this.#makeParts(namespace);
    entry.guard = guard;
    let words = '';
    guard.onLine((line) => {
      // Of Node, about its own options.
      if (!line.startsWith('Warning: ')) words = `: ${line}`;
    });
    void guard.ended.then(() => {
      if (!entry.isWanted) return;
      this.#drop(namespace, entry).catch(() => {});
      this.#options.onLost(namespace, `the container that guards it ended${words}`);
    });
    const addresses = new SubnetAddresses(network.subnet);
    return {
      namespace,
      network: {
        ...{ id: network.id, name: network.name },
        ...{ subnet: network.subnet.cidr, gateway: network.subnet.gateway },
      },
      guard: { id: guard.id },
      addressFor: (owner) => addresses.addressFor(owner),
      releaseAddress: (owner) => addresses.release(owner),
    };
  }

  #startGuard(namespace: string): Promise<RunningContainer> {
    const { Entrypoint, Cmd } = podCommand({ type: 'guard' });
    return this.#options.containers.run({
      role: 'guard',
      name: this.#options.names.container(namespace, 'guard'),
      namespace,
      image: this.#options.nodeImage,
      ...{ entrypoint: Entrypoint, command: Cmd },
      user: containerUsers.guard,
      stdin: true,
      init: true,
      network: { type: 'none' },
      ...{ memoryBytes: 64 * 2 ** 20, pids: 32 },
    });
  }
}
