// The values of one column row by row, from its pages: missing ones have their rows, and the values of a list come together.

import type { Leaf } from './columns.js';
import type { BadParquet } from './file.js';
import type { Page } from './pages.js';

/** @param value null where it is missing; of a list an array @returns whether that is enough */
type Take = (value: unknown) => boolean | undefined;

/** Goes over the rows of a column, page by page. */
export class ColumnRows {
  #taken = 0;
  /** Values of the list that is being read. */
  #list: unknown[] | null | undefined;

  constructor(
    readonly leaf: Leaf,
    /** Rows of the row group. */
    readonly rows: number,
    readonly bad: BadParquet,
  ) {}

  /** @returns whether it was enough */
  page(page: Page, take: Take): boolean {
    return this.leaf.repeated > 0 ? this.#lists(page, take) : this.#flat(page, take);
  }

  /** After the last page. @throws {NablaError} BAD_DATA where there were not as many rows as the row group has */
  end(take: Take): boolean {
    if (this.#list !== undefined && this.#give(this.#list, take)) return true;
    this.#list = undefined;
    if (this.#taken !== this.rows) throw this.bad(`it has ${this.#taken} rows, and its row group states ${this.rows}.`);
    return false;
  }

  #flat({ count, values, definition }: Page, take: Take): boolean {
    let at = 0;
    for (let k = 0; k < count; k++) {
      const isThere = definition === undefined || definition[k] === this.leaf.deepest;
      if (this.#give(isThere ? values[at++] : null, take)) return true;
    }
    return false;
  }

  #lists({ count, values, definition, repetition }: Page, take: Take): boolean {
    const { deepest, listFrom } = this.leaf;
    let at = 0;
    for (let k = 0; k < count; k++) {
      const level = definition?.[k] ?? deepest;
      if ((repetition?.[k] ?? 0) === 0) {
        if (this.#list !== undefined && this.#give(this.#list, take)) return true;
        this.#list = level < listFrom ? null : [];
      }
      // An entry of the list, or a list that is missing or empty.
      if (level > listFrom) {
        if (!this.#list) throw this.bad('a list goes on that has not begun.');
        this.#list.push(level === deepest ? values[at++] : null);
      }
    }
    return false;
  }

  #give(value: unknown, take: Take): boolean {
    if (this.#taken === this.rows) throw this.bad(`it has more rows than the ${this.rows} of its row group.`);
    this.#taken++;
    return take(value) ?? false;
  }
}
