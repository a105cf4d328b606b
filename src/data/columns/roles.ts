// What each column of a table is for: which are to be predicted, which are inputs, which are left out and why. From what the user says,
// and else from the columns themselves: their names, kinds and values.

import { NablaError, wrongValue } from '../../errors.js';
import { type Column, quoted, type Table } from '../../tables/table.js';
import { listed, plural } from '../../text.js';
import type { Reading } from '../reading.js';
import type { ColumnSummary } from './summary.js';

/** A column as the user names it: its name, or its number from 1; -1 is the last. */
export type ColumnReference = string | number;

export interface Roles {
  /** Columns by their numbers from 0, in their order. */
  readonly features: readonly number[];
  readonly targets: readonly number[];
  /** Why columns are left out. */
  readonly leftOut: ReadonlyMap<number, string>;
}

/** What people call a column that is to be predicted. */
const TARGET_NAMES = ['label', 'class', 'target', 'y'];
/** Columns that a message lists. */
const MOST_LISTED = 8;
/** Words that are nearly all different are names or numbers of the rows, which teach nothing. */
const MOST_DIFFERENT = 0.5;
const FEWEST_DIFFERENT = 20;

/** @throws {NablaError} BAD_DATA for columns that are not there, or that cannot be what they are asked to be */
export function rolesOf(table: Table, { target, drop = [], features }: Reading, summaries: readonly ColumnSummary[]): Roles {
  const targets = target === undefined ? [usualTarget(table, summaries)] : [target].flat().map((one) => columnOf('target', one, table));
  const dropped = drop.map((one) => columnOf('drop', one, table));
  const wanted = features?.map((one) => columnOf('features', one, table));
  const both = [...targets, ...(wanted ?? [])].find((k) => dropped.includes(k));
  if (both !== undefined) throw wrongValue('drop', 'columns that are neither target nor features', table.columns[both].name);
  const twice = wanted?.find((k) => targets.includes(k));
  if (twice !== undefined) throw wrongValue('features', 'columns beside the target', table.columns[twice].name);
  const leftOut = new Map<number, string>();
  const chosen = table.columns.flatMap((column, k) => {
    if (targets.includes(k)) return [];
    const why = dropped.includes(k)
      ? 'left out: --drop'
      : wanted
        ? wanted.includes(k)
          ? undefined
          : 'left out: not among --features'
        : useless(table, k, summaries[k]);
    if (why === undefined) return [[column, k] as const];
    leftOut.set(k, why);
    return [];
  });
  for (const [column, k] of chosen) refuseDates(table, column, k);
  for (const k of targets) refuseDates(table, table.columns[k], k);
  if (chosen.length === 0) throw bad(table, `no column is left as an input beside ${listed(targets.map((k) => quoted(table.columns[k].name)))}.`);
  return { features: chosen.map(([, k]) => k), targets, leftOut };
}

/** @param what the option that names it */
export function columnOf(what: string, reference: ColumnReference, table: Table): number {
  const { columns } = table;
  const named = columns.findIndex(({ name }) => name === String(reference));
  if (named >= 0) return named;
  const number = Number(reference);
  const k = number < 0 ? columns.length + number : number - 1;
  if (Number.isInteger(number) && k >= 0 && k < columns.length && number !== 0) return k;
  throw bad(
    table,
    `${what}: expected one of its columns (${columnsText(columns)}), or a number from 1 to ${columns.length}, got ${quoted(String(reference))}.`,
  );
}

function columnsText(columns: readonly Column[]): string {
  const names = columns.slice(0, MOST_LISTED).map(({ name }) => quoted(name));
  return listed(columns.length > MOST_LISTED ? [...names, `${columns.length - MOST_LISTED} more`] : names);
}

/** The column that is to be predicted where nobody says: by its name; or the only one of words, if it is the last; or the class of a row of pixels. */
function usualTarget(table: Table, summaries: readonly ColumnSummary[]): number {
  const { columns, named } = table;
  const last = columns.length - 1;
  const called = columns.flatMap(({ name }, k) => (TARGET_NAMES.includes(name.toLowerCase()) ? [k] : []));
  if (called.length === 1) return called[0];
  if (columns.every(({ kind }, k) => (kind === 'words') === (k === last))) return last;
  if (!named) {
    const beside = [0, last].filter((k) => isClassOfPixels(table, k, summaries));
    if (beside.length === 1) return beside[0];
  }
  throw bad(table, `which column is to be predicted? Say --target NAME. Its columns are ${columnsText(columns)}.`);
}

const MOST_CLASS = 99;
const FEWEST_PIXELS = 64;

/** Whether all columns but this one are pixels of a square picture, and this one a small number. */
function isClassOfPixels({ cells, columns }: Table, k: number, summaries: readonly ColumnSummary[]): boolean {
  const pixels = columns.length - 1;
  if (!(cells instanceof Uint8Array) || pixels < FEWEST_PIXELS || !Number.isInteger(Math.sqrt(pixels))) return false;
  return summaries[k].most <= MOST_CLASS && summaries.some(({ most }, other) => other !== k && most > MOST_CLASS);
}

/** Why a column is no input, though nobody says so; only of columns with names, since those without are values of one array; and no pixels, which may be the same in all pictures. */
function useless({ named, rows, columns, picture }: Table, k: number, { missing, least, most, counts }: ColumnSummary): string | undefined {
  const isPixel = picture && k >= picture.first && k < picture.first + picture.width * picture.height * picture.channels;
  if (!named || isPixel) return undefined;
  const { kind, words } = columns[k];
  if (missing === rows) return 'left out: all its values are missing';
  if (kind !== 'date' && least === most && missing === 0) return 'left out: all its values are the same';
  if (counts) return 'left out: it counts the rows';
  const different = words?.length ?? 0;
  if (different >= FEWEST_DIFFERENT && different > MOST_DIFFERENT * (rows - missing))
    return `left out: ${plural(different, 'different word')}, nearly one for each row`;
  return undefined;
}

function refuseDates(table: Table, { kind, name, example = '' }: Column, k: number): void {
  if (kind !== 'date') return;
  const what = `column ${k + 1} (${quoted(name)}) holds dates such as ${quoted(example)}, which are no numbers.`;
  throw bad(table, `${what} Make numbers of them (a year, a weekday, days since), or leave it out: --drop ${name}.`);
}

function bad({ name }: Table, what: string): NablaError {
  return new NablaError('BAD_DATA', `${name}: ${what}`);
}
