// Finds the columns of a preparation in another table: by their names, or by their order where names are missing on either side; and
// takes columns of numbers for words where they are asked to be words.

import { NablaError } from '../../errors.js';
import { badCell, quoted, type Table } from '../../tables/table.js';
import { count, plural } from '../../text.js';
import { type Preparation, wordColumns } from './preparation.js';

export interface Located {
  /** With columns of the kinds that the preparation has. */
  readonly table: Table;
  /** The table's columns for those of the preparation, or its plain ones. */
  readonly features: readonly number[];
  /** Of the target; empty where the table has none and none is needed. */
  readonly targets: readonly number[];
}

/**
 * @param needsTarget whether the rows must have answers
 * @throws {NablaError} BAD_DATA for a column that is missing or of another kind
 */
export function located(given: Table, preparation: Preparation, needsTarget: boolean): Located {
  const table = withWords(given, wordColumns(preparation));
  const wanted = featureNames(preparation);
  const targetNames = preparation.target.kind === 'classes' ? [preparation.target.name] : preparation.target.columns.map(({ name }) => name);
  const byName = preparation.named && table.named;
  const targets = byName ? targetNames.flatMap((name) => found(table, name)) : targetsByOrder(table, preparation, targetNames);
  const needed = needsTarget || targets.length > 0 ? targetNames.length : 0;
  if (targets.length < needed)
    throw missing(table, targetNames.filter((name) => found(table, name).length === 0)[0] ?? targetNames[0], 'to be predicted');
  const features = byName ? named(table, wanted ?? []) : table.columns.flatMap((_, k) => (targets.includes(k) ? [] : [k]));
  const n = preparation.plain?.count ?? preparation.columns.length;
  if (features.length !== n) {
    const beside = targets.length > 0 ? ` beside ${plural(targets.length, 'column')} to be predicted` : '';
    throw new NablaError(
      'BAD_DATA',
      `${table.name}: expected ${plural(n, 'column')}${beside}, as the network was trained on, got ${count(features.length)}.`,
    );
  }
  checkKinds(table, preparation, features);
  return { table, features, targets };
}

function featureNames({ plain, columns }: Preparation): readonly string[] | undefined {
  return plain ? plain.names : columns.map(({ name }) => name);
}

const found = ({ columns }: Table, name: string): number[] => columns.flatMap((column, k) => (column.name === name ? [k] : []));

function named(table: Table, names: readonly string[]): number[] {
  const numbers = new Map(table.columns.map(({ name }, k) => [name, k]));
  return names.map((name) => {
    const k = numbers.get(name);
    if (k === undefined) throw missing(table, name, 'as an input');
    return k;
  });
}

function missing(table: Table, name: string, use: string): NablaError {
  const own = table.columns.slice(0, 6).map((column) => quoted(column.name));
  const which = table.named ? `its columns are ${own.join(', ')}${table.columns.length > own.length ? ', …' : ''}` : 'it has no row of names';
  return new NablaError('BAD_DATA', `${table.name}: expected a column ${quoted(name)} ${use}, as in training; ${which}.`);
}

/** Where there are no names: the columns that stood there in training, if there are so many; none if there are only inputs. */
function targetsByOrder(table: Table, preparation: Preparation, names: readonly string[]): number[] {
  const n = preparation.plain?.count ?? preparation.columns.length;
  const C = table.columns.length;
  if (C === n) return [];
  const places = names.map((name) => Number(name) - 1);
  if (places.every((k) => Number.isInteger(k) && k >= 0 && k < C)) return places;
  return C === n + names.length ? names.map((_, t) => n + t) : [];
}

function checkKinds(table: Table, preparation: Preparation, features: readonly number[]): void {
  for (const [f, k] of features.entries()) {
    const { kind, words = [], example = '' } = table.columns[k];
    if (kind === 'number' || kind === 'boolean') continue;
    if (kind === 'words' && preparation.columns[f]?.kind === 'words') continue;
    const row = kind === 'date' ? 0 : firstWord(table, k);
    const got = kind === 'date' ? example : words[table.cells[row * table.columns.length + k]];
    throw badCell(table, row, k, `expected a number, as in training, got ${quoted(got)}.`);
  }
}

function firstWord({ cells, columns, rows }: Table, k: number): number {
  for (let row = 0; row < rows; row++) if (!Number.isNaN(cells[row * columns.length + k])) return row;
  return 0;
}

/** The same table where these columns hold words, whatever they look like: numbers become their texts. */
export function withWords(table: Table, names: readonly string[]): Table {
  const chosen = table.columns.flatMap(({ name, kind }, k) => (names.includes(name) && (kind === 'number' || kind === 'boolean') ? [k] : []));
  if (chosen.length === 0) return table;
  const C = table.columns.length;
  const columns = [...table.columns];
  const cells = table.cells instanceof Float32Array ? table.cells : Float32Array.from(table.cells);
  for (const k of chosen) {
    const { name, kind } = columns[k];
    const text = (x: number): string => (kind === 'boolean' ? String(x === 1) : String(x));
    const numbers = new Set<number>();
    for (let at = k; at < cells.length; at += C) if (!Number.isNaN(cells[at])) numbers.add(cells[at]);
    const words = [...numbers].map(text).sort();
    const places = new Map(words.map((word, n) => [word, n]));
    for (let at = k; at < cells.length; at += C) if (!Number.isNaN(cells[at])) cells[at] = places.get(text(cells[at])) as number;
    columns[k] = { name, kind: 'words', words };
  }
  return { ...table, columns, cells };
}
