// A data set from tables: what its columns are for, a split that keeps the share of every class, a preparation that is fitted on the
// training part or was fitted before, and the matrices of inputs and answers. The tables' cells are used up.

import type { Table, Tables } from '../../tables/table.js';
import { type Dataset, type Samples, SPLITS } from '../dataset.js';
import { BYTE_SCALE, type Reading } from '../reading.js';
import { applied, reorderRows } from './apply.js';
import { decisionsOf } from './decisions.js';
import { fitColumns, fitOutputs } from './fit.js';
import { located, withWords } from './locate.js';
import { type ColumnDecision, inputsOf, type Preparation, type PreparedTarget, type ScaleName } from './preparation.js';
import { type Roles, rolesOf } from './roles.js';
import { completeRows, type RowSplit, splitRows } from './rows.js';
import { type ColumnSummary, summarise } from './summary.js';
import { type Answers, answersOf, classesOf, standardised } from './target.js';

export interface OwnDataOptions {
  /** What the data set is called. */
  readonly name: string;
  readonly reading: Reading;
  readonly seed: number;
}

/** The columns of a table, what they are for, and their answers, before the split. */
interface Opened {
  readonly table: Table;
  readonly roles: Roles;
  readonly summaries: readonly ColumnSummary[];
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

/** A data set whose preparation is fitted on its training part. @throws {NablaError} BAD_DATA, naming file, row and column */
export function datasetOfTables(tables: Tables, options: OwnDataOptions): Dataset {
  return datasetOfOpened(openTables(tables, options), options);
}

/** What the columns are for, and which rows. @throws {NablaError} BAD_DATA */
export function openTables(tables: Tables, { name, reading, seed }: OwnDataOptions): OpenedTables {
  const opened = openTable(tables.training, reading);
  const { table, classes, answers } = opened;
  const split = splitRows({
    name,
    rows: table.rows,
    ...(classes && { labels: answers.labels }),
    classes: classes?.length ?? 1,
    hasValidation: tables.validation !== undefined,
    hasTest: tables.test !== undefined,
    inOrder: table.picture !== undefined && tables.test !== undefined,
    split: reading.split,
    ...(typeof reading.validation === 'number' && { validation: reading.validation }),
    seed,
  });
  return { tables, opened, split };
}

/** The data set of tables that are opened. @throws {NablaError} BAD_DATA, naming file, row and column */
export function datasetOfOpened({ tables, opened, split }: OpenedTables, { name, reading }: OwnDataOptions): Dataset {
  const { table, roles } = opened;
  const { preparation, scale } = fitted(
    opened,
    reading,
    split.training,
    [tables.validation, tables.test].filter((other) => other !== undefined),
  );
  const decisions = decisionsOf(table, roles, preparation, scale);
  const parts = splitParts(opened, preparation, split);
  const others = { validation: tables.validation, test: tables.test };
  for (const part of ['validation', 'test'] as const) {
    const other = others[part];
    if (other) parts[part] = samplesOf(other, preparation, reading.missing === 'drop');
  }
  return assembled(name, preparation, scale, parts, decisions);
}

/** The same for a network that is trained already: its columns are looked for, and nothing is fitted. All rows are for the test unless split. */
export function datasetOfPrepared(tables: Tables, preparation: Preparation, scale: number, { name, reading }: Omit<OwnDataOptions, 'seed'>): Dataset {
  const drops = reading.missing === 'drop';
  const all = samplesOf(tables.training, preparation, drops);
  const none = (samples: Samples): Samples => ({
    ...samples,
    values: samples.values.subarray(0, 0),
    labels: samples.labels.subarray(0, 0),
    ...(samples.targets && { targets: samples.targets.subarray(0, 0) }),
  });
  const test = tables.test ? samplesOf(tables.test, preparation, drops) : all;
  const validation = tables.validation ? samplesOf(tables.validation, preparation, drops) : none(all);
  return assembled(name, preparation, scale, { training: all, validation, test });
}

function openTable(given: Table, reading: Reading): Opened {
  const worded = withWords(given, reading.categorical ?? []);
  const firstSummaries = summarise(worded);
  const roles = rolesOf(worded, reading, firstSummaries);
  const drops = reading.missing === 'drop';
  const table = drops ? completeRows(worded, [...roles.features, ...roles.targets]) : worded;
  const summaries = table === worded ? firstSummaries : summarise(table);
  const classes = classesOf(table, roles.targets, reading.task, summaries);
  const names = classes ?? [];
  const target: PreparedTarget = classes ? { kind: 'classes', name: '', names } : { kind: 'numbers', columns: [] };
  return { table, roles, summaries, classes, answers: answersOf(table, target, roles.targets) };
}

function fitted(
  { table, roles, classes, summaries }: Opened,
  { scale: asked = 'auto', missing }: Reading,
  training: Uint32Array,
  others: readonly Table[],
) {
  const { features, targets, leftOut } = roles;
  const scale = asked === 'auto' ? autoScale(table, features, summaries) : asked;
  const target: PreparedTarget = classes
    ? { kind: 'classes', name: table.columns[targets[0]].name, names: classes }
    : { kind: 'numbers', columns: fitOutputs(table, training, targets) };
  const { named, picture } = table;
  const common = {
    named,
    target,
    ...(picture && leftOut.size === 0 && { picture: { width: picture.width, height: picture.height, channels: picture.channels } }),
  };
  const areBytes = [table, ...others].every(({ cells }) => cells instanceof Uint8Array);
  const isPlain = areBytes && missing === undefined && isLinear(scale) && features.every((k) => table.columns[k].kind === 'number');
  if (isPlain) {
    const names = named || leftOut.size > 0 ? { names: features.map((k) => table.columns[k].name) } : {};
    const plain = { count: features.length, ...names };
    return { preparation: { ...common, columns: [], plain } satisfies Preparation, scale: factorOf(scale) };
  }
  return { preparation: { ...common, columns: fitColumns({ table, rows: training, features, scale, missing }) } satisfies Preparation, scale: 1 };
}

type Scale = Exclude<ScaleName, 'auto'> | number;

const isLinear = (scale: Scale): boolean => scale === 'none' || scale === '255' || typeof scale === 'number';
const factorOf = (scale: Scale): number => (scale === '255' ? BYTE_SCALE : typeof scale === 'number' ? scale : 1);

/** Bytes of pictures, or of what looks like them: many columns whose values reach beyond percentages. */
const FEWEST_PIXELS = 16;
const BRIGHT = 128;

function autoScale({ cells, columns, picture }: Table, features: readonly number[], summaries: readonly ColumnSummary[]): Scale {
  const areBytes = cells instanceof Uint8Array && features.every((k) => columns[k].kind === 'number');
  const bright = features.some((k) => summaries[k].most >= BRIGHT);
  return areBytes && bright && (picture !== undefined || features.length >= FEWEST_PIXELS) ? '255' : 'standard';
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
  if (target.kind === 'classes' || !targets) return { labels: labels.length === 0 ? labels : Uint16Array.from(order, (row) => labels[row]) };
  const K = target.columns.length;
  const ordered = new Float32Array(targets.length);
  for (const [k, row] of order.entries()) ordered.set(targets.subarray(row * K, (row + 1) * K), k * K);
  return { labels, targets: standardised(ordered, target.columns) };
}

/** All rows of a table that was not fitted on. */
function samplesOf(given: Table, preparation: Preparation, drops: boolean): Samples {
  const found = located(given, preparation, true);
  const { features, targets } = found;
  const table = drops ? completeRows(found.table, [...features, ...targets]) : found.table;
  const answers = answersOf(table, preparation.target, targets);
  const values = applied(table, preparation, features);
  const { target } = preparation;
  return { values, ...answers, ...(answers.targets && target.kind === 'numbers' && { targets: standardised(answers.targets, target.columns) }) };
}

function assembled(name: string, preparation: Preparation, factor: number, read: Parts, decisions?: readonly ColumnDecision[]): Dataset {
  const { target } = preparation;
  const names = target.kind === 'classes' ? target.names : undefined;
  const { parts, scale } = preparation.plain ? ofOneKind(read, factor) : { parts: read, scale: 1 };
  return {
    name,
    inputs: inputsOf(preparation),
    classes: target.kind === 'classes' ? target.names.length : target.columns.length,
    ...(names && !names.every((called, k) => called === String(k)) && { classNames: names }),
    scale,
    ...parts,
    preparation,
    ...(decisions && { decisions }),
  };
}

/** Plain columns stay bytes where all parts are; else all become the inputs themselves. */
function ofOneKind(parts: Parts, scale: number): { parts: Parts; scale: number } {
  if (SPLITS.every((split) => parts[split].values instanceof Uint8Array)) return { parts, scale };
  const scaled = (samples: Samples): Samples => ({ ...samples, values: Float32Array.from(samples.values, (value) => value * scale) });
  return { parts: { training: scaled(parts.training), validation: scaled(parts.validation), test: scaled(parts.test) }, scale: 1 };
}
