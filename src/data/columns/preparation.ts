// How the columns of a table become the inputs and targets of a network: plain data, fitted once on the training part (see fit.ts), kept
// with the run, applied to all that the network is given later (see apply.ts), and written into every export.

import type { PictureColumns } from '../../tables/table.js';

export const SCALES = ['auto', 'none', '255', 'minmax', 'standard'] as const;
export type ScaleName = (typeof SCALES)[number];

export const MISSING = ['mean', 'median', 'zero', 'drop', 'indicator'] as const;
export type MissingName = (typeof MISSING)[number];

/** A column of numbers, or of true and false as 1 and 0: input = (x - subtract) / divide, in float64, rounded to float32. */
export interface PreparedNumber {
  readonly name: string;
  readonly kind: 'number' | 'boolean';
  readonly subtract: number;
  readonly divide: number;
  /** What stands for a missing value, before it is scaled; without it, missing values are refused. */
  readonly fill?: number;
  /** Whether a second input follows that is 1 where the value is missing, else 0. */
  readonly indicator?: true;
}

/** A column of words: an input for each word, 1 for the one that stands there and 0 for the others (one-hot). */
export interface PreparedWords {
  readonly name: string;
  readonly kind: 'words';
  /** Those that have an input of their own. */
  readonly words: readonly string[];
  /** Whether an input follows for all words without one: rare and unknown ones. Without it, these give zeros. */
  readonly other?: true;
  /** Of the word that stands for a missing value; -1: none, all are 0. Without it, missing values are refused. */
  readonly fill?: number;
  /** Whether a last input follows that is 1 where the value is missing, else 0. */
  readonly indicator?: true;
}

export type PreparedColumn = PreparedNumber | PreparedWords;

/** Columns that are taken as they are, one input each, and multiplied with the data set's scale by the network: pictures, bytes. */
export interface PlainColumns {
  readonly count: number;
  /** Absent where the file had none. */
  readonly names?: readonly string[];
}

/** A column of numbers that are to be predicted: target = (y - mean) / deviation. */
export interface PreparedOutput {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
}

export type PreparedTarget =
  /** Class k is called names[k]. */
  | { readonly kind: 'classes'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'numbers'; readonly columns: readonly PreparedOutput[] };

export interface Preparation {
  /** Whether columns are found by their names; else by their order. */
  readonly named: boolean;
  /** In the order of the inputs; none beside plain ones. */
  readonly columns: readonly PreparedColumn[];
  readonly plain?: PlainColumns;
  readonly target: PreparedTarget;
  /** Places of the columns to be predicted among those that are used, from 0: where they are looked for in a file without names. */
  readonly targetsAt?: readonly number[];
  /** What a sample looks like, where it is a picture. */
  readonly picture?: Omit<PictureColumns, 'first'>;
}

/** A preparation with what plain columns are multiplied with; 1 without any. */
export interface Prepared {
  readonly preparation: Preparation;
  readonly scale: number;
}

/** Inputs that a column makes. */
export function inputsOfColumn(column: PreparedColumn): number {
  const own = column.kind === 'words' ? column.words.length + (column.other ? 1 : 0) : 1;
  return own + (column.indicator ? 1 : 0);
}

/** n_1 */
export function inputsOf({ plain, columns }: Preparation): number {
  return plain ? plain.count : columns.reduce((sum, column) => sum + inputsOfColumn(column), 0);
}

/** Columns of words, which a reader must not take for anything else. */
export function wordColumns({ columns, target }: Preparation): string[] {
  const features = columns.flatMap(({ kind, name }) => (kind === 'words' ? [name] : []));
  return target.kind === 'classes' ? [...features, target.name] : features;
}

/** What was decided for a column, in words: for the table that a run prints at its start and keeps. */
export interface ColumnDecision {
  readonly column: string;
  /** What it holds. */
  readonly holds: string;
  /** What it is for. */
  readonly use: string;
}
