/** Runs work on one key in the order in which it was asked for, and work on different keys side by side. */
export class KeyedQueue<K> {
  readonly #tails = new Map<K, Promise<void>>();

  /** Resolves or rejects as `work` does. */
  run(key: K, work: () => Promise<void>): Promise<void> {
    const previous = this.#tails.get(key) ?? Promise.resolve();
    const result = previous.then(work);
    const tail = result.catch(() => undefined);
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return result;
  }
}
