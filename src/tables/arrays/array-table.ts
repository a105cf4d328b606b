// An array as a table: a row for each sample. Arrays of numbers go into the cells as they come; those of texts or of named fields are read
// value by value. Columns of targets, where there are any, stand last.

import type { NablaError } from '../../errors.js';
import { count } from '../../text.js';
import { beside } from '../beside.js';
import { Collector } from '../collect.js';
import { checkNamesOnce } from '../names.js';
import type { TableOptions } from '../options.js';
import type { Pieces } from '../pieces.js';
import { badCell, byteCellsFor, type Column, cellsFor, MOST_COLUMNS, MOST_ROWS, narrowed, numberedNames, type Table } from '../table.js';
import { type FillErrors, fill } from './fill.js';
import { type ArrayHeader, type Bad, type Field, readerOf, sizesText } from './npy.js';
import { type SampleLayout, sampleLayout } from './sample-layout.js';

export interface StoredArray {
  /** What the table is called. */
  readonly title: string;
  /** File and array, for messages. */
  readonly says: string;
  readonly header: ArrayHeader;
  /** What a sample is, for messages: 'row', 'image'. */
  readonly unit: string;
  /** The elements. */
  readonly pieces: Pieces;
  readonly bad: Bad;
}

/** @param targets columns that stand last @throws {NablaError} BAD_DATA */
export async function arrayTable(array: StoredArray, options: TableOptions, targets?: Table): Promise<Table> {
  const { header, says, unit, bad } = array;
  const { shape, element } = header;
  const [rows, ...sample] = shape;
  if (shape.length === 0) throw bad('a single value; expected an array with a value or a row for each sample.');
  if (shape.includes(0)) throw bad(`${sizesText(shape)} values: there are no samples in it.`);
  const layout = sampleLayout(sample, header.fortran, options.transpose);
  if (!layout) throw bad(`samples of ${sample.length === 0 ? 'one value' : sizesText(sample)} are no pictures; only pictures can be transposed.`);
  if (rows > MOST_ROWS) throw bad(`${count(rows)} samples; ${count(MOST_ROWS)} can be read.`);
  const values = layout.width * ('fields' in element ? element.fields.length : 1);
  if (values > MOST_COLUMNS) throw bad(`samples of ${count(values)} values; ${count(MOST_COLUMNS)} can be read.`);
  const place = (row: number): string => `${says}: ${unit} ${row + 1}`;
  if (!('numbers' in element)) {
    const table = await fieldsTable(array, layout, options, place);
    return targets ? beside(table, targets, bad) : table;
  }
  return numbersTable(array, layout, place, targets);
}

async function numbersTable(
  { title, header, pieces, bad }: StoredArray,
  layout: SampleLayout,
  place: Table['place'],
  targets?: Table,
): Promise<Table> {
  const { element, fortran, shape } = header;
  if (!('numbers' in element)) throw bad('no numbers.');
  const { width, columns: order, picture } = layout;
  const [rows, stride] = [shape[0], width + (targets?.columns.length ?? 0)];
  const { kind } = element.numbers;
  const columns: Column[] = [...numberedNames(width).map((name) => ({ name, kind })), ...(targets?.columns ?? [])];
  const areBytes = element.numbers.isByte && (targets === undefined || targets.cells instanceof Uint8Array);
  const cells = areBytes ? byteCellsFor(rows, stride) : cellsFor(rows, stride);
  const table = { name: title, rows, columns, named: false, cells, place, ...(picture && { picture }), ...(targets && { targets: stride - width }) };
  await fill(
    { cells, rows, stride, first: 0, width, fortran: fortran && shape.length > 1, columns: order },
    { ...element, chunks: pieces.rest() },
    fillErrors(table, header, bad),
  );
  if (targets) putColumns(table, width, targets);
  return narrowed(table);
}

/** What is said where numbers do not come as stated. */
function fillErrors(table: Pick<Table, 'name' | 'columns' | 'named' | 'place'>, { shape }: Pick<ArrayHeader, 'shape'>, bad: Bad): FillErrors {
  return {
    bad: (row, column, value): NablaError => badCell(table, row, column, `expected a number that float32 can hold, got ${value}.`),
    length: (values, goesOn) =>
      bad(
        goesOn
          ? `the header states ${sizesText(shape)} values, but the file goes on after them.`
          : `the file ends after ${count(values)} values, but its header states ${sizesText(shape)}.`,
      ),
  };
}

function putColumns({ rows, columns, cells }: Table, first: number, targets: Table): void {
  const width = targets.columns.length;
  for (let row = 0; row < rows; row++) cells.set(targets.cells.subarray(row * width, (row + 1) * width), row * columns.length + first);
}

/** Elements are looked up in the order of the columns, whatever order they are stored in; so all of them are held. */
async function fieldsTable(array: StoredArray, layout: SampleLayout, options: TableOptions, place: Table['place']): Promise<Table> {
  const { title, header, pieces, bad } = array;
  const { shape, bytes, length, element, fortran } = header;
  const fields: readonly Field[] = 'fields' in element ? element.fields : [{ name: '', at: 0, read: readerOf(element) }];
  const [rows, width] = [shape[0], layout.width];
  const named = 'fields' in element;
  const names = named ? namesOf(fields, width) : numberedNames(width);
  checkNamesOnce(names, bad);
  const held = await pieces.take(length);
  const { length: problem } = fillErrors({ name: title, columns: [], named, place }, header, bad);
  if (held.length < length) throw problem(Math.floor(held.length / bytes), false);
  // Also what tells that all is as it should be comes at the end of the stream.
  for await (const more of pieces.rest()) if (more.length > 0) throw problem(rows * width, true);
  const view = new DataView(held.buffer, held.byteOffset, held.length);
  const collector = new Collector({ name: title, names, named, categorical: options.categorical, texts: 'words', place });
  const stored = orderOf(layout);
  for (let row = 0; row < rows; row++) {
    const values: unknown[] = [];
    for (const k of stored) {
      const at = (fortran ? k * rows + row : row * width + k) * bytes;
      for (const field of fields) values.push(field.read(view, at + field.at));
    }
    collector.add(values);
  }
  return collector.table();
}

/** Fields by their names; where samples have several elements, each with the number of its element. */
const namesOf = (fields: readonly Field[], width: number): string[] =>
  numberedNames(width).flatMap((number) => fields.map(({ name }) => (width === 1 ? name : `${name}[${number}]`)));

/** For each column, which of a sample's elements in the order of storage it is. */
function orderOf({ width, columns }: SampleLayout): Uint32Array {
  const order = Uint32Array.from({ length: width }, (_, k) => k);
  if (columns) for (const [k, column] of columns.entries()) order[column] = k;
  return order;
}
