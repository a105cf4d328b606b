// The pages of one column of one row group, one after another: unpacked, their levels, and their values as the library makes them of
// Parquet's types. Everything that decides how much is taken is checked here before.

import type { ColumnMetaData, DataPageHeader, DecodedArray, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { asError } from '../../errors.js';
import { count, megabytes, printableAscii } from '../../text.js';
import type { Leaf } from './columns.js';
import { type BadParquet, MOST_OF_SMALL, MOST_TIMES } from './file.js';
import { runsOf } from './runs.js';
import { endOfStruct } from './thrift.js';
import { unpackedPage } from './unpack.js';
import { leastBytes, plainValues, richValues, valuesOf } from './values.js';

export interface Page {
  /** Entries, missing ones and empty lists among them. */
  readonly count: number;
  /** Those that are there, one after another. */
  readonly values: DecodedArray;
  /** Of each entry how much of its path is there: the leaf's `deepest` for a value. Undefined where all are values. */
  readonly definition?: Uint32Array;
  /** Of each entry whether it begins a row, 0, or goes on with a list. Undefined where none is a list. */
  readonly repetition?: Uint32Array;
}

/** What all pages of a column share. */
interface Pages {
  readonly leaf: Leaf;
  readonly meta: ColumnMetaData;
  dictionary?: DecodedArray;
}

/** @param bytes all pages @throws {NablaError} BAD_DATA */
export function* pagesOf(bytes: Uint8Array<ArrayBuffer>, leaf: Leaf, meta: ColumnMetaData, bad: BadParquet): Generator<Page> {
  const column: Pages = { leaf, meta };
  let [at, left] = [0, Number(meta.num_values)];
  while (left > 0) {
    if (at >= bytes.length) throw bad(`its pages end ${count(left)} values before their end.`);
    const reading = explained(bad, () => {
      const header = headerAt(bytes, at);
      const end = header.from + header.compressed_page_size;
      const packed = bytes.subarray(header.from, end);
      return { end, page: pageOf(column, header, packed, left) };
    });
    at = reading.end;
    if (!reading.page) continue;
    left -= reading.page.count;
    yield reading.page;
  }
}

/** Says of any error that a page cannot be read. */
function explained<T>(bad: BadParquet, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw bad(`a page cannot be read: ${printableAscii(asError(error).message, 120)}.`);
  }
}

function headerAt(bytes: Uint8Array<ArrayBuffer>, at: number): PageHeader & { from: number } {
  const from = endOfStruct(bytes, at);
  const header = parquetHeader({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: at });
  const { compressed_page_size: packed, uncompressed_page_size: length } = header;
  if (!(isCount(packed) && packed <= bytes.length - from)) throw new Error(`it states ${packed} bytes, and ${bytes.length - from} are there`);
  const most = Math.max(MOST_OF_SMALL, MOST_TIMES * packed);
  if (!isCount(length)) throw new Error(`it states ${length} bytes when unpacked`);
  if (length > most) throw new Error(`${count(packed)} bytes would unpack to ${megabytes(length)}, and ${megabytes(most)} is the most of them`);
  return { ...header, from };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** @returns undefined for one without rows */
function pageOf(column: Pages, header: PageHeader, packed: Uint8Array, left: number): Page | undefined {
  const { data_page_header: first, data_page_header_v2: second } = header;
  if (header.type === 'DATA_PAGE' && first) return firstKind(column, header, first, packed, left);
  if (header.type === 'DATA_PAGE_V2' && second) return secondKind(column, header, second, packed, left);
  if (header.type === 'DICTIONARY_PAGE' && header.dictionary_page_header) {
    const { num_values } = header.dictionary_page_header;
    const bytes = unpackedPage(column.meta.codec, packed, header.uncompressed_page_size);
    if (!isCount(num_values) || num_values * leastBytes(column.leaf) > bytes.length) throw new Error(`it states ${num_values} entries`);
    column.dictionary = richValues(column.leaf, plainValues(bytes, column.leaf, num_values));
  } else if (header.type !== 'INDEX_PAGE') throw new Error('it is of a kind that is not known');
  return undefined;
}

type SecondHeader = NonNullable<PageHeader['data_page_header_v2']>;

/** All of it packed together; each kind of level behind its length. */
function firstKind(column: Pages, header: PageHeader, own: DataPageHeader, packed: Uint8Array, left: number): Page {
  checkCount(own.num_values, left);
  const bytes = unpackedPage(column.meta.codec, packed, header.uncompressed_page_size);
  let at = 0;
  const levels = (highest: number, kind: string): Uint32Array | undefined => {
    if (highest === 0) return undefined;
    if (kind !== 'RLE') throw new Error(`its levels are written in a way (${kind}) that cannot be read`);
    if (at + 4 > bytes.length) throw new Error('it ends before its levels');
    const from = at + 4;
    at = from + new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);
    if (at > bytes.length) throw new Error('its levels lead behind its end');
    return levelsOf(bytes.subarray(from, at), highest, own.num_values);
  };
  const repetition = levels(column.leaf.repeated, own.repetition_level_encoding);
  const definition = levels(column.leaf.deepest, own.definition_level_encoding);
  return made(column, own.num_values, own.encoding, bytes.subarray(at), definition, repetition);
}

/** Levels before the rest, which alone is packed; their lengths stand in the header. */
function secondKind(column: Pages, header: PageHeader, own: SecondHeader, packed: Uint8Array, left: number): Page {
  const { num_values, repetition_levels_byte_length: first, definition_levels_byte_length: second } = own;
  const { repeated, deepest } = column.leaf;
  checkCount(num_values, left);
  if (!isCount(first) || !isCount(second) || first + second > packed.length) throw new Error('its levels lead behind its end');
  const repetition = repeated === 0 ? undefined : levelsOf(packed.subarray(0, first), repeated, num_values);
  const definition = deepest === 0 ? undefined : levelsOf(packed.subarray(first, first + second), deepest, num_values);
  const length = header.uncompressed_page_size - first - second;
  if (!isCount(length)) throw new Error('its levels are longer than all of it');
  const bytes = unpackedPage(own.is_compressed === false ? 'UNCOMPRESSED' : column.meta.codec, packed.subarray(first + second), length);
  return made(column, num_values, own.encoding, bytes, definition, repetition);
}

function checkCount(values: unknown, left: number): void {
  if (!isCount(values) || values > left) throw new Error(`it states ${values} values, and ${left} are left`);
}

const levelsOf = (bytes: Uint8Array, highest: number, values: number): Uint32Array => runsOf(bytes, 32 - Math.clz32(highest), values);

/** @param bytes of the values alone */
function made(column: Pages, entries: number, encoding: string, bytes: Uint8Array, definition?: Uint32Array, repetition?: Uint32Array): Page {
  const { leaf, dictionary } = column;
  let there = entries;
  for (const level of definition ?? []) if (level < leaf.deepest) there--;
  const values = there === 0 ? [] : valuesOf(leaf, encoding, bytes, there, dictionary);
  if (values.length !== there) throw new Error(`${values.length} values come of it in place of ${there}`);
  return { count: entries, values, definition: there === entries && repetition === undefined ? undefined : definition, repetition };
}
