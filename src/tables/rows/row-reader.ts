// Rows of a file one after another, as they stand in it: for a network that is trained already, which needs no more than one row to
// answer, and knows what each column holds. So no more of a file is held than a piece, standard input is read while it is still being
// written, and a row that is bad does not spoil the others. To train on rows takes all of them at once: see ../formats.ts.

import type { NablaError } from '../../errors.js';

/** The values of a row: in the order of its columns, or by their names. Texts of CSV are as they stand; see RowReader.texts. */
export type RowValues = readonly unknown[] | Readonly<Record<string, unknown>>;

/** A row, or what is wrong with it. */
export type RawRow = { readonly line: number } & ({ readonly values: RowValues; readonly error?: undefined } | { readonly error: NablaError });

/** What the columns are called. */
export interface RowColumns {
  readonly names: readonly string[];
  /** Whether these are names of their own, or numbers in place of names. */
  readonly named: boolean;
}

/** Rows that have come so far, which are answered before more is waited for. */
export interface RowGroup {
  /** Of rows whose values are in order, where the file says it; else undefined. The same for all groups of a file. */
  readonly columns?: RowColumns;
  readonly rows: readonly RawRow[];
}

/** As what a file is read; 'table' where its rows cannot be come by one by one. */
export type RowFormat = 'csv' | 'jsonl' | 'table';

export interface RowReader {
  /** For messages: the file as the user has named it. */
  readonly name: string;
  readonly format: RowFormat;
  /** Whether texts that look like numbers, true, false or missing values are those, as in CSV; or words like all others, as in JSON. */
  readonly texts: 'parsed' | 'words';
  /** Of numbers in texts. */
  readonly decimal: '.' | ',';
  /** Where a row stands: 'people.csv: line 13'. */
  place(line: number): string;
  /** All groups from the first; again only of what lies on a disk or in memory. @throws {NablaError} BAD_DATA for what cannot be read on */
  groups(): AsyncIterable<RowGroup>;
}

/** Bytes of the longest row: what has no end before is none. */
export const MOST_ROW_BYTES = 1 << 24;
