// Different values among many, counted exactly as long as there are few: a small hash table of 32-bit patterns that gives up when it is
// full, so that a column of a million different numbers costs no more than one of a thousand.

/** Different values up to which they are counted. */
export const MOST_DISTINCT = 1000;
/** Twice as many places, a power of two. */
const BITS = 11;

export class DistinctValues {
  readonly #keys = new Uint32Array(1 << BITS);
  readonly #counts = new Uint32Array(1 << BITS);
  #size = 0;

  /** How many there are: more than MOST_DISTINCT where it has given up. */
  get size(): number {
    return this.#size;
  }

  /** @param pattern 32 bits that are the same for equal values */
  add(pattern: number): void {
    if (this.#size > MOST_DISTINCT) return;
    const mask = (1 << BITS) - 1;
    let place = Math.imul(pattern ^ (pattern >>> 15), 0x9e3779b1) >>> (32 - BITS);
    while (this.#counts[place] !== 0 && this.#keys[place] !== pattern) place = (place + 1) & mask;
    if (this.#counts[place]++ > 0) return;
    this.#keys[place] = pattern;
    this.#size++;
  }

  /** Each with how often it occurs, the most frequent first; of no use after it has given up. */
  entries(): { readonly pattern: number; readonly times: number }[] {
    const there = [...this.#keys.keys()].filter((place) => this.#counts[place] > 0);
    return there
      .map((place) => ({ pattern: this.#keys[place], times: this.#counts[place] }))
      .sort((a, b) => b.times - a.times || a.pattern - b.pattern);
  }
}
