// The first of many things by some order, as they come in one after another: a sorted list of the first few, not of all.

/** Things beyond those asked for that may wait before the list is cut. */
const WAITING = 1024;

export class Foremost<T> {
  readonly #most: number;
  readonly #order: (a: T, b: T) => number;
  #kept: T[] = [];

  /** @param order below 0 where a comes first, as for a sort; never 0 */
  constructor(most: number, order: (a: T, b: T) => number) {
    this.#most = most;
    this.#order = order;
  }

  add(thing: T): void {
    this.#kept.push(thing);
    if (this.#kept.length > 2 * this.#most + WAITING) this.#cut();
  }

  /** The first of those that came in, at most as many as asked for. */
  get first(): readonly T[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept = this.#kept.sort(this.#order).slice(0, this.#most);
  }
}
