// Parquet as a table: columns of numbers, true and false, words and dates, lists of numbers as a column for each, and pictures that are
// embedded as bytes. The values go from the pages into the cells of the table, row group by row group and column by column: beside the
// cells there are never more than the packed pages of one column of one row group, and one of them unpacked.

import { checkSignal } from '../../check.js';
import { NablaError } from '../../errors.js';
import type { FileParts } from '../../system/file-parts.js';
import { count, plural } from '../../text.js';
import { Cells } from '../cells.js';
import type { TableOptions } from '../options.js';
import { partsOf, type Source } from '../source.js';
import { type Column, MOST_COLUMNS, quoted, type Table, type Tables } from '../table.js';
import { columnsOf, type ParquetColumn } from './columns.js';
import { type BadParquet, bytesBetween, MOST_OF_SMALL, MOST_TIMES, openParquet, type ParquetFile, rangeOf } from './file.js';
import { classNamesIn } from './notes.js';
import { pagesOf } from './pages.js';
import { ColumnRows } from './rows.js';
import { type Place, type Slot, slotOf } from './slots.js';

const WANTED = { what: 'a Parquet file', most: Number.POSITIVE_INFINITY };

/** @throws {NablaError} BAD_DATA, naming file, row and column */
export async function readParquetTable(source: Source, options: TableOptions): Promise<Tables> {
  const parts = await partsOf(source, WANTED);
  try {
    return { training: await new Reader(source, parts, options).read() };
  } finally {
    parts.close();
  }
}

class Reader {
  readonly #file: ParquetFile;
  readonly #columns: readonly ParquetColumn[];
  readonly #slots: Slot[] = [];

  constructor(
    readonly source: Source,
    readonly parts: FileParts,
    readonly options: TableOptions,
  ) {
    this.#file = openParquet(source.name, parts);
    this.#columns = columnsOf(this.#file);
  }

  async read(): Promise<Table> {
    const { rows, groups, notes } = this.#file;
    for (const column of this.#columns) this.#slots.push(await this.#slotOf(column));
    const cells = this.#cells();
    let done = 0;
    for (const [g, group] of groups.entries()) {
      for (const k of this.#slots.keys()) await this.#fill(cells, k, g, done);
      done += Number(group.num_rows);
      this.options.progress?.({ file: this.source.name, done, of: rows, unit: 'rows' });
    }
    const columns = this.#named(cells, classNamesIn(notes));
    const shown = this.#slots.findIndex((slot) => slot.picture);
    const picture = this.#slots[shown]?.picture?.(this.#first(shown));
    return { name: this.source.title, rows, columns, named: true, cells: cells.values, ...(picture && { picture }), place: this.#place };
  }

  /** @param classNames by the names of columns */
  #named(cells: Cells, classNames: ReadonlyMap<string, readonly string[]>): Column[] {
    const columns = this.#slots.flatMap((slot, k) => slot.columns(cells, this.#first(k)));
    const seen = new Map<string, number>();
    return columns.map((column, k) => {
      const before = seen.get(column.name);
      if (before !== undefined)
        throw this.#file.bad(`columns ${before + 1} and ${k + 1} would both be called ${quoted(column.name)}. Give them other names.`);
      seen.set(column.name, k);
      const names = column.kind === 'number' ? classNames.get(column.name) : undefined;
      return names ? { ...column, classNames: names } : column;
    });
  }

  readonly #place = (row: number): string => `${this.source.name}: row ${row + 1}`;

  /** The column of the table at which a slot begins: colours may come late, and move those behind them. */
  #first(slot: number): number {
    return this.#slots.slice(0, slot).reduce((sum, { width }) => sum + width, 0);
  }

  /** Looks for the first value of a column whose width only its values tell. */
  async #slotOf(column: ParquetColumn): Promise<Slot> {
    const { leaf } = column;
    let [example, row]: [unknown, number] = [undefined, -1];
    if (leaf.repeated > 0 || leaf.use === 'bytes') {
      for (let g = 0; g < this.#file.groups.length && example === undefined; g++)
        await this.#eachRow(column, g, (value) => {
          row++;
          example = value ?? undefined;
          return example !== undefined;
        });
    }
    return slotOf(
      column,
      example,
      this.#at(this.#slots.length, column, () => Math.max(row, 0)),
      this.options,
    );
  }

  #cells(): Cells {
    const { rows, bad } = this.#file;
    const width = this.#first(this.#slots.length);
    if (width > MOST_COLUMNS) throw bad(`expected at most ${count(MOST_COLUMNS)} columns, got ${count(width)}.`);
    const pictures = this.#slots.flatMap((slot, k) => (slot.picture ? [k] : []));
    if (pictures.length > 1) throw bad(`columns ${pictures[0] + 1} and ${pictures[1] + 1} both hold pictures. Write the file with one of them.`);
    if (rows * width > Math.max(MOST_OF_SMALL, MOST_TIMES * this.parts.size))
      throw bad(`its footer states ${count(rows)} rows of ${plural(width, 'column')}, more than ${count(MOST_TIMES)} times the bytes of this file.`);
    return new Cells(this.source.title, rows, width);
  }

  /** Says where a value is. @param slot its number */
  #at(slot: number, { name, leaf }: ParquetColumn, row: () => number): Pick<Place, 'where' | 'bad'> {
    const where = (k = 0): string => {
      const called = leaf.repeated > 0 ? `${name}[${k + 1}]` : name;
      return `${this.#place(row())}, column ${this.#first(slot) + k + 1} (${quoted(called)})`;
    };
    return { where, bad: (what, k) => new NablaError('BAD_DATA', `${where(k)}: ${what}`) };
  }

  /** @param k which column @param g which row group @param before rows in those before it */
  async #fill(cells: Cells, k: number, g: number, before: number): Promise<void> {
    const [column, slot] = [this.#columns[k], this.#slots[k]];
    const place: Place & { row: number } = { cells, row: before, first: this.#first(k), ...this.#at(k, column, () => place.row) };
    await this.#eachRow(column, g, (value) => {
      slot.put(value, place);
      place.row++;
      return false;
    });
  }

  async #eachRow(column: ParquetColumn, g: number, take: (value: unknown) => boolean): Promise<void> {
    const { bad, groups } = this.#file;
    const { leaf, name } = column;
    const meta = groups[g].columns[leaf.index].meta_data;
    if (!meta) return;
    const where: BadParquet = (what) => bad(`row group ${g + 1}, column ${quoted(name)}: ${what}`);
    const { from, to } = rangeOf(meta);
    const rows = new ColumnRows(leaf, Number(groups[g].num_rows), where);
    for (const page of pagesOf(bytesBetween(this.parts, from, to, bad), leaf, meta, where)) {
      checkSignal(this.options.signal, `${this.source.name} was read`);
      await breath();
      if (rows.page(page, take)) return;
    }
    rows.end(take);
  }
}

/** Lets whatever else waits have its turn. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
