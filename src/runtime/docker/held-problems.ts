import type { RuntimeEvent } from '../runtime-event.ts';

/** How long a problem waits for signs that it follows from another one, milliseconds. */
const signMs = 200;

/** How long an engine may take to be gone after it has ended its containers, milliseconds. */
const doubtMs = 2000;

/**
 * Passes events on; problems a moment later. An engine that stops ends all containers first, and each failure to start
 * one again would be told: while that is possible they are held back, and dropped when the engine is lost.
 */
export class HeldProblems {
  readonly #pass: (event: RuntimeEvent) => void;
  #held: RuntimeEvent[] = [];
  #doubtUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(pass: (event: RuntimeEvent) => void) {
    this.#pass = pass;
  }

  /** Something has ended that seldom ends before the engine does. */
  doubt(): void {
    this.#doubtUntil = performance.now() + doubtMs;
    this.#schedule();
  }

  tell(event: RuntimeEvent): void {
    if (event.type !== 'runtime-problem') {
      this.#pass(event);
      return;
    }
    this.#held.push(event);
    this.#schedule();
  }

  /** Tells what is held back. */
  flush(): void {
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = [];
    for (const event of held) this.#pass(event);
  }

  /** The engine is lost: that explains all of it. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#held = [];
    this.#doubtUntil = 0;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#held.length === 0) return;
    const waitMs = Math.max(signMs, this.#doubtUntil - performance.now());
    this.#timer = setTimeout(() => this.flush(), waitMs);
    this.#timer.unref();
  }
}
