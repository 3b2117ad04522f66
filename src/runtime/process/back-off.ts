/** Growing pauses between tries: `firstMs`, doubled up to `maxMs`, back to the first after `calmMs` without a failure. */
export interface BackOffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly calmMs: number;
}

/** Pauses for processes that are started again: 0.1 s to 5 s, forgiven after 10 s. */
export const processBackOff: BackOffOptions = { firstMs: 100, maxMs: 5000, calmMs: 10_000 };

/** How long to wait before the next try. */
export class BackOff {
  readonly #options: BackOffOptions;
  #nextMs: number;

  constructor(options: BackOffOptions) {
    this.#options = options;
    this.#nextMs = options.firstMs;
  }

  /** Pause after a failure of something that had run for `uptimeMs`. */
  pauseAfter(uptimeMs: number): number {
    if (uptimeMs >= this.#options.calmMs) this.#nextMs = this.#options.firstMs;
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(this.#options.maxMs, this.#nextMs * 2);
    return pauseMs;
  }
}
