// A data set from tables: what its columns are for, a split that keeps the share of every class, a preparation that is fitted on the
// training part or was fitted before, and the matrices of inputs and answers. The tables' cells are used up.

import { byteCellsFor, cellsFor, numberedNames, type Table, type Tables } from '../../tables/table.js';
import { type Dataset, type Samples, SPLITS } from '../dataset.js';
import { BYTE_SCALE, type Reading } from '../reading.js';
import { applied, reorderRows } from './apply.js';
import { decisionsOf } from './decisions.js';
import { fitColumns, fitOutputs } from './fit.js';
import { type Located, located, withWords } from './locate.js';
import { type ColumnDecision, inputsOf, type Preparation, type Prepared, type PreparedTarget, type ScaleName } from './preparation.js';
import { columnOf, type Roles, rolesOf } from './roles.js';
import { completeRowNumbers, completeRows, type RowSplit, splitRows } from './rows.js';
import { arePixels, type ColumnSummary, isOfBytes, summarise } from './summary.js';
import { type Answers, answersOf, classesOf, standardised } from './target.js';
import { unknownWords } from './unknown-words.js';

export interface OwnDataOptions {
  /** What the data set is called. */
  readonly name: string;
  readonly reading: Reading;
  readonly seed: number;
  /** How a network that is trained already has its columns: they are looked for, and nothing is fitted. */
  readonly prepared?: Prepared;
}

/** The columns of a table, what they are for, and their answers, before the split. */
export interface Opened {
  readonly table: Table;
  /** Numbers of its rows among those that were read, from 0; absent where none was left out. */
  readonly numbers?: Uint32Array;
  readonly roles: Roles;
  readonly classes?: readonly string[];
  readonly answers: Answers;
}

/** Tables whose columns have their roles and whose rows have their parts; nothing is prepared yet. */
export interface OpenedTables {
  readonly tables: Tables;
  /** The first of them. */
  readonly opened: Opened;
  /** Rows of it, by their numbers there. */
  readonly split: RowSplit;
}

/** A data set, split as it is or as its options say. @throws {NablaError} BAD_DATA, naming file, row and column */
export function datasetOfTables(tables: Tables, options: OwnDataOptions): Dataset {
  return datasetOfOpened(openTables(tables, options), options);
}

/** What the columns are for, and which rows. @throws {NablaError} BAD_DATA */
export function openTables(tables: Tables, { name, reading, seed, prepared }: OwnDataOptions): OpenedTables {
  const opened = prepared ? openPrepared(tables.training, prepared.preparation, reading) : openTable(tables.training, reading);
  return { tables, opened, split: splitOf(opened, tables, { name, reading, seed }) };
}

/**
 * Which rows are for what.
 * @param has which parts have tables of their own
 * @param rows how many, the first ones, are split. Default: all
 */
export function splitOf(
  { table, classes, answers }: Opened,
  has: Partial<Record<'validation' | 'test', unknown>>,
  { name, reading, seed }: OwnDataOptions,
  rows = table.rows,
): RowSplit {
  return splitRows({
    name,
    rows,
    ...(classes && { labels: answers.labels.subarray(0, rows) }),
    classes: classes?.length ?? 1,
    hasValidation: has.validation !== undefined,
    hasTest: has.test !== undefined,
    inOrder: table.picture !== undefined && has.test !== undefined,
    split: reading.split,
    ...(typeof reading.validation === 'number' && { validation: reading.validation }),
    seed,
  });
}

/**
 * A data set of some rows of a table, prepared as the rows for training say, and none for validation. The table stays as it is, so that other
 * rows can be taken of it, too.
 * @throws {NablaError} BAD_DATA, naming file, row and column
 */
export function datasetOfParts(
  opened: Opened,
  { training, test }: Pick<RowSplit, 'training' | 'test'>,
  { name, reading }: Pick<OwnDataOptions, 'name' | 'reading'>,
): Dataset {
  const how = fitted(opened, reading, training);
  const rows = new Uint32Array(training.length + test.length);
  rows.set(training);
  rows.set(test, training.length);
  const all = rows.map((_, k) => k);
  const split = { training: all.subarray(0, training.length), validation: all.subarray(0, 0), test: all.subarray(training.length) };
  return assembled(name, how, splitParts(copied(opened, rows), how.preparation, split), decisionsOf(opened.table, opened.roles, how));
}

/** Some rows with their answers, as a table of their own. */
function copied(opened: Opened, rows: Uint32Array): Opened {
  const { table, answers, roles } = opened;
  const { cells, columns } = table;
  const C = columns.length;
  const own = cells instanceof Uint8Array ? byteCellsFor(rows.length, C) : cellsFor(rows.length, C);
  for (const [k, row] of rows.entries()) own.set(cells.subarray(row * C, (row + 1) * C), k * C);
  const K = roles.targets.length;
  const { targets } = answers;
  const taken = targets && new Float32Array(rows.length * K);
  if (taken) for (const [k, row] of rows.entries()) taken.set(targets.subarray(row * K, (row + 1) * K), k * K);
  return {
    ...opened,
    table: { ...table, rows: rows.length, cells: own, place: (row) => table.place(rows[row]) },
    answers: taken ? { labels: answers.labels, targets: taken } : { labels: Uint16Array.from(rows, (row) => answers.labels[row]) },
  };
}

/** The data set of tables that are opened. @throws {NablaError} BAD_DATA, naming file, row and column */
export function datasetOfOpened({ tables, opened, split }: OpenedTables, { name, reading, prepared }: OwnDataOptions): Dataset {
  const { table, roles } = opened;
  const how = prepared ?? fitted(opened, reading, split.training);
  const { preparation } = how;
  const decisions = decisionsOf(table, roles, how);
  const drops = reading.missing === 'drop';
  const warnings = prepared ? unknownWords(table, preparation, roles.features) : [];
  const parts = splitParts(opened, preparation, split);
  const beside = (given: Table): Samples => samplesOf(given, preparation, drops, warnings);
  if (tables.validation) parts.validation = beside(tables.validation);
  if (tables.test) parts.test = beside(tables.test);
  const whole = assembled(name, how, parts, decisions);
  const { picture } = table;
  const isPicture = picture !== undefined && preparation.plain?.count === picture.height * picture.width * picture.channels;
  const { height = 0, width = 0, channels = 0 } = picture ?? {};
  return withWarnings(isPicture ? { ...whole, picture: { height, width, channels } } : whole, [...(tables.warnings ?? []), ...warnings]);
}

/** Samples beside a network that is trained already: all of them are for any part but validation, which is empty unless it has a table of its own. */
export function datasetOfPrepared(tables: Tables, prepared: Prepared, { name, reading }: Pick<OwnDataOptions, 'name' | 'reading'>): Dataset {
  const { preparation } = prepared;
  const drops = reading.missing === 'drop';
  const warnings: string[] = [];
  const samples = (given: Table): Samples => samplesOf(given, preparation, drops, warnings);
  const all = samples(tables.training);
  const test = tables.test ? samples(tables.test) : all;
  const validation = tables.validation ? samples(tables.validation) : noneOf(all);
  return withWarnings(assembled(name, prepared, { training: all, validation, test }), [...(tables.warnings ?? []), ...warnings]);
}

const withWarnings = (data: Dataset, warnings: readonly string[]): Dataset => (warnings.length > 0 ? { ...data, warnings } : data);

const noneOf = ({ values, labels, targets }: Samples): Samples => ({
  values: values.subarray(0, 0),
  labels: labels.subarray(0, 0),
  ...(targets && { targets: targets.subarray(0, 0) }),
});

/** What the columns of a table are for, and its answers. @throws {NablaError} BAD_DATA */
export function openTable(given: Table, reading: Reading): Opened {
  const { categorical = [], task, missing } = reading;
  const worded = withWords(
    given,
    categorical.map((name) => columnOf('categorical', name, given)),
  );
  const summaries = summarise(worded);
  const roles = rolesOf(worded, reading, summaries);
  const needed = [...roles.features, ...roles.targets];
  const numbers = missing === 'drop' ? completeRowNumbers(worded, needed) : undefined;
  const table = missing === 'drop' ? completeRows(worded, needed) : worded;
  const classes = classesOf(table, roles.targets, task);
  const target: PreparedTarget = classes ? { kind: 'classes', name: '', names: classes } : { kind: 'numbers', columns: [] };
  return { table, ...(numbers && { numbers }), roles, ...(classes && { classes }), answers: answersOf(table, target, roles.targets) };
}

const NO_INPUT = 'left out: the network was trained without it';

function openPrepared(given: Table, preparation: Preparation, { missing }: Reading): Opened {
  const { features, targets, table } = openedAs(given, preparation, missing === 'drop');
  const leftOut = new Map(table.columns.flatMap((_, k) => (features.includes(k) || targets.includes(k) ? [] : [[k, NO_INPUT]])));
  const { target } = preparation;
  const answers = answersOf(table, target, targets);
  return { table, roles: { features, targets, leftOut }, ...(target.kind === 'classes' && { classes: target.names }), answers };
}

function fitted({ table, roles, classes }: Opened, { scale: asked = 'auto', missing }: Reading, training: Uint32Array): Prepared {
  const { features, targets, leftOut } = roles;
  const { columns, named, picture } = table;
  const summaries = summarise(table);
  const areNumbers = features.every((k) => columns[k].kind === 'number');
  const areBytes = areNumbers && features.every((k) => isOfBytes(summaries[k]));
  const scale = asked === 'auto' ? autoScale(areBytes && isPicture(table, roles, summaries)) : asked;
  const target: PreparedTarget = classes
    ? { kind: 'classes', name: columns[targets[0]].name, names: classes }
    : { kind: 'numbers', columns: fitOutputs(table, training, targets) };
  const used = [...features, ...targets].sort((a, b) => a - b);
  const common = {
    named,
    target,
    targetsAt: targets.map((k) => used.indexOf(k)),
    ...(picture && leftOut.size === 0 && { picture: { width: picture.width, height: picture.height, channels: picture.channels } }),
  };
  if (!areBytes || missing !== undefined || scale === 'minmax' || scale === 'standard')
    return { preparation: { ...common, columns: fitColumns({ table, rows: training, features, scale, missing }) }, scale: 1 };
  const names = named || leftOut.size > 0 ? { names: features.map((k) => columns[k].name) } : {};
  return { preparation: { ...common, columns: [], plain: { count: features.length, ...names } }, scale: factorOf(scale) };
}

const autoScale = (arePixels: boolean): '255' | 'standard' => (arePixels ? '255' : 'standard');
const factorOf = (scale: Exclude<ScaleName, 'auto' | 'minmax' | 'standard'> | number): number =>
  typeof scale === 'number' ? scale : scale === '255' ? BYTE_SCALE : 1;

/** Whether inputs that are bytes are pixels: the reader says so, or they look like it. */
function isPicture({ picture }: Table, { features }: Roles, summaries: readonly ColumnSummary[]): boolean {
  return picture !== undefined || arePixels(features.map((k) => summaries[k]));
}

type Parts = Record<'training' | 'validation' | 'test', Samples>;

/** Inputs in the order of the split, one part after another, and the answers with them. */
function splitParts({ table, roles, answers }: Opened, preparation: Preparation, { training, validation, test }: RowSplit): Parts {
  const I = inputsOf(preparation);
  const order = new Uint32Array(table.rows);
  order.set(training);
  order.set(validation, training.length);
  order.set(test, training.length + validation.length);
  const { labels, targets } = taken(answers, preparation, order);
  const values = applied(table, preparation, roles.features);
  reorderRows(values, I, order);
  const K = targets ? roles.targets.length : 0;
  const part = (begin: number, end: number): Samples => ({
    values: values.subarray(begin * I, end * I),
    labels: labels.subarray(targets ? 0 : begin, targets ? 0 : end),
    ...(targets && { targets: targets.subarray(begin * K, end * K) }),
  });
  const [first, second] = [training.length, training.length + validation.length];
  return { training: part(0, first), validation: part(first, second), test: part(second, table.rows) };
}

/** Answers in another order, as a network learns them. */
function taken({ labels, targets }: Answers, { target }: Preparation, order: Uint32Array): Answers {
  if (target.kind === 'classes' || !targets) return { labels: Uint16Array.from(order, (row) => labels[row]) };
  const K = target.columns.length;
  const ordered = new Float32Array(targets.length);
  for (const [k, row] of order.entries()) ordered.set(targets.subarray(row * K, (row + 1) * K), k * K);
  return { labels, targets: standardised(ordered, target.columns) };
}

/** A table with the columns of a preparation. */
function openedAs(given: Table, preparation: Preparation, drops: boolean): Located {
  const found = located(given, preparation, true);
  return drops ? { ...found, table: completeRows(found.table, [...found.features, ...found.targets]) } : found;
}

/** All rows of a table that was not fitted on. @param warnings where what is odd about them is added */
function samplesOf(given: Table, preparation: Preparation, drops: boolean, warnings: string[]): Samples {
  const { table, features, targets } = openedAs(given, preparation, drops);
  warnings.push(...unknownWords(table, preparation, features));
  const answers = answersOf(table, preparation.target, targets);
  const values = applied(table, preparation, features);
  const { target } = preparation;
  return { values, ...answers, ...(answers.targets && target.kind === 'numbers' && { targets: standardised(answers.targets, target.columns) }) };
}

function assembled(name: string, read: Prepared, parts: Parts, decisions?: readonly ColumnDecision[]): Dataset {
  const { preparation, scale, ...samples } = ofOneKind(read, parts);
  const { target } = preparation;
  const names = target.kind === 'classes' ? target.names : undefined;
  return {
    name,
    inputs: inputsOf(preparation),
    classes: target.kind === 'classes' ? target.names.length : target.columns.length,
    ...(names && !names.every((called, k) => called === String(k)) && { classNames: names }),
    scale,
    ...samples,
    preparation,
    ...(decisions && { decisions }),
  };
}

/** Plain columns are bytes in all parts: where one has other numbers, all become inputs here, and their preparation says how. */
function ofOneKind(read: Prepared, parts: Parts): Prepared & Parts {
  const { preparation, scale } = read;
  const { plain } = preparation;
  if (!plain || SPLITS.every((split) => parts[split].values instanceof Uint8Array)) return { ...read, ...parts };
  const divide = 1 / scale;
  const names = plain.names ?? numberedNames(plain.count);
  const columns = names.map((column) => ({ name: column, kind: 'number', subtract: 0, divide }) as const);
  const { plain: _, ...others } = preparation;
  const inputs = (samples: Samples): Samples => ({ ...samples, values: Float32Array.from(samples.values, (value) => value / divide) });
  const { training, validation, test } = parts;
  return { preparation: { ...others, columns }, scale: 1, training: inputs(training), validation: inputs(validation), test: inputs(test) };
}
