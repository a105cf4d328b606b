// The values of a page by their encoding, as the library reads them once it is sure that the bytes are there, and what Parquet's types
// make of them. https://parquet.apache.org/docs/file-format/data-pages/encodings/

import type { DecodedArray } from 'hyparquet';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { deltaBinaryUnpack, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import type { Leaf } from './columns.js';
import { MOST_OF_SMALL, MOST_TIMES } from './file.js';
import { runsOf } from './runs.js';
import { varint } from './thrift.js';

/** Bytes of a decimal number: 64 hold any of 150 digits. */
const MOST_DECIMAL = 64;
/** Values of a block of differences: writers take 128. */
const MOST_BLOCK = 1 << 16;

/** Bytes that a value takes in its plain form, at least. */
const PLAIN_BYTES: Readonly<Record<string, number>> = { BOOLEAN: 1 / 8, INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8, BYTE_ARRAY: 4 };

export const leastBytes = ({ element, type }: Leaf): number => PLAIN_BYTES[type] ?? element.type_length ?? Number.POSITIVE_INFINITY;

const readerOf = (bytes: Uint8Array) => ({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 });

/** @throws {Error} saying what is wrong, without a full stop */
export function plainValues(bytes: Uint8Array, leaf: Leaf, count: number): DecodedArray {
  if (count * leastBytes(leaf) > bytes.length) throw new Error(`${count} values are stated, more than its ${bytes.length} bytes hold`);
  return readPlain(readerOf(bytes), leaf.type, count, leaf.element.type_length);
}

/** @param count of values, one or more @throws {Error} saying what is wrong, without a full stop */
export function valuesOf(leaf: Leaf, encoding: string, bytes: Uint8Array, count: number, dictionary: DecodedArray | undefined): DecodedArray {
  if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY') return entriesOf(bytes, count, dictionary);
  const read = ENCODINGS[encoding];
  if (!read) throw new Error(`its encoding (${encoding}) cannot be read`);
  return richValues(leaf, read(bytes, leaf, count));
}

/** Numbers of entries of the dictionary, behind a byte that says of how many bits. */
function entriesOf(bytes: Uint8Array, count: number, dictionary: DecodedArray | undefined): DecodedArray {
  if (!dictionary) throw new Error('there is no dictionary before it');
  return Array.from(runsOf(bytes.subarray(1), bytes[0] ?? 33, count), (entry) => {
    if (entry >= dictionary.length) throw new Error(`entry ${entry} of a dictionary of ${dictionary.length}`);
    return dictionary[entry];
  });
}

type Read = (bytes: Uint8Array, leaf: Leaf, count: number) => DecodedArray;

const ENCODINGS: Readonly<Record<string, Read>> = {
  PLAIN: plainValues,
  RLE: (bytes, { type }, count) => {
    if (type !== 'BOOLEAN') throw new Error(`runs of ${type}`);
    return Array.from(runsOf(bytes.subarray(4), 1, count), (value) => value === 1);
  },
  BYTE_STREAM_SPLIT: (bytes, leaf, count) => {
    if (count * leastBytes(leaf) > bytes.length) throw new Error(`${count} values are stated, more than its ${bytes.length} bytes hold`);
    return byteStreamSplit(readerOf(bytes), count, leaf.type, leaf.element.type_length);
  },
  DELTA_BINARY_PACKED: (bytes, { type }, count) => {
    if (type !== 'INT32' && type !== 'INT64') throw new Error(`differences of ${type}`);
    return differences(readerOf(bytes), count, type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count));
  },
  DELTA_LENGTH_BYTE_ARRAY: (bytes, _, count) => {
    checkBlocks(bytes, count);
    const values: Uint8Array[] = [];
    deltaLengthByteArray(readerOf(bytes), count, values);
    return values;
  },
  DELTA_BYTE_ARRAY: (bytes, _, count) => grownBytes(bytes, count),
};

type Reader = ReturnType<typeof readerOf>;

function differences<A extends Int32Array | BigInt64Array>(reader: Reader, count: number, values: A): A {
  const { view, offset } = reader;
  checkBlocks(new Uint8Array(view.buffer, view.byteOffset + offset, view.byteLength - offset), count);
  deltaBinaryUnpack(reader, count, values);
  return values;
}

/** What the library takes as it stands: values of a block, parts of it, and values in all. */
function checkBlocks(bytes: Uint8Array, count: number): void {
  const block = varint(bytes, 0);
  const parts = varint(bytes, block.end);
  const all = varint(bytes, parts.end);
  if (!(block.value > 0 && block.value <= MOST_BLOCK && parts.value > 0 && block.value % parts.value === 0))
    throw new Error(`blocks of ${block.value} differences in ${parts.value} parts`);
  if (all.value !== count) throw new Error(`${all.value} differences in place of ${count}`);
}

/** Each with so many bytes of the one before, and more: n of them can be n²/2 bytes long, which is seen before. */
function grownBytes(bytes: Uint8Array, count: number): Uint8Array[] {
  const reader = readerOf(bytes);
  const kept = differences(reader, count, new Int32Array(count));
  const own = differences(reader, count, new Int32Array(count));
  let [length, before] = [0, 0];
  for (let k = 0; k < count; k++) {
    if (!(kept[k] >= 0 && kept[k] <= before && own[k] >= 0)) throw new Error(`a text that has ${kept[k]} bytes of one before it that has ${before}`);
    before = kept[k] + own[k];
    length += before;
  }
  if (length > Math.max(MOST_OF_SMALL, MOST_TIMES * bytes.length)) throw new Error(`its texts have ${length} bytes`);
  const values: Uint8Array[] = [];
  for (let [k, at] = [0, reader.offset]; k < count; at += own[k++]) {
    if (at + own[k] > bytes.length) throw new Error('its texts lead behind its end');
    const value = new Uint8Array(kept[k] + own[k]);
    if (kept[k] > 0) value.set(values[k - 1].subarray(0, kept[k]));
    value.set(bytes.subarray(at, at + own[k]), kept[k]);
    values.push(value);
  }
  return values;
}

/** Values of Parquet's storage as those of its types: texts, decimal numbers, numbers without sign, half floats. */
export function richValues(leaf: Leaf, values: DecodedArray): DecodedArray {
  const { element, type, path, schemaPath, use } = leaf;
  // One date is looked at, and bytes stay what they are.
  if (use === 'date' || use === 'bytes') return values;
  if (element.converted_type === 'DECIMAL' && Array.isArray(values) && values.some((one) => one.length > MOST_DECIMAL))
    throw new Error(`a decimal number of more than ${MOST_DECIMAL} bytes`);
  const parsers = { ...DEFAULT_PARSERS, jsonFromBytes: DEFAULT_PARSERS.stringFromBytes };
  return convert(values, { pathInSchema: path, type, element, schemaPath, codec: 'UNCOMPRESSED', parsers, utf8: true });
}
