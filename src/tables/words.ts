// Words of a column as numbers: in the order in which they come, and, once all are known, in the order of their code units, as tables
// have them. And columns of numbers that are to be words.

import { byteCellsFor, type Column, cellsFor, type Table } from './table.js';

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

/** The same table, where the columns of these names hold words: the texts of their numbers. */
export function withWords(table: Table, names: readonly string[]): Table {
  const chosen = [...table.columns.keys()].filter((k) => table.columns[k].kind !== 'words' && names.includes(table.columns[k].name));
  if (chosen.length === 0) return table;
  const { rows, cells } = table;
  const width = table.columns.length;
  const copy = cells instanceof Uint8Array ? byteCellsFor(rows, width) : cellsFor(rows, width);
  copy.set(cells);
  const columns = [...table.columns];
  for (const k of chosen) {
    const numbers = new WordNumbers();
    for (let at = k; at < copy.length; at += width) if (!Number.isNaN(copy[at])) copy[at] = numbers.numberOf(numberText(copy[at]));
    const { words, places } = numbers.sorted();
    for (let at = k; at < copy.length; at += width) if (!Number.isNaN(copy[at])) copy[at] = places[copy[at]];
    columns[k] = { name: columns[k].name, kind: 'words', words } satisfies Column;
  }
  return { ...table, columns, cells: copy };
}

/** The shortest text of a float32: 0.1, not 0.10000000149011612. */
function numberText(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}
