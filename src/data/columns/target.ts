// What is to be predicted: whether a target's values are classes or numbers, what the classes are called, and the answer of each row.

import { NablaError, wrongValue } from '../../errors.js';
import { booleanOf, numberOf } from '../../tables/kinds.js';
import { badCell, quoted, type Table } from '../../tables/table.js';
import { count, listed } from '../../text.js';
import { MOST_CLASSES } from '../dataset.js';
import type { Reading } from '../reading.js';
import type { PreparedOutput, PreparedTarget } from './preparation.js';
import type { ColumnSummary } from './summary.js';

/** The answers of a table's rows: a class each, or [rows][targets] numbers as they stand. */
export interface Answers {
  readonly labels: Uint16Array;
  readonly targets?: Float32Array;
}

/** Whole numbers of which there are more are amounts, not classes, unless the user says otherwise. */
const MOST_NUMBERED_CLASSES = 20;
const MOST_LISTED = 6;
const NO_ANSWER = 'expected a value to be predicted, got none. Mend it, or leave such rows out: --missing drop.';

/** What the classes of a target are called, in the order of their numbers; undefined where it is a regression. @throws {NablaError | RangeError} */
export function classesOf(
  table: Table,
  targets: readonly number[],
  task: Reading['task'],
  summaries: readonly ColumnSummary[],
): string[] | undefined {
  const words = targets.find((k) => table.columns[k].kind === 'words');
  const [first] = targets;
  const called = quoted(table.columns[words ?? first].name);
  if (targets.length > 1 || task === 'regression') {
    if (words !== undefined)
      throw wrongValue(targets.length > 1 ? 'target' : 'task', `columns of numbers for a regression`, `${called}, which holds words`);
    if (task === 'classification') throw wrongValue('target', 'one column for a classification', targets.length);
    return undefined;
  }
  const { kind, words: names } = table.columns[first];
  const named =
    kind === 'words' ? [...(names ?? [])] : kind === 'boolean' ? ['false', 'true'] : numberedClasses(table, first, task, summaries[first]);
  if (named === undefined) return undefined;
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${table.name}: ${what}`);
  if (named.length > MOST_CLASSES)
    throw bad(`${called}: expected at most ${count(MOST_CLASSES)} classes, got ${count(named.length)}. --task regression takes numbers as they are.`);
  if (named.length < 2)
    throw bad(`the target ${called} has one class (${named.length === 1 ? quoted(named[0]) : 'none'}), and there is nothing to tell apart.`);
  return named;
}

function numberedClasses(
  { cells, columns, rows }: Table,
  k: number,
  task: Reading['task'],
  { whole, least, most }: ColumnSummary,
): string[] | undefined {
  if (!whole || most - least >= MOST_CLASSES) {
    if (task === 'classification') throw wrongValue('task', `whole numbers in ${quoted(columns[k].name)}, or words, for classes`, 'others');
    return undefined;
  }
  const limit = task === 'classification' ? MOST_CLASSES : MOST_NUMBERED_CLASSES;
  const there = new Set<number>();
  for (let row = 0; row < rows && there.size <= limit; row++) {
    const value = cells[row * columns.length + k];
    if (!Number.isNaN(value)) there.add(value);
  }
  if (there.size > limit) return undefined;
  return [...there].sort((a, b) => a - b).map(String);
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
  const { kind, words = [] } = columns[k];
  const numbers = new Map(names.map((name, n) => [name, n]));
  const textOf = (x: number): string => (kind === 'words' ? words[x] : kind === 'boolean' ? (x === 1 ? 'true' : 'false') : String(x));
  const known = new Map<number, number | undefined>();
  const labels = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = cells[row * columns.length + k];
    if (Number.isNaN(x)) throw badCell(table, row, k, NO_ANSWER);
    if (!known.has(x)) known.set(x, classCalled(textOf(x), numbers));
    const label = known.get(x);
    if (label === undefined)
      throw badCell(table, row, k, `expected one of the ${names.length} classes ${namesText(names)}, got ${quoted(textOf(x))}.`);
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
