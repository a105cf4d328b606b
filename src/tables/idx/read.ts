// An IDX file as a table: a row for each sample, pictures where it has three dimensions or four. Where a file of images has its labels
// beside it, under the name that data sets give them, these are its last column.

import { NablaError } from '../../errors.js';
import { count } from '../../text.js';
import { sizesText } from '../arrays/npy.js';
import { sampleLayout } from '../arrays/sample-layout.js';
import type { TableOptions } from '../options.js';
import { fileSource, type Source, unchanged } from '../source.js';
import { byteCellsFor, type Column, cellsFor, MOST_COLUMNS, narrowed, numberedNames, type Table, type Tables } from '../table.js';
import { LABEL } from '../targets.js';
import { watched } from '../watched.js';
import { IDX_WANTED, idxFrom, type OpenIdx, openIdx } from './idx-file.js';
import { labelsFileOf } from './labels-file.js';

/** Labels of a file, and what messages call it. */
interface Labels {
  readonly name: string;
  readonly values: Uint8Array | Float32Array;
}

/** @throws {NablaError} BAD_DATA, naming file and byte, or sample */
export async function readIdxTable(source: Source, options: TableOptions): Promise<Tables> {
  const labels = await labelsBeside(source);
  const { size, holds, chunks } = source.stream(IDX_WANTED);
  const pieces = watched(chunks, source.name, size === holds ? size : undefined, options);
  const table = await openIdx(source.name, { size, holds, chunks: pieces }, (file) => tableOf(file, source, options, labels));
  return { training: narrowed(table) };
}

async function tableOf(file: OpenIdx, source: Source, { transpose }: TableOptions, labels?: Labels): Promise<Table> {
  const { type, dimensions } = file;
  const [rows, ...sample] = dimensions;
  const bad = (byte: number, what: string): NablaError => new NablaError('BAD_DATA', `${source.name}: byte ${byte}: ${what}`);
  if (dimensions.includes(0)) throw bad(4, 'no values.');
  const layout = sampleLayout(sample, false, transpose);
  if (!layout) throw bad(3, `samples of ${sample.length === 0 ? 'one value' : sizesText(sample)} are no pictures; only pictures can be transposed.`);
  const { width, columns: order, picture } = layout;
  if (width >= MOST_COLUMNS) throw bad(4, `samples of ${count(width)} values; ${count(MOST_COLUMNS)} can be read.`);
  if (labels && labels.values.length !== rows) {
    throw new NablaError('BAD_DATA', `${labels.name}: byte 4: ${labels.values.length} labels, but ${source.name} has ${rows} images.`);
  }
  const names = [...numberedNames(width), ...(labels ? [LABEL] : [])];
  const columns = names.map((name): Column => ({ name, kind: 'number' }));
  const areBytes = type.numbers.isByte && (labels === undefined || labels.values instanceof Uint8Array);
  const cells = areBytes ? byteCellsFor(rows, names.length) : cellsFor(rows, names.length);
  await file.fill({ cells, rows, width, stride: names.length, first: 0, fortran: false, columns: order });
  for (let row = 0; labels && row < rows; row++) cells[row * names.length + width] = labels.values[row];
  const place = (row: number): string => `${source.name}: ${picture ? 'image' : 'sample'} ${row + 1}`;
  return { name: source.title, rows, columns, named: false, cells, place, ...(picture && { picture }), ...(labels && { targets: 1 }) };
}

async function labelsBeside({ path }: Source): Promise<Labels | undefined> {
  const name = path === undefined ? undefined : labelsFileOf(path);
  if (name === undefined) return undefined;
  const source = fileSource(name);
  const { dimensions, values } = await unchanged(source, () => idxFrom(name, source.stream(IDX_WANTED)));
  if (dimensions.length !== 1)
    throw new NablaError('BAD_DATA', `${name}: byte 3: ${dimensions.length} dimensions, as in a file of images; labels have one.`);
  return { name, values };
}
