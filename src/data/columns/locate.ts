// Finds the columns of a preparation in another table: by their names, or by their order where names are missing on either side; and
// takes columns of numbers for words where they are asked to be words.

import { NablaError } from '../../errors.js';
import { numberOf } from '../../tables/kinds.js';
import { badCell, cellsFor, quoted, type Table } from '../../tables/table.js';
import { count, plural, shortestDecimal } from '../../text.js';
import type { Preparation } from './preparation.js';

/** What a file says of its columns. */
export interface ColumnNames {
  /** Of the file, for messages. */
  readonly name: string;
  readonly names: readonly string[];
  /** Whether they have names of their own. */
  readonly named: boolean;
}

/** Columns by their numbers from 0. */
export interface Places {
  /** Those of the preparation, or its plain ones. */
  readonly features: readonly number[];
  /** Of the target; empty where there is none and none is needed. */
  readonly targets: readonly number[];
}

export interface Located extends Places {
  /** With columns of the kinds that the preparation has. */
  readonly table: Table;
}

/**
 * @param needsTarget whether the rows must have answers
 * @throws {NablaError} BAD_DATA for a column that is missing or of another kind
 */
export function located(given: Table, preparation: Preparation, needsTarget: boolean): Located {
  const { name, columns, named } = given;
  const places = placesOf({ name, names: columns.map((column) => column.name), named }, preparation, needsTarget);
  const table = withWords(
    given,
    places.features.filter((_, f) => preparation.columns[f]?.kind === 'words'),
  );
  checkKinds(table, preparation, places.features);
  return { table, ...places };
}

/** The same of columns of which only the names are known. @throws {NablaError} BAD_DATA for a column that is missing */
export function placesOf(columns: ColumnNames, preparation: Preparation, needsTarget: boolean): Places {
  const { names } = columns;
  const targetNames = targetNamesOf(preparation);
  const byName = preparation.named && columns.named;
  const targets = byName ? targetNames.flatMap((name) => found(columns, name)) : targetsByOrder(columns, preparation, targetNames);
  const needed = needsTarget || targets.length > 0 ? targetNames.length : 0;
  if (targets.length < needed)
    throw missing(columns, targetNames.filter((name) => found(columns, name).length === 0)[0] ?? targetNames[0], 'to be predicted');
  const features = byName ? named(columns, featureNames(preparation) ?? []) : featuresByOrder(columns, preparation, targets);
  const n = featureCount(preparation);
  if (features.length === n) return { features, targets };
  const beside = targets.length > 0 ? ` beside ${plural(targets.length, 'column')} to be predicted` : '';
  const got = count(features.length < n ? features.length : names.length - targets.length);
  throw new NablaError('BAD_DATA', `${columns.name}: expected ${plural(n, 'column')}${beside}, as the network was trained on, got ${got}.`);
}

/** What the columns that become inputs are called; undefined where they have no names. */
export function featureNames({ plain, columns }: Preparation): readonly string[] | undefined {
  return plain ? plain.names : columns.map(({ name }) => name);
}

export const targetNamesOf = ({ target }: Preparation): readonly string[] =>
  target.kind === 'classes' ? [target.name] : target.columns.map(({ name }) => name);

const featureCount = ({ plain, columns }: Preparation): number => plain?.count ?? columns.length;
const found = ({ names }: ColumnNames, wanted: string): number[] => names.flatMap((name, k) => (name === wanted ? [k] : []));

function named(columns: ColumnNames, wanted: readonly string[]): number[] {
  const numbers = new Map(columns.names.map((name, k) => [name, k]));
  return wanted.map((name) => {
    const k = numbers.get(name);
    if (k === undefined) throw missing(columns, name, 'as an input');
    return k;
  });
}

function missing({ name: file, names, named: areNames }: ColumnNames, name: string, use: string): NablaError {
  const own = names.slice(0, 6).map(quoted);
  const which = areNames ? `its columns are ${own.join(', ')}${names.length > own.length ? ', …' : ''}` : 'it has no row of names';
  return new NablaError('BAD_DATA', `${file}: expected a column ${quoted(name)} ${use}, as in training; ${which}.`);
}

/** Where there are no names: the columns that stood there in training; none if there are only inputs. */
function targetsByOrder({ names }: ColumnNames, preparation: Preparation, targets: readonly string[]): readonly number[] {
  const n = featureCount(preparation);
  const C = names.length;
  if (C === n) return [];
  const places = placesOfNumbers(targets, C);
  return C === n + targets.length ? (preparation.targetsAt ?? places ?? targets.map((_, t) => n + t)) : (places ?? []);
}

/** All columns but the target's; of a file with more of them, as one has of which columns were left out in training, those of the same numbers. */
function featuresByOrder({ names }: ColumnNames, preparation: Preparation, targets: readonly number[]): number[] {
  const others = names.flatMap((_, k) => (targets.includes(k) ? [] : [k]));
  if (others.length <= featureCount(preparation) || preparation.named) return others;
  return placesOfNumbers(featureNames(preparation) ?? [], names.length) ?? others;
}

/** Columns without names are called by their numbers from 1. */
function placesOfNumbers(names: readonly string[], columns: number): number[] | undefined {
  const places = names.map((name) => Number(name) - 1);
  return places.length > 0 && places.every((k) => Number.isInteger(k) && k >= 0 && k < columns) ? places : undefined;
}

function checkKinds(table: Table, preparation: Preparation, features: readonly number[]): void {
  for (const [f, k] of features.entries()) {
    const { kind, words = [], example = '' } = table.columns[k];
    if (kind === 'number' || kind === 'boolean') continue;
    if (kind === 'words' && preparation.columns[f]?.kind === 'words') continue;
    const row = kind === 'date' ? 0 : firstWord(table, k);
    const got = kind === 'date' ? example : words[table.cells[row * table.columns.length + k]];
    throw badCell(table, row, k, `expected a ${preparation.columns[f]?.kind === 'words' ? 'word' : 'number'}, as in training, got ${quoted(got)}.`);
  }
}

/** The first row whose word is no number. */
function firstWord({ cells, columns, rows }: Table, k: number): number {
  const isNumber = (columns[k].words ?? []).map((word) => numberOf(word) !== undefined);
  for (let row = 0; row < rows; row++) {
    const word = cells[row * columns.length + k];
    if (!Number.isNaN(word) && !isNumber[word]) return row;
  }
  return 0;
}

/**
 * The same table where these columns hold words, whatever they look like: numbers become their texts.
 * @param wanted columns by their numbers
 */
export function withWords(table: Table, wanted: readonly number[]): Table {
  const chosen = wanted.filter((k) => table.columns[k].kind === 'number' || table.columns[k].kind === 'boolean');
  if (chosen.length === 0) return table;
  const C = table.columns.length;
  const columns = [...table.columns];
  const cells = floats(table);
  for (const k of chosen) {
    const { name, kind } = columns[k];
    const text = (x: number): string => (kind === 'boolean' ? String(x === 1) : shortestDecimal(x + 0));
    const numbers = new Set<number>();
    for (let at = k; at < cells.length; at += C) if (!Number.isNaN(cells[at])) numbers.add(cells[at]);
    const words = [...numbers].map(text).sort();
    const places = new Map(words.map((word, n) => [word, n]));
    for (let at = k; at < cells.length; at += C) if (!Number.isNaN(cells[at])) cells[at] = places.get(text(cells[at])) as number;
    columns[k] = { name, kind: 'words', words };
  }
  return { ...table, columns, cells };
}

/** The cells as floats, in place where they are. */
function floats({ cells, rows, columns }: Table): Float32Array {
  if (cells instanceof Float32Array) return cells;
  const made = cellsFor(rows, columns.length);
  made.set(cells);
  return made;
}
