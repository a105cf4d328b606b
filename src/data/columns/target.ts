// What is to be predicted: whether a target's values are classes or numbers, what the classes are called, and the answer of each row.

import { NablaError, wrongValue } from '../../errors.js';
import { booleanOf, numberOf } from '../../tables/kinds.js';
import { badCell, quoted, type Table } from '../../tables/table.js';
import { count, listed } from '../../text.js';
import { MOST_CLASSES } from '../dataset.js';
import type { Reading } from '../reading.js';
import type { PreparedOutput, PreparedTarget } from './preparation.js';

/** The answers of a table's rows: a class each, or [rows][targets] numbers as they stand. */
export interface Answers {
  readonly labels: Uint16Array;
  readonly targets?: Float32Array;
}

/** Whole numbers of which there are more are amounts, not classes, unless the user says otherwise. */
const MOST_NUMBERED_CLASSES = 20;
const MOST_LISTED = 6;
const NO_ANSWER = 'expected a value to be predicted, got none. Mend it, or leave such rows out: --missing drop.';

/**
 * What the classes of a target are called, those that occur or that its file names, in the order of their numbers; undefined where it is a regression.
 * @throws {NablaError | RangeError}
 */
export function classesOf(table: Table, targets: readonly number[], task: Reading['task']): string[] | undefined {
  if (targets.length > 1 || task === 'regression') {
    checkAreNumbers(table, targets, task);
    return undefined;
  }
  const [k] = targets;
  const { name, kind, classNames } = table.columns[k];
  if (classNames) return [...classNames];
  const amounts = kind === 'number' && task !== 'classification';
  const limit = amounts ? MOST_NUMBERED_CLASSES : MOST_CLASSES;
  const values = distinctValues(table, k, limit);
  const broken = kind === 'number' ? values.find((value) => !Number.isInteger(value)) : undefined;
  if (amounts && (broken !== undefined || values.length > limit)) return undefined;
  if (broken !== undefined) throw wrongValue('task', `whole numbers in ${quoted(name)}, or words, for classes`, broken);
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${table.name}: ${what}`);
  if (values.length > limit)
    throw bad(`${quoted(name)}: expected at most ${count(limit)} classes, got more.${kind === 'number' ? ' Amounts: --task regression.' : ''}`);
  if (values.length < 2)
    throw bad(
      `the target ${quoted(name)} has ${values.length === 1 ? `one class (${quoted(textOf(table, k, values[0]))})` : 'no value'}, and there is nothing to tell apart.`,
    );
  return values.map((value) => textOf(table, k, value));
}

function checkAreNumbers({ columns }: Table, targets: readonly number[], task: Reading['task']): void {
  const words = targets.find((k) => columns[k].kind === 'words');
  if (words !== undefined)
    throw wrongValue(targets.length > 1 ? 'target' : 'task', 'columns of numbers for a regression', columns[words].name, 'That holds words.');
  if (task === 'classification') throw wrongValue('target', 'one column for a classification', targets.length);
}

/** The values that occur, from the least; of more than `limit` only so many and one. */
function distinctValues({ cells, columns, rows }: Table, k: number, limit: number): number[] {
  const there = new Set<number>();
  for (let row = 0; row < rows && there.size <= limit; row++) {
    const value = cells[row * columns.length + k];
    if (!Number.isNaN(value)) there.add(value);
  }
  return [...there].sort((a, b) => a - b);
}

/** What a value of a target is called as a class. */
function textOf({ columns }: Table, k: number, x: number): string {
  const { kind, words = [], classNames = [] } = columns[k];
  return kind === 'words' ? words[x] : kind === 'boolean' ? String(x === 1) : (classNames[x] ?? String(x + 0));
}

/**
 * The answer of every row.
 * @param from the target's columns in the table
 * @throws {NablaError} BAD_DATA for a row without an answer, or with a class that there is not
 */
export function answersOf(table: Table, target: PreparedTarget, from: readonly number[]): Answers {
  return target.kind === 'classes'
    ? { labels: labelsOf(table, from[0], target.names) }
    : { labels: new Uint16Array(0), targets: numbersOf(table, from) };
}

function labelsOf(table: Table, k: number, names: readonly string[]): Uint16Array {
  const { rows, columns, cells } = table;
  const numbers = new Map(names.map((name, n) => [name, n]));
  const known = new Map<number, number | undefined>();
  const labels = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = cells[row * columns.length + k];
    if (Number.isNaN(x)) throw badCell(table, row, k, NO_ANSWER);
    if (!known.has(x)) known.set(x, classCalled(textOf(table, k, x), numbers));
    const label = known.get(x);
    if (label === undefined)
      throw badCell(table, row, k, `expected one of the ${names.length} classes ${namesText(names)}, got ${quoted(textOf(table, k, x))}.`);
    labels[row] = label;
  }
  return labels;
}

/** The number of a class; one that is a number, or true or false, may be written in another way: 1.0 for 1. */
export function classCalled(text: string, numbers: ReadonlyMap<string, number>): number | undefined {
  const [number, truth] = [numberOf(text), booleanOf(text)];
  const plain = number === undefined ? (truth === undefined ? text : String(truth === 1)) : String(number);
  return numbers.get(text) ?? numbers.get(plain);
}

export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).map(quoted);
  return listed(names.length > MOST_LISTED ? [...shown, 'so on'] : shown);
}

function numbersOf(table: Table, from: readonly number[]): Float32Array {
  const { rows, columns, cells } = table;
  const targets = new Float32Array(rows * from.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (const k of from) {
      const x = cells[row * columns.length + k];
      if (Number.isNaN(x)) throw badCell(table, row, k, NO_ANSWER);
      targets[at++] = x;
    }
  }
  return targets;
}

/** Numbers to be predicted as a network learns them: (y - mean) / deviation, in place. @param targets [rows][outputs] */
export function standardised(targets: Float32Array, outputs: readonly PreparedOutput[]): Float32Array {
  const K = outputs.length;
  for (let at = 0; at < targets.length; at++) {
    const { mean, deviation } = outputs[at % K];
    targets[at] = (targets[at] - mean) / deviation;
  }
  return targets;
}

/** What a network says of such numbers, in their own unit: a · deviation + mean, in float64. @param outputs [K], a^L */
export function inOwnUnits(outputs: ArrayLike<number>, columns: readonly PreparedOutput[]): number[] {
  return columns.map(({ mean, deviation }, k) => outputs[k] * deviation + mean);
}
