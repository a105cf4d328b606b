// Several tables of the same columns as one, one after another: files of a data set that comes in parts. Columns agree by their names, in
// any order, or by their places where none has names; words of all parts are merged. What does not agree is refused with file and column.

import { NablaError } from '../errors.js';
import { count, listed, plural } from '../text.js';
import { byteCellsFor, type Column, cellsFor, MOST_ROWS, MOST_WORDS, quoted, type Table } from './table.js';
import { WordNumbers } from './words.js';

/**
 * @param tables one or more; what the whole is called tells the first and how many follow
 * @throws {NablaError} BAD_DATA
 */
export function joined(tables: readonly Table[]): Table {
  const [first, ...others] = tables;
  if (others.length === 0) return first;
  const name = `${first.name} and ${others.length} more`;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  if (rows > MOST_ROWS) throw new NablaError('BAD_DATA', `${name}: ${count(rows)} rows; ${count(MOST_ROWS)} can be read.`);
  const parts = tables.map((table) => ({ table, places: placesIn(table, first) }));
  for (const { table } of parts) checkAlike(table, first);
  const merged = first.columns.map((_, k) => joinedColumn(parts, k));
  const width = merged.length;
  const areBytes =
    merged.every(({ words }) => words === undefined || words.length <= 256) && tables.every(({ cells }) => cells instanceof Uint8Array);
  const cells = areBytes ? byteCellsFor(rows, width) : cellsFor(rows, width);
  const starts = [0];
  for (const [n, { table, places }] of parts.entries()) {
    for (const [k, { numbers }] of merged.entries()) copyColumn(table, places[k], cells.subarray(starts[n] * width), k, width, numbers?.[n]);
    starts.push(starts[n] + table.rows);
  }
  const place = (row: number): string => {
    const n = partOf(starts, row);
    return tables[n].place(row - starts[n]);
  };
  return { ...first, name, rows, columns: merged.map(({ column }) => column), cells, place };
}

interface Part {
  readonly table: Table;
  /** Its column for each of the first table's. */
  readonly places: readonly number[];
}

interface Joined {
  readonly column: Column;
  readonly words?: readonly string[];
  /** For each part, the new number of each of its words. */
  readonly numbers?: readonly (readonly number[])[];
}

const bad = (table: Table, what: string): NablaError => new NablaError('BAD_DATA', `${table.name}: ${what}`);

function placesIn(table: Table, first: Table): number[] {
  if (table.named !== first.named) {
    const [own, other] = table.named ? ['has names of columns', 'has none'] : ['has no names of columns', 'has'];
    throw bad(table, `it ${own}, and ${quoted(first.name)} ${other}. Give --header yes or no where that was guessed wrongly.`);
  }
  if (table.columns.length !== first.columns.length && !first.named) {
    throw bad(table, `expected ${plural(first.columns.length, 'column')}, as ${quoted(first.name)} has, got ${table.columns.length}.`);
  }
  if (!first.named) return [...first.columns.keys()];
  const known = new Map(table.columns.map((column, k) => [column.name, k]));
  const names = new Set(first.columns.map((column) => column.name));
  const missing = first.columns.find((column) => !known.has(column.name));
  if (missing) throw bad(table, `there is no column ${quoted(missing.name)}, which ${quoted(first.name)} has.`);
  const more = table.columns.find((column) => !names.has(column.name));
  if (more) throw bad(table, `there is a column ${quoted(more.name)}, which ${quoted(first.name)} has not.`);
  return first.columns.map((column) => known.get(column.name) as number);
}

/** Pictures of one size, and as many columns that are to be learnt. */
function checkAlike(table: Table, first: Table): void {
  const [own, other] = [table, first].map(({ picture }) => (picture ? `${picture.width} × ${picture.height} × ${picture.channels}` : 'none'));
  if (own !== other) throw bad(table, `expected pictures as in ${quoted(first.name)} (${other}), got ${own}.`);
  if (table.targets !== first.targets) {
    throw bad(table, `expected ${plural(first.targets ?? 0, 'column')} of labels, as ${quoted(first.name)} has, got ${table.targets ?? 0}.`);
  }
}

/** A column of all parts: of one kind, but for those in which all is missing. */
function joinedColumn(parts: readonly Part[], k: number): Joined {
  const columns = parts.map(({ table, places }) => ({ table, at: places[k], column: table.columns[places[k]] }));
  const there = columns.filter(({ table, at, column }) => column.kind !== 'number' || !isMissing(table, at));
  const [lead = columns[0]] = there;
  const other = there.find(({ column }) => column.kind !== lead.column.kind);
  if (other) {
    const called = other.table.named ? `column ${quoted(other.column.name)}` : `column ${other.at + 1}`;
    const next = [lead, other].some(({ column }) => column.kind === 'words') ? ` Words in both: --categorical ${lead.column.name}.` : '';
    throw bad(
      other.table,
      `${called}: expected ${KINDS[lead.column.kind]}, as in ${quoted(lead.table.name)}, got ${KINDS[other.column.kind]}.${next}`,
    );
  }
  checkClasses(lead, columns);
  if (lead.column.kind !== 'words') return { column: { ...lead.column, name: columns[0].column.name } };
  const all = new WordNumbers();
  const own = columns.map(({ column }) => (column.words ?? []).map((word) => all.numberOf(word)));
  if (all.size > MOST_WORDS)
    throw bad(lead.table, `column ${quoted(lead.column.name)}: more than ${count(MOST_WORDS)} different words with those of other files.`);
  const { words, places } = all.sorted();
  return { column: { ...lead.column, words }, words, numbers: own.map((numbers) => numbers.map((n) => places[n])) };
}

/** Numbers that stand for classes stand for the same ones in all parts, or the first one's names would be said of others. */
function checkClasses(
  lead: { readonly table: Table; readonly column: Column },
  columns: readonly { readonly table: Table; readonly column: Column }[],
): void {
  const other = columns.find(({ column }) => String(column.classNames) !== String(lead.column.classNames));
  if (!other) return;
  const [own, expected] = [other, lead].map(({ column }) => (column.classNames ? listed(column.classNames.slice(0, 4).map(quoted)) : 'none'));
  throw bad(other.table, `column ${quoted(other.column.name)}: expected classes called as in ${quoted(lead.table.name)} (${expected}), got ${own}.`);
}

const KINDS = { number: 'numbers', boolean: 'true and false', words: 'words', date: 'dates' } as const;

function isMissing({ rows, columns, cells }: Table, k: number): boolean {
  if (cells instanceof Uint8Array) return false;
  for (let row = 0; row < rows; row++) if (!Number.isNaN(cells[row * columns.length + k])) return false;
  return true;
}

/** @param numbers of words: the new ones */
function copyColumn(
  { rows, columns, cells }: Table,
  from: number,
  to: Uint8Array | Float32Array,
  at: number,
  width: number,
  numbers?: readonly number[],
): void {
  for (let row = 0; row < rows; row++) {
    const cell = cells[row * columns.length + from];
    to[row * width + at] = numbers && numbers.length > 0 && !Number.isNaN(cell) ? numbers[cell] : cell;
  }
}

/** The part that a row is in. @param starts rising */
function partOf(starts: readonly number[], row: number): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}
