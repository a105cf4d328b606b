// Words of a column as numbers: in the order in which they come, and, once all are known, in the order of their code units, as tables
// have them.

/** Words and their numbers, in the order in which they come. */
export class WordNumbers {
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#numbers.size;
  }

  numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    this.#numbers.set(word, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** The words in their order, and the place of each number in it. */
  sorted(): { readonly words: readonly string[]; readonly places: readonly number[] } {
    const words = [...this.#numbers.keys()].sort();
    const places = new Array<number>(words.length);
    for (const [place, word] of words.entries()) places[this.#numbers.get(word) as number] = place;
    return { words, places };
  }
}
