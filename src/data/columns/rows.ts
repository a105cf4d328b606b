// Which rows of a table are for training, validation and test; and rows that are left out because a value is missing.

import { NablaError, wrongValue } from '../../errors.js';
import { Random } from '../../random.js';
import type { Table } from '../../tables/table.js';
import { plural } from '../../text.js';
import { stratifiedSplit } from '../split.js';

export interface RowSplit {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

export interface Splitting {
  readonly name: string;
  readonly rows: number;
  /** The class of each row; undefined where targets are numbers. */
  readonly labels?: Uint16Array;
  readonly classes: number;
  /** Which parts have rows of their own elsewhere. */
  readonly hasValidation: boolean;
  readonly hasTest: boolean;
  /** Whether the rows are pictures of a set that has its own test part: the last are then kept for validation, as of a folder of IDX files. */
  readonly inOrder: boolean;
  readonly split?: readonly number[];
  /** How many rows are for validation. */
  readonly validation?: number;
  readonly seed: number;
}

/** Kept back of pictures in order: a sixth, at most so many. */
const SIXTH = 6;
const MOST_IN_ORDER = 10_000;
const TENTH = 0.1;

/** @throws {RangeError} for shares or numbers that leave nothing to train on */
export function splitRows(given: Splitting): RowSplit {
  const { name, rows, labels, classes, seed } = given;
  const { validation, test } = sizesOf(given);
  if (validation + test >= rows)
    throw wrongValue(given.validation === undefined ? 'split' : 'validation', `fewer samples than the ${rows} of '${name}'`, validation + test);
  if (given.inOrder && given.split === undefined) return inOrder(rows, validation);
  const drawn = stratifiedSplit(labels ?? new Uint8Array(rows), labels ? classes : 1, validation, test, Random.stream(seed, 'split'));
  const split = { training: [...drawn.training], validation: [...drawn.validation], test: [...drawn.test] };
  if (labels) keepOneOfEach(split, labels, classes, name);
  return { training: Uint32Array.from(split.training), validation: Uint32Array.from(split.validation), test: Uint32Array.from(split.test) };
}

function sizesOf({ rows, split, validation, hasValidation, hasTest, inOrder }: Splitting): { validation: number; test: number } {
  if (split) {
    if (hasTest && split[2]) throw wrongValue('split', 'two shares, of training and validation, beside samples for the test', split.join(','));
    if (hasValidation && split[1]) throw wrongValue('split', 'no share for validation beside samples for it', split.join(','));
    if (validation !== undefined) throw wrongValue('validation', 'none beside a split', validation);
    return { validation: Math.round(split[1] * rows), test: Math.round((split[2] ?? 0) * rows) };
  }
  const usual = inOrder ? Math.min(MOST_IN_ORDER, Math.floor(rows / SIXTH)) : Math.round(TENTH * rows);
  return { validation: hasValidation ? 0 : (validation ?? usual), test: hasTest ? 0 : Math.round(TENTH * rows) };
}

function inOrder(rows: number, validation: number): RowSplit {
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  return { training: all.subarray(0, rows - validation), validation: all.subarray(rows - validation), test: all.subarray(rows) };
}

/** A class of few rows may have lost all of them to the other parts: one goes back. @throws {NablaError} BAD_DATA */
function keepOneOfEach(
  split: { training: number[]; validation: number[]; test: number[] },
  labels: Uint16Array,
  classes: number,
  name: string,
): void {
  const there = new Uint8Array(classes);
  for (const row of split.training) there[labels[row]] = 1;
  for (const part of [split.validation, split.test]) {
    for (let k = 0; k < part.length; k++) {
      if (there[labels[part[k]]]) continue;
      there[labels[part[k]]] = 1;
      split.training.push(...part.splice(k--, 1));
    }
  }
  if (split.training.length === 0) throw new NablaError('BAD_DATA', `${name}: there is nothing to train on.`);
}

/** The rows that miss no value in these columns, by their numbers. */
export function completeRowNumbers({ rows, columns, cells }: Table, needed: readonly number[]): Uint32Array {
  const C = columns.length;
  const kept = new Uint32Array(rows);
  let n = 0;
  for (let row = 0; row < rows; row++) if (!needed.some((k) => Number.isNaN(cells[row * C + k]))) kept[n++] = row;
  return kept.subarray(0, n);
}

/** The table without the rows that miss a value in one of these columns; its cells are moved together. @throws {NablaError} BAD_DATA where none is left */
export function completeRows(table: Table, columns: readonly number[]): Table {
  const C = table.columns.length;
  const { rows, cells, place } = table;
  const kept = completeRowNumbers(table, columns);
  if (kept.length === rows) return table;
  if (kept.length === 0)
    throw new NablaError('BAD_DATA', `${table.name}: each of its ${plural(rows, 'row')} misses a value. Fill them: --missing mean.`);
  for (const [k, row] of kept.entries()) if (k !== row) cells.copyWithin(k * C, row * C, (row + 1) * C);
  return { ...table, rows: kept.length, cells: cells.subarray(0, kept.length * C), place: (row) => place(kept[row]) };
}
