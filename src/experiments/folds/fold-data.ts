// The samples of a cross-validation: which there are, in which fold each is, and the data set of each fold's run, whose test samples are
// the fold and whose training samples are all others. Plain samples lie in memory once, fold after fold, and each run sees some of them:
//
//   fold 1 | fold 2 | fold 3 | fold 1 | fold 2 | fold 3        the training samples of fold 2 begin at fold 3 and end with fold 1
//
// Columns of files are prepared anew for each fold, from its training rows alone; each run then has a data set of its own.

import { datasetOfParts, type Opened, openTable, splitOf } from '../../data/columns/from-tables.js';
import type { PreparedOutput } from '../../data/columns/preparation.js';
import { columnOf } from '../../data/columns/roles.js';
import { countSamples, type Dataset, isRegression, type Samples } from '../../data/dataset.js';
import { type FoldOrder, foldOfEach, orderOfFolds } from '../../data/folds.js';
import { datasetOf, readSource } from '../../data/load.js';
import { type Reading, readingOf } from '../../data/reading.js';
import { wrongValue } from '../../errors.js';
import type { StoredData } from '../../parallel/memory/sample-store.js';
import { Random } from '../../random.js';
import { joined } from '../../tables/join.js';
import { badCell, byteCellsFor, cellsFor, quoted, type Table, type Tables } from '../../tables/table.js';
import { plural } from '../../text.js';
import type { CheckedFolds } from './folds-options.js';

/** The samples of all folds together, in the order of their source. */
interface Pool {
  readonly name: string;
  readonly samples: number;
  readonly testSamples: number;
  /** The class of each, or [samples][numbers] in their own units. */
  readonly labels?: Uint16Array;
  readonly targets?: Float32Array;
  readonly classNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** Number of each in its source, from 0. */
  readonly numbers: Uint32Array;
  readonly groups?: Grouping;
  readonly warnings: readonly string[];
  /** The data sets, once it is known who is in which fold. */
  dataIn(order: FoldOrder): FoldSets;
}

interface Grouping {
  /** The number of each sample's group, from 0. */
  readonly of: Uint32Array;
  readonly count: number;
}

interface FoldSets {
  /** Samples that all folds have in common; absent where each has its own. */
  readonly stored?: StoredData;
  /** The data of a fold's run, counted from 0. */
  of(fold: number): Dataset;
}

export interface FoldData extends Omit<Pool, 'dataIn'>, FoldSets {
  readonly order: FoldOrder;
  /** The fold of each sample, from 0. */
  readonly foldOf: Uint16Array;
}

/** Reads the samples and deals them out. @throws {RangeError | NablaError} for what cannot be read or dealt out so */
export async function openFolds({ folds, group, options, signal }: CheckedFolds): Promise<FoldData> {
  const { data = 'mnist', seed = 1 } = options;
  const { dataIn, ...pool } =
    typeof data === 'string'
      ? await poolOfSource(data, options, { seed, group, signal })
      : poolOfDataset(await datasetOf(data, readingOf(options)), groupsOfList(group));
  const { samples, labels, groups, classNames } = pool;
  const called = (label: number): string => classNames?.[label] ?? String(label);
  const random = Random.stream(seed, 'folds');
  const foldOf = foldOfEach({ folds, samples, ...(labels && { labels }), ...(groups && { groups: groups.of }), random }, called);
  const order = orderOfFolds(foldOf, folds);
  const warnings = [...pool.warnings, ...(groups && labels ? fewGroups(groups, labels, folds, called) : [])];
  return { ...pool, warnings, ...dataIn(order), order, foldOf };
}

interface Asked extends Pick<CheckedFolds, 'group' | 'signal'> {
  readonly seed: number;
}

async function poolOfSource(source: string, options: CheckedFolds['options'], { seed, group, signal }: Asked): Promise<Pool> {
  if (typeof group === 'object') throw wrongValue('group', 'a column of the data, which are read from files', group);
  const read = await readSource(source, { seed, ...(signal && { signal }), ...readingOf(options) });
  if (!read.dataset) return poolOfTables(read.name, read.tables, read.reading, { seed, group });
  if (group !== undefined) throw wrongValue('group', `none for '${read.name}', which has no columns`, group);
  return poolOfDataset(read.dataset, undefined);
}

// Samples that are inputs already.

/** @param groups a value for each sample */
function poolOfDataset(data: Dataset, groups: readonly (string | number)[] | undefined, numbers?: Uint32Array): Pool {
  const [training, validation] = [countSamples(data, 'training'), countSamples(data, 'validation')];
  const samples = training + validation;
  if (groups && groups.length !== samples)
    throw wrongValue('group', `${samples} values, one for each sample for training and validation`, groups.length);
  const { preparation, classNames } = data;
  const target = preparation?.target;
  const isFitted = preparation !== undefined && !preparation.plain;
  const said = isFitted ? ['The columns of the data were prepared before: what was fitted there has seen the samples of every fold.'] : [];
  const targets = isRegression(data) ? both(data, ({ targets }) => targets as Float32Array, Float32Array) : undefined;
  const outputs = target?.kind === 'numbers' ? target.columns : undefined;
  return {
    name: data.name,
    samples,
    testSamples: countSamples(data, 'test'),
    ...(targets ? { targets: outputs ? inUnits(targets, outputs) : targets } : { labels: both(data, ({ labels }) => labels, Uint16Array) }),
    ...(classNames && { classNames }),
    ...(outputs && { outputNames: outputs.map(({ name }) => name) }),
    numbers: numbers ?? Uint32Array.from({ length: samples }, (_, k) => k),
    ...(groups && { groups: grouping(groups) }),
    warnings: [...(data.warnings ?? []), ...said],
    dataIn: (order) => ringOf(data, order),
  };
}

function both<T extends Uint16Array | Float32Array>(data: Dataset, of: (samples: Samples) => T, Kind: new (length: number) => T): T {
  const [training, validation] = [of(data.training), of(data.validation)];
  const all = new Kind(training.length + validation.length);
  all.set(training);
  all.set(validation, training.length);
  return all;
}

const inUnits = (targets: Float32Array, outputs: readonly PreparedOutput[]): Float32Array =>
  targets.map((y, at) => y * outputs[at % outputs.length].deviation + outputs[at % outputs.length].mean);

/** Rows in the order of the folds, twice, so that those of all folds but one lie one after another. @param second those behind the first */
function doubled<T extends Uint8Array | Uint16Array | Float32Array>(first: T, second: T, width: number, order: Uint32Array, ring: T): T {
  const own = first.length / width;
  for (const [k, sample] of order.entries()) {
    const [from, row] = sample < own ? [first, sample] : [second, sample - own];
    ring.set(from.subarray(row * width, (row + 1) * width), k * width);
  }
  ring.copyWithin(order.length * width, 0, order.length * width);
  return ring;
}

function ringOf(data: Dataset, { order, starts }: FoldOrder): FoldSets {
  const { warnings: _, training, validation, test: __, ...about } = data;
  const { name, inputs: I, classes: K } = about;
  const S = order.length;
  const areNumbers = isRegression(data);
  const room = training.values instanceof Uint8Array ? byteCellsFor(2 * S, I) : cellsFor(2 * S, I);
  const values = doubled<Uint8Array | Float32Array>(training.values, validation.values, I, order, room);
  const labels = areNumbers ? new Uint16Array(0) : doubled(training.labels, validation.labels, 1, order, new Uint16Array(2 * S));
  const targets =
    training.targets && doubled(training.targets, validation.targets ?? training.targets.subarray(0, 0), K, order, new Float32Array(2 * S * K));
  const part = (begin: number, end: number): Samples => ({
    values: values.subarray(begin * I, end * I),
    labels: labels.subarray(areNumbers ? 0 : begin, areNumbers ? 0 : end),
    ...(targets && { targets: targets.subarray(begin * K, end * K) }),
  });
  return {
    stored: { data: { ...about, training: part(0, S), validation: part(0, 0), test: part(0, 0) }, ring: true },
    of: (fold) => {
      const [begin, end] = [starts[fold], starts[fold + 1]];
      const called = nameOf(name, fold, starts.length - 1);
      return { ...about, name: called, training: part(end, begin + S), validation: part(0, 0), test: part(begin, end) };
    },
  };
}

const nameOf = (name: string, fold: number, folds: number): string => `${name}, without fold ${fold + 1} of ${folds}`;

// Rows of files.

function poolOfTables(name: string, tables: Tables, given: Reading, { seed, group }: { seed: number; group: string | number | undefined }): Pool {
  const training = tables.validation ? joined([tables.training, tables.validation]) : tables.training;
  const opened = openedWithGroup(training, given, group);
  const { table, answers, classes, roles } = opened;
  const numbers = opened.numbers ?? Uint32Array.from({ length: table.rows }, (_, row) => row);
  // As `train` splits them, so that those for the test are the same.
  const own = numbers.filter((row) => row < tables.training.rows).length;
  const split = splitOf(opened, tables, { name, reading: given, seed }, own);
  const isTest = new Uint8Array(table.rows);
  for (const row of split.test) isTest[row] = 1;
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row).filter((row) => isTest[row] === 0);
  const K = roles.targets.length;
  const targets =
    answers.targets && Float32Array.from({ length: rows.length * K }, (_, at) => answers.targets?.[rows[Math.floor(at / K)] * K + (at % K)] ?? 0);
  const names = classes?.every((called, k) => called === String(k)) ? undefined : classes;
  const column = group === undefined ? -1 : columnOf('group', group, table);
  const reading = { ...given, validation: undefined };
  const fitted = (order: FoldOrder): FoldSets => ownRows(opened, rows, order, { name, reading });
  const plain = classes && datasetOfPlain(opened, rows, { name, reading });
  return {
    name,
    samples: rows.length,
    testSamples: tables.test ? tables.test.rows : split.test.length,
    ...(targets ? { targets } : { labels: Uint16Array.from(rows, (row) => answers.labels[row]) }),
    ...(names && { classNames: names }),
    ...(!classes && { outputNames: roles.targets.map((k) => table.columns[k].name) }),
    numbers: Uint32Array.from(rows, (row) => numbers[row]),
    ...(column >= 0 && { groups: grouping(Array.from(rows, (row) => groupAt(table, row, column))) }),
    warnings: tables.warnings ?? [],
    dataIn: plain ? (order) => ringOf(plain, order) : fitted,
  };
}

/** The table without the column of groups among its inputs. */
function openedWithGroup(table: Table, reading: Reading, group: string | number | undefined): Opened {
  if (group === undefined) return openTable(table, reading);
  const k = columnOf('group', group, table);
  const { name, kind } = table.columns[k];
  const isNamed = (wanted: readonly (string | number)[] | undefined, what: string): boolean =>
    wanted?.some((one) => columnOf(what, one, table) === k) ?? false;
  if (isNamed(reading.target === undefined ? undefined : [reading.target].flat(), 'target') || isNamed(reading.features, 'features'))
    throw wrongValue('group', 'a column beside the target and the inputs', name);
  if (kind === 'date')
    throw wrongValue('group', 'a column of words or numbers', name, `It holds dates: --categorical ${quoted(name)} takes them for words.`);
  const opened = openTable(table, { ...reading, drop: [...(reading.drop ?? []), name] });
  return { ...opened, roles: { ...opened.roles, leftOut: new Map([...opened.roles.leftOut, [k, 'left out: rows are grouped by it']]) } };
}

function groupAt(table: Table, row: number, k: number): number {
  const value = table.cells[row * table.columns.length + k];
  if (Number.isNaN(value)) throw badCell(table, row, k, 'expected a value to group rows by, got none.');
  return value;
}

/** Of columns that are taken as they are, on whatever rows; undefined where they are fitted on some. */
function datasetOfPlain(opened: Opened, rows: Uint32Array, how: { name: string; reading: Reading }): Dataset | undefined {
  const one = datasetOfParts(opened, { training: rows.subarray(0, 1), test: rows.subarray(0, 0) }, how);
  return one.preparation?.plain ? datasetOfParts(opened, { training: rows, test: rows.subarray(0, 0) }, how) : undefined;
}

/** Each fold with columns that are fitted on its own training rows. */
function ownRows(opened: Opened, rows: Uint32Array, { order, starts }: FoldOrder, { name, reading }: { name: string; reading: Reading }): FoldSets {
  const all = order.map((sample) => rows[sample]);
  return {
    of: (fold) => {
      const [begin, end] = [starts[fold], starts[fold + 1]];
      const training = new Uint32Array(all.length - (end - begin));
      training.set(all.subarray(end));
      training.set(all.subarray(0, begin), all.length - end);
      return datasetOfParts(opened, { training, test: all.subarray(begin, end) }, { name: nameOf(name, fold, starts.length - 1), reading });
    },
  };
}

// Groups.

function groupsOfList(group: CheckedFolds['group']): readonly (string | number)[] | undefined {
  if (group === undefined || typeof group === 'object') return group;
  throw wrongValue('group', 'a list with a value for each sample, beside a data set', group);
}

/** Groups by numbers, in the order in which they first occur. */
function grouping(values: readonly (string | number)[]): Grouping {
  const numbers = new Map<string | number, number>();
  const of = Uint32Array.from(values, (value) => {
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  });
  return { of, count: numbers.size };
}

/** Classes that cannot be in each fold, or of which a network may have seen nothing. */
function fewGroups({ of }: Grouping, labels: Uint16Array, folds: number, called: (label: number) => string): string[] {
  const groups = new Map<number, Set<number>>();
  for (const [k, label] of labels.entries()) {
    const there = groups.get(label) ?? new Set();
    groups.set(label, there.add(of[k]));
  }
  const few = [...groups].filter(([, there]) => there.size < folds).sort((a, b) => a[1].size - b[1].size);
  if (few.length === 0) return [];
  const [label, { size }] = few[0];
  const more = few.length > 1 ? `, and ${few.length - 1} more in fewer than ${folds}` : '';
  const unseen = size === 1 ? ' The network that is tested on it has not learnt it.' : '';
  return [`Class ${quoted(called(label))} is in ${plural(size, 'group')}${more}: some folds have no sample of it.${unseen}`];
}
