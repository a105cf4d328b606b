// Which rows of a table are for training, validation and test; and rows that are left out because a value is missing.

import { NablaError, wrongValue } from '../../errors.js';
import { Random } from '../../random.js';
import type { Table } from '../../tables/table.js';
import { plural } from '../../text.js';
import { type SplitIndices, stratifiedSplit } from '../split.js';

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
  /** How many there are; 1 where targets are numbers. */
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
    throw wrongValue(
      given.validation === undefined ? 'split' : 'validation',
      `fewer samples than the ${rows} of '${name}'${given.validation !== undefined && test > 0 ? ` without the ${test} for the test` : ''}`,
      given.validation === undefined ? validation + test : validation,
    );
  if (given.inOrder && given.split === undefined && hasAllClasses(labels, classes, validation)) return inOrder(rows, validation);
  const drawn = stratifiedSplit(labels ?? new Uint8Array(rows), classes, validation, test, Random.stream(seed, 'split'));
  const split = labels ? withOneOfEach(drawn, labels, classes) : drawn;
  // In the order of the file, so that what is not drawn stays as it is.
  const sorted = (part: readonly number[]): Uint32Array => Uint32Array.from(part).sort();
  return { training: sorted(split.training), validation: sorted(split.validation), test: sorted(split.test) };
}

/** Whether every class is among the last rows and among those before: rows that come class by class cannot be cut. */
function hasAllClasses(labels: Uint16Array | undefined, classes: number, last: number): boolean {
  if (!labels || last === 0) return true;
  const [before, after] = [labels.subarray(0, labels.length - last), labels.subarray(labels.length - last)];
  return new Set(before).size === classes && new Set(after).size === classes;
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

/** A class of few rows may have lost all of them to the other parts: its first one goes back to the training. */
function withOneOfEach(split: SplitIndices, labels: Uint16Array, classes: number): SplitIndices {
  const isThere = new Uint8Array(classes);
  for (const row of split.training) isThere[labels[row]] = 1;
  const back: number[] = [];
  const kept = (part: readonly number[]): number[] =>
    part.filter((row) => {
      if (isThere[labels[row]] === 1) return true;
      isThere[labels[row]] = 1;
      back.push(row);
      return false;
    });
  const [validation, test] = [kept(split.validation), kept(split.test)];
  return { training: back.length === 0 ? split.training : [...split.training, ...back], validation, test };
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
