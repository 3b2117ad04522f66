/** How often the engine is asked for images that it does not have, milliseconds: it answers in one. */
const lookMs = 2000;

/** Tells when the engine gets images that it did not have: somebody builds, loads, pulls or tags one. */
export class ImageArrivals {
  readonly #isThere: (reference: string) => Promise<boolean>;
  readonly #waiting = new Map<string, Set<() => void>>();
  #timer: NodeJS.Timeout | undefined;

  /** @param isThere never rejects */
  constructor(isThere: (reference: string) => Promise<boolean>) {
    this.#isThere = isThere;
  }

  /** Calls back once, when the image is there; the answer ends the waiting. */
  wait(reference: string, onArrival: () => void): () => void {
    const listeners = this.#waiting.get(reference) ?? new Set();
    this.#waiting.set(reference, listeners.add(onArrival));
    this.#lookLater();
    return () => {
      listeners.delete(onArrival);
      if (listeners.size === 0 && this.#waiting.get(reference) === listeners) this.#waiting.delete(reference);
    };
  }

  close(): void {
    this.#waiting.clear();
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (this.#waiting.size === 0) return;
    this.#timer ??= setTimeout(() => void this.#look(), lookMs).unref();
  }

  async #look(): Promise<void> {
    await Promise.all([...this.#waiting.keys()].map((reference) => this.#lookFor(reference)));
    this.#timer = undefined;
    this.#lookLater();
  }

  async #lookFor(reference: string): Promise<void> {
    if (!(await this.#isThere(reference))) return;
    const listeners = this.#waiting.get(reference) ?? [];
    this.#waiting.delete(reference);
    for (const listener of listeners) listener();
  }
}
