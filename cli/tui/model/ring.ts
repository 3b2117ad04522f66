/** The latest so many items, oldest first. */
export class Ring<T> {
  readonly #limit: number;
  #items: T[] = [];
  /** What was given out last; the same while nothing changed. */
  #given: readonly T[] | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(item: T): void {
    this.#given = undefined;
    this.#items.push(item);
    // Cut now and then rather than each time: moving thousands of items for each one would cost more than it holds.
    if (this.#items.length >= this.#limit * 2) this.#items = this.#items.slice(-this.#limit);
  }

  /** Takes the latest item back, to put another in its place. */
  replaceLast(item: T): void {
    this.#given = undefined;
    if (this.#items.length === 0) this.#items.push(item);
    else this.#items[this.#items.length - 1] = item;
  }

  get last(): T | undefined {
    return this.#items.at(-1);
  }

  /** The same array while nothing changed. */
  get items(): readonly T[] {
    this.#given ??= this.#items.slice(-this.#limit);
    return this.#given;
  }
}
