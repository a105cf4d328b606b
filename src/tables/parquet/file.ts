// What a Parquet file says of itself in its footer: schema, row groups, and where the pages of each column lie; checked against the file
// before any memory is taken for what it claims. Pages are read elsewhere.
// https://github.com/apache/parquet-format

import type { ColumnMetaData, FileMetaData, RowGroup, SchemaTree } from 'hyparquet';
import { parquetMetadata, parquetSchema } from 'hyparquet';
import { asError, NablaError } from '../../errors.js';
import type { FileParts } from '../../system/file-parts.js';
import { count, megabytes, printableAscii } from '../../text.js';
import { MOST_ROWS } from '../table.js';
import { endOfStruct } from './thrift.js';

/** 'PAR1' before all, and the footer's length and 'PAR1' after it. */
const [HEAD, TAIL] = [4, 8];
/** Bytes of the longest footer. One of 1,000 columns in 100 row groups has about 10 MB. */
const MOST_FOOTER = 1 << 25;
/** How much more than a file has may come of it: of the page itself for a page, of the file for the cells of its table. */
export const MOST_TIMES = 1000;
/** What may come of any, however small: bytes of a page, or cells of a table. */
export const MOST_OF_SMALL = 1 << 24;

export type BadParquet = (what: string) => NablaError;

export interface ParquetFile {
  readonly name: string;
  readonly parts: FileParts;
  readonly bad: BadParquet;
  readonly rows: number;
  /** Its root; the columns are the children. */
  readonly schema: SchemaTree;
  readonly groups: readonly RowGroup[];
  /** Texts that whoever wrote it has added, by key. */
  readonly notes: ReadonlyMap<string, string>;
}

/** @param name for messages @throws {NablaError} BAD_DATA */
export function openParquet(name: string, parts: FileParts): ParquetFile {
  const bad: BadParquet = (what) => new NablaError('BAD_DATA', `${name}: ${what}`);
  const metadata = footerOf(parts, bad);
  const rows = Number(metadata.num_rows);
  const file = { name, parts, bad, rows, schema: schemaOf(metadata, bad), groups: metadata.row_groups };
  checkGroups(file);
  const notes = (metadata.key_value_metadata ?? []).filter(({ key, value }) => typeof key === 'string' && typeof value === 'string');
  return { ...file, notes: new Map(notes.map(({ key, value }) => [key, value as string])) };
}

/** Bytes of the file, in memory of their own: readers look at the memory behind a part, and align what they read in it. */
export function bytesBetween(parts: FileParts, from: number, to: number, bad: BadParquet): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.read(from, to - from));
  if (bytes.length < to - from) throw bad('the file has become shorter while it was read. Read it again when it is written.');
  return bytes;
}

function footerOf(parts: FileParts, bad: BadParquet): FileMetaData {
  const { size } = parts;
  if (size < HEAD + TAIL) throw bad(`this Parquet file has ${size} bytes, fewer than any has: it was cut short.`);
  const tail = Buffer.from(bytesBetween(parts, size - TAIL, size, bad));
  const [length, mark] = [tail.readUInt32LE(), tail.toString('latin1', 4)];
  if (mark === 'PARE') throw bad('this Parquet file is encrypted. Write it without encryption.');
  if (mark !== 'PAR1')
    throw bad('this Parquet file ends without its footer: it was cut short, or is still being written. Download or write it again.');
  if (length > size - HEAD - TAIL) throw bad(`its footer would have ${count(length)} bytes, more than the ${count(size)} of the whole file.`);
  if (length > MOST_FOOTER) throw bad(`its footer has ${megabytes(length)}, more than the ${megabytes(MOST_FOOTER)} that can be read.`);
  const footer = bytesBetween(parts, size - TAIL - length, size, bad);
  try {
    endOfStruct(footer.subarray(0, length), 0);
    return parquetMetadata(footer, { geoparquet: false });
  } catch (error) {
    throw bad(`its footer cannot be read: ${printableAscii(asError(error).message, 100)}.`);
  }
}

function schemaOf(metadata: FileMetaData, bad: BadParquet): SchemaTree {
  try {
    const schema = parquetSchema(metadata);
    if (schema.children.length > 0) return schema;
  } catch {
    throw bad('its footer names columns that it does not describe.');
  }
  throw bad('there are no columns in it.');
}

/** Row groups that together have the rows of the file, and whose columns lie in it. */
function checkGroups({ bad, rows, groups, parts, schema }: Omit<ParquetFile, 'notes'>): void {
  if (rows === 0) throw bad('there are no samples in it.');
  if (!(rows > 0 && rows <= MOST_ROWS)) throw bad(`its footer states ${rows} rows; 1 to ${count(MOST_ROWS)} can be read.`);
  const together = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (together !== rows) throw bad(`its footer states ${count(rows)} rows, but its row groups have ${count(together)} together.`);
  const leaves = leavesOf(schema);
  for (const [g, group] of groups.entries()) {
    const where = `row group ${g + 1}`;
    if (!(Number(group.num_rows) >= 0)) throw bad(`${where} states ${Number(group.num_rows)} rows.`);
    if (!Array.isArray(group.columns) || group.columns.length !== leaves) throw bad(`${where} has not the ${leaves} columns of the schema.`);
    for (const { meta_data, crypto_metadata, encrypted_column_metadata, file_path } of group.columns) {
      if (crypto_metadata || encrypted_column_metadata || !meta_data)
        throw bad(`${where} has columns that are encrypted. Write it without encryption.`);
      if (file_path) throw bad(`${where} has its columns in another file. Name the files that hold the rows.`);
      const { from, to } = rangeOf(meta_data);
      if (!(from >= HEAD && to >= from && to <= parts.size - TAIL && Number(meta_data.num_values) >= 0))
        throw bad(`${where} has a column at bytes ${from} to ${to}, where this file of ${count(parts.size)} bytes cannot have it.`);
    }
  }
}

const leavesOf = ({ children }: SchemaTree): number => children.reduce((sum, child) => sum + (child.children.length > 0 ? leavesOf(child) : 1), 0);

/** Where the pages of a column lie. */
export function rangeOf({ dictionary_page_offset, data_page_offset, total_compressed_size }: ColumnMetaData): { from: number; to: number } {
  // Some writers state 0 where there is no dictionary.
  const from = Number(dictionary_page_offset || data_page_offset);
  return { from, to: from + Number(total_compressed_size) };
}
