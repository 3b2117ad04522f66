import { availableParallelism } from 'node:os';

/**
 * Lets so many containers be started at a time as there are processors, two at least: more only make all of them late,
 * the first ones too.
 */
export class StartGate {
  readonly #width = Math.max(2, availableParallelism());
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  async run<T>(start: () => Promise<T>): Promise<T> {
    if (this.#busy >= this.#width) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
    try {
      return await start();
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }
}
