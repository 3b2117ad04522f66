import type { RuntimeEvent } from '../runtime-event.ts';
import type { Cells } from './cells.ts';
import type { Containers } from './containers.ts';
import type { EngineEvent } from './engine/engine-events.ts';
import type { EngineNetworks } from './proxies/engine-networks.ts';

/** How long a container that leaves a network may take to end, milliseconds: most leave because they end. */
const leavingMs = 400;

export interface OutsideHandsParts {
  readonly containers: Containers;
  readonly cells: Cells;
  readonly networks: EngineNetworks;
  onEvent(event: RuntimeEvent): void;
}

/** Answers to what somebody else does to this instance's containers and networks. */
export class OutsideHands {
  readonly #parts: OutsideHandsParts;

  constructor(parts: OutsideHandsParts) {
    this.#parts = parts;
  }

  async on(event: EngineEvent): Promise<void> {
    const { containers } = this.#parts;
    if (event.type === 'network') return this.#onNetwork(event);
    if (containers.get(event.id) === undefined) return;
    const name = event.attributes.name ?? event.id.slice(0, 12);
    switch (event.action) {
      case 'pause':
        this.#tell(`The container ${name} was paused.`, `docker unpause ${name}`);
        return;
      case 'unpause':
        this.#tell(`The container ${name} goes on.`, 'Nothing needs to be done.');
        return;
      case 'oom':
        this.#tell(`The container ${name} has used up its memory.`, 'If it ends, it is started again.');
        return;
    }
  }

  async #onNetwork({ action, id, attributes }: EngineEvent): Promise<void> {
    const { cells, containers, networks } = this.#parts;
    if (action !== 'destroy' && action !== 'disconnect') return;
    const namespace = await cells.namespaceOf(id);
    if (namespace === undefined) return;
    const name = attributes.name ?? id.slice(0, 12);
    if (action === 'destroy') {
      this.#tell(`The network ${name} was removed.`, 'It is made anew, with all that was in it.');
      await cells.remove(namespace);
      return;
    }
    const { container = '' } = attributes;
    if (networks.isLeaving(id, container)) return;
    await new Promise((resolve) => setTimeout(resolve, leavingMs).unref());
    const running = containers.get(container);
    if (running === undefined) return;
    this.#tell(
      `The container ${running.name} was disconnected from the network ${name}.`,
      'It is made anew.',
    );
    // Whoever needs it makes another one.
    await running.remove();
  }

  #tell(message: string, hint: string): void {
    this.#parts.onEvent({ type: 'runtime-problem', message, hint, cause: undefined });
  }
}
