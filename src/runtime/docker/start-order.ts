import { availableParallelism } from 'node:os';
import type { Role } from './ownership/labels.ts';

/** Everything else of a tenant waits for them. */
const urgentRoles: ReadonlySet<Role> = new Set(['guard', 'sandbox', 'proxy']);

/** How long Services wait for the first Envoy, and for what it does right after its start, milliseconds. */
const firstEnvoyMs = 2000;
const settlingMs = 250;

/**
 * Has the engine start containers in an order in which requests are answered soonest: Envoys and what they need at once,
 * then pods, and Services last, which most clusters get around. Of pods and Services so many at a time as there are
 * processors, two at least: starting one is work for a processor, and more at a time only make all of them late.
 */
export class StartOrder {
  readonly #width: number;
  readonly #pods: (() => void)[] = [];
  readonly #services: (() => void)[] = [];
  #busy = 0;
  #first: Promise<void> | undefined;
  #firstEnvoyStarted: () => void = () => {};

  /** @param processors of the engine's machine */
  constructor(processors: number = availableParallelism()) {
    this.#width = Math.max(2, processors);
  }

  /** Starts a container of that role when it is its turn. */
  async run<T>(role: Role, start: () => Promise<T>): Promise<T> {
    if (role === 'service') {
      this.#first ??= this.#firstEnvoy();
      await this.#first;
    }
    if (!urgentRoles.has(role) && this.#busy >= this.#width) {
      const queue = role === 'service' ? this.#services : this.#pods;
      await new Promise<void>((resolve) => queue.push(resolve));
    }
    this.#busy += 1;
    try {
      const result = await start();
      if (role === 'proxy') setTimeout(this.#firstEnvoyStarted, settlingMs).unref();
      return result;
    } finally {
      this.#busy -= 1;
      if (this.#busy < this.#width) (this.#pods.shift() ?? this.#services.shift())?.();
    }
  }

  /** Resolves soon after an Envoy was started, or when none is for a while. */
  #firstEnvoy(): Promise<void> {
    return new Promise((resolve) => {
      this.#firstEnvoyStarted = resolve;
      setTimeout(resolve, firstEnvoyMs).unref();
    });
  }
}
