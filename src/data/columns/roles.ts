// What each column of a table is for: which are to be predicted, which are inputs, which are left out and why. From what the user says,
// and else from the columns themselves: their names, kinds and values.

import { proposal } from '../../check.js';
import { NablaError, wrongValue } from '../../errors.js';
import { shellWord } from '../../system/shell-word.js';
import { type Column, quoted, type Table } from '../../tables/table.js';
import { listed, plural, printable } from '../../text.js';
import type { Reading } from '../reading.js';
import { arePixels, type ColumnSummary } from './summary.js';

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
/** Characters of a column's name in a command. */
const LONGEST = 60;
/** Columns that a message lists. */
const MOST_LISTED = 8;
/** Words that are nearly all different are names or numbers of the rows, which teach nothing. */
const MOST_DIFFERENT = 0.5;
const FEWEST_DIFFERENT = 20;

/** @throws {NablaError | RangeError} BAD_DATA for columns that are not there, or that cannot be what they are asked to be */
export function rolesOf(table: Table, { target, drop = [], features }: Reading, summaries: readonly ColumnSummary[]): Roles {
  if (table.columns.length === 0) throw bad(table, 'there are no columns in it.');
  const dropped = drop.map((one) => columnOf('drop', one, table));
  const wanted = features?.map((one) => columnOf('features', one, table));
  const possible = (k: number): boolean => !dropped.includes(k) && wanted?.includes(k) !== true;
  const targets = target === undefined ? usualTargets(table, summaries, possible) : [target].flat().map((one) => columnOf('target', one, table));
  checkApart(table, targets, dropped, wanted);
  const asked = table.columns.map((_, k): string | undefined => {
    if (dropped.includes(k)) return 'left out: --drop';
    return wanted === undefined || wanted.includes(k) ? undefined : 'left out: not among --features';
  });
  const others = table.columns.flatMap((_, k) => (asked[k] === undefined && !targets.includes(k) ? [k] : []));
  const why = wanted === undefined ? uselessColumns(table, others, summaries) : new Map<number, string>();
  const chosen = others.filter((k) => !why.has(k));
  for (const k of [...chosen, ...targets]) refuseDates(table, table.columns[k], k);
  if (chosen.length === 0) {
    const hint = table.columns.length === 1 ? ' It is the only one: of rows with more, --separator says what stands between them.' : '';
    throw bad(table, `no column is left as an input beside ${listed(targets.map((k) => quoted(table.columns[k].name)))}.${hint}`);
  }
  const leftOut = table.columns.flatMap((_, k) => {
    const reason = targets.includes(k) ? undefined : (asked[k] ?? why.get(k));
    return reason === undefined ? [] : [[k, reason] as const];
  });
  return { features: chosen, targets, leftOut: new Map(leftOut) };
}

/** No column has two purposes, and none is to be predicted twice. */
function checkApart({ columns }: Table, targets: readonly number[], dropped: readonly number[], wanted: readonly number[] = []): void {
  const again = targets.find((k, t) => targets.indexOf(k) < t);
  if (again !== undefined) throw wrongValue('target', 'each column once', columns[again].name);
  const both = [...targets, ...wanted].find((k) => dropped.includes(k));
  if (both !== undefined) throw wrongValue('drop', 'columns that are neither target nor features', columns[both].name);
  const twice = wanted.find((k) => targets.includes(k));
  if (twice !== undefined) throw wrongValue('features', 'columns beside the target', columns[twice].name);
}

/** @param what the option that names it */
export function columnOf(what: string, reference: ColumnReference, table: Table): number {
  const { columns } = table;
  const text = String(reference);
  const named = columns.findIndex(({ name }) => name === text);
  if (named >= 0) return named;
  const number = /^-?\d+$/.test(text) ? Number(text) : 0;
  const k = number < 0 ? columns.length + number : number - 1;
  if (k >= 0 && k < columns.length) return k;
  const numbers = what === 'categorical' ? '' : `, or a number from 1 to ${columns.length}`;
  const names = columns.map(({ name }) => name);
  const next = table.named ? proposal(text, names, {}, quoted) : '';
  throw bad(table, `${what}: expected one of its columns (${columnsText(columns)})${numbers}, got ${quoted(text)}. ${next}`.trimEnd());
}

function columnsText(columns: readonly Column[]): string {
  const names = columns.slice(0, MOST_LISTED).map(({ name }) => quoted(name));
  return listed(columns.length > MOST_LISTED ? [...names, `${columns.length - MOST_LISTED} more`] : names);
}

/** What is to be predicted where nobody says: the columns that the file itself keeps as answers, or the one that looks like it. */
function usualTargets(table: Table, summaries: readonly ColumnSummary[], possible: (k: number) => boolean): number[] {
  const { columns, targets = 0 } = table;
  const answers = [...columns.keys()].slice(columns.length - targets);
  return targets > 0 && answers.every(possible) ? answers : [usualTarget(table, summaries, possible)];
}

/**
 * The column that is to be predicted where nobody says: by its name; or the only one of words, if it is the last; or the class of a row of
 * pixels.
 * @param possible whether a column has no other purpose
 */
function usualTarget(table: Table, summaries: readonly ColumnSummary[], possible: (k: number) => boolean): number {
  const { columns, named } = table;
  const candidates = [...columns.keys()].filter(possible);
  const last = candidates[candidates.length - 1];
  const called = candidates.filter((k) => TARGET_NAMES.includes(columns[k].name.toLowerCase()));
  if (called.length === 1) return called[0];
  if (candidates.length > 0 && candidates.every((k) => (columns[k].kind === 'words') === (k === last))) return last;
  if (!named) {
    const beside = [0, columns.length - 1].filter((k) => candidates.includes(k) && isClassOfPixels(table, k, summaries));
    if (beside.length === 1) return beside[0];
  }
  throw bad(table, `which column is to be predicted? Say --target NAME. Its columns are ${columnsText(columns)}.`);
}

/** Classes of pictures, and the share of the rows that one of them may have: a pixel in a corner is nearly always 0. */
const MOST_CLASS = 99;
const MOST_OF_ONE = 0.9;

/** Whether all columns but this one are pixels, and this one a small number that is not nearly always the same. */
function isClassOfPixels({ cells, columns, rows }: Table, k: number, summaries: readonly ColumnSummary[]): boolean {
  const { least, most, whole, missing } = summaries[k];
  if (!whole || missing > 0 || least < 0 || most > MOST_CLASS) return false;
  if (!columns.every(({ kind }) => kind === 'number') || !arePixels(summaries.filter((_, other) => other !== k))) return false;
  const counts = new Uint32Array(MOST_CLASS + 1);
  for (let at = k; at < cells.length; at += columns.length) counts[cells[at]]++;
  return Math.max(...counts) <= MOST_OF_ONE * rows;
}

/** Why columns are no inputs, though nobody says so; but pixels that are the same in all pictures are pixels. */
function uselessColumns(table: Table, candidates: readonly number[], summaries: readonly ColumnSummary[]): Map<number, string> {
  const reasons = candidates.map((k) => [k, useless(table, k, summaries[k])] as const);
  const others = reasons.flatMap(([k, why]) => (why === undefined || why === SAME ? [k] : []));
  const areNumbers = others.every((k) => table.columns[k].kind === 'number');
  const pixels = table.picture !== undefined || (areNumbers && arePixels(others.map((k) => summaries[k])));
  return new Map(reasons.flatMap(([k, why]) => (why === undefined || (pixels && why === SAME) ? [] : [[k, why]])));
}

const SAME = 'left out: all its values are the same';

/** Numbers without a name may be values of one array, and stay. */
function useless({ rows, columns, named }: Table, k: number, { missing, least, most, counts }: ColumnSummary): string | undefined {
  const { kind, words } = columns[k];
  if (kind === 'date') return undefined;
  if (missing === rows) return 'left out: all its values are missing';
  if (named && least === most && missing === 0) return SAME;
  if (named && counts) return 'left out: it counts the rows';
  const different = words?.length ?? 0;
  if (different >= FEWEST_DIFFERENT && different > MOST_DIFFERENT * (rows - missing))
    return `left out: ${plural(different, 'different word')}, nearly one for each row`;
  return undefined;
}

function refuseDates(table: Table, { kind, name, example = '' }: Column, k: number): void {
  if (kind !== 'date') return;
  const what = `column ${k + 1} (${quoted(name)}) holds dates such as ${quoted(example)}, which are no numbers.`;
  throw bad(table, `${what} Make numbers of them (a year, a weekday, days since), or leave it out: --drop ${shellWord(printable(name, LONGEST))}.`);
}

function bad({ name }: Table, what: string): NablaError {
  return new NablaError('BAD_DATA', `${name}: ${what}`);
}
