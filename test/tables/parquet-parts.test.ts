// The parts of which Parquet is read, each given what no writer writes: structures that lead behind the end, runs of billions, dictionaries
// that are too short, blocks of nothing, texts that grow; none may take the memory, or the time, that it states.

import fc from 'fast-check';
import type { SchemaElement } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { NablaError } from '#src/errors.js';
import type { Leaf } from '#src/tables/parquet/columns.js';
import { ColumnRows } from '#src/tables/parquet/rows.js';
import { runsOf } from '#src/tables/parquet/runs.js';
import { endOfStruct } from '#src/tables/parquet/thrift.js';
import { unpackedPage } from '#src/tables/parquet/unpack.js';
import { plainValues, valuesOf } from '#src/tables/parquet/values.js';
import { largestAllocation } from '../support/fuzz.js';

/** 2^31 - 1 and 2^35 - 1 as numbers of seven bits a byte. */
const [HUGE, LARGER] = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
];

const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);

describe('structures', () => {
  it.each<[string, number[], number]>([
    ['nothing', [0], 1],
    ['a number, and true', [0x15, 0x80, 0x01, 0x11, 0], 5],
    ['a field by its number', [0x05, 0x20, 0x02, 0], 4],
    ['a text', [0x18, 2, 65, 66, 0], 5],
    ['a list of texts', [0x19, 0x28, 1, 65, 1, 66, 0], 7],
    ['a list of true and false', [0x19, 0x21, 1, 2, 0], 5],
    ['a structure, a fraction and a byte', [0x1c, 0, 0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0x13, 9, 0], 14],
  ])('%s ends where it ends', (_, bytes, end) => expect(endOfStruct(Uint8Array.from([7, ...bytes, 7]), 1)).toBe(end + 1));

  it.each<[string, number[], RegExp]>([
    ['no end', [0x15, 2], /a structure that does not end/],
    ['a number without an end', [0x15, 0x80], /a number that does not end/],
    ['a number of eleven bytes', [0x15, ...Array(11).fill(0x80), 0], /a number that does not end/],
    ['a text that is too long', [0x18, ...HUGE, 0], /a length that leads behind the end/],
    ['a list that is too long', [0x19, 0xf5, ...HUGE, 0], /a length that leads behind the end/],
    ['a list of structures that is too long', [0x19, 0xfc, ...LARGER, 0], /a length that leads behind the end/],
    ['a fraction that is cut', [0x17, 1, 2, 3], /a length that leads behind the end/],
    ['a map', [0x1b, 0], /a field of type 11/],
    ['a thousand structures within each other', Array(1000).fill(0x1c), /structures within structures/],
  ])('%s is refused', (_, bytes, says) => expect(() => endOfStruct(Uint8Array.from(bytes), 0)).toThrow(says));
});

describe('runs', () => {
  /** Runs and packed numbers by turns. */
  const written = (parts: readonly (readonly [number, number] | readonly number[])[], width: number): number[] =>
    parts.flatMap((part, k) => {
      if (k % 2 === 0)
        return [...varint(2 * part[0]), ...Array.from({ length: Math.ceil(width / 8) }, (_, n) => Math.floor(part[1] / 256 ** n) % 256)];
      const bits = part.flatMap((value) => Array.from({ length: width }, (_, n) => Math.floor(value / 2 ** n) % 2));
      const bytes = Array.from({ length: bits.length / 8 }, (_, n) => bits.slice(8 * n, 8 * n + 8).reduce((sum, bit, m) => sum + bit * 2 ** m, 0));
      return [...varint((part.length / 8) * 2 + 1), ...bytes];
    });

  it('are read back, of any width', () => {
    const ofWidth = (width: number) => {
      const value = fc.nat(2 ** Math.min(31, width) - 1).map((v) => (width === 32 ? v * 2 + 1 : v));
      const packed = fc.array(value, { minLength: 8, maxLength: 24 }).map((list) => list.slice(0, list.length - (list.length % 8)));
      return fc.tuple(fc.constant(width), fc.nat(20), value, packed);
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }).chain(ofWidth), ([width, times, value, packed]) => {
        const bytes = Uint8Array.from(written([[times + 1, value], packed], width));
        const all = [...Array(times + 1).fill(value), ...packed];
        // The last packed ones may be none.
        for (const count of [all.length, all.length - 3]) expect([...runsOf(bytes, width, count)]).toEqual(all.slice(0, count));
      }),
      { numRuns: 100 },
    );
  });

  it('of billions give as many as are wanted', async () => {
    const most = await largestAllocation(async () => {
      expect([...runsOf(Uint8Array.from([...varint(2 * (2 ** 31 - 1)), 5]), 3, 4)]).toEqual([5, 5, 5, 5]);
    });
    expect(most).toBeLessThan(1000);
  });

  it.each<[string, number[], number, RegExp]>([
    ['too few', [4, 1], 3, /a number that does not end/],
    ['of nothing', [0, 1, 0, 1], 1, /a run that leads behind the end, or of nothing/],
    ['cut', [4], 1, /a run that leads behind the end/],
    ['packed and cut', [3], 1, /packed numbers that lead behind the end/],
  ])('%s are refused', (_, bytes, count, says) => expect(() => runsOf(Uint8Array.from(bytes), 1, count)).toThrow(says));
});

const leafOf = (type: Leaf['type'], more: Partial<SchemaElement> = {}, repeated = 0): Leaf => {
  const element: SchemaElement = { name: 'a', type, repetition_type: 'REQUIRED', ...more };
  return { use: type === 'BYTE_ARRAY' ? 'bytes' : 'number', type, element, path: ['a'], schemaPath: [], index: 0, deepest: 0, repeated, listFrom: 0 };
};

describe('values', () => {
  /** Differences of 0: blocks, parts of one, how many, the first, then the least difference and the bits of each part. */
  const differences = (block: number, parts: number, count: number, first = 0): number[] => [
    ...varint(block),
    ...varint(parts),
    ...varint(count),
    2 * first,
    0,
    ...Array(Math.min(parts, 8)).fill(0),
  ];

  it.each<[string, Leaf['type'], string, number[], number, RegExp]>([
    ['numbers that are not there', 'INT32', 'PLAIN', [1, 2, 3, 4], 2, /2 values are stated, more than its 4 bytes hold/],
    ['texts that are not there', 'BYTE_ARRAY', 'PLAIN', [0, 0, 0, 0], 2 ** 24, /more than its 4 bytes hold/],
    ['split bytes that are not there', 'DOUBLE', 'BYTE_STREAM_SPLIT', [1, 2, 3], 2 ** 24, /more than its 3 bytes hold/],
    ['blocks of nothing', 'INT32', 'DELTA_BINARY_PACKED', differences(0, 4, 10), 10, /blocks of 0 differences in 4 parts/],
    ['blocks in no parts', 'INT64', 'DELTA_BINARY_PACKED', differences(128, 0, 10), 10, /blocks of 128 differences in 0 parts/],
    ['blocks of billions', 'INT64', 'DELTA_BINARY_PACKED', [...HUGE, ...HUGE, 10, 0, 0], 10, /blocks of 2147483647 differences in/],
    ['fewer differences', 'INT64', 'DELTA_BINARY_PACKED', differences(128, 4, 9), 10, /9 differences in place of 10/],
    ['lengths of billions', 'BYTE_ARRAY', 'DELTA_LENGTH_BYTE_ARRAY', [...HUGE, ...HUGE, 10, 0, 0], 10, /blocks of 2147483647 differences/],
    [
      'a text of more of the one before than that has',
      'BYTE_ARRAY',
      'DELTA_BYTE_ARRAY',
      [...differences(128, 4, 3, 9), ...differences(128, 4, 3, 1), 65, 66, 67],
      3,
      /a text that has 9 bytes of one before it that has 0/,
    ],
    ['a way of writing that is not known', 'INT32', 'ALP', [0], 1, /its encoding \(ALP\) cannot be read/],
    ['runs of numbers', 'INT32', 'RLE', [0], 1, /runs of INT32/],
    ['differences of fractions', 'FLOAT', 'DELTA_BINARY_PACKED', [0], 1, /differences of FLOAT/],
    ['no dictionary', 'INT32', 'RLE_DICTIONARY', [1, 4, 0], 2, /there is no dictionary before it/],
  ])('%s are refused, without their memory', async (_, type, encoding, bytes, count, says) => {
    const most = await largestAllocation(async () => {
      expect(() => valuesOf(leafOf(type), encoding, Uint8Array.from(bytes), count, undefined)).toThrow(says);
    });
    expect(most).toBeLessThan(1000);
  });

  it('an entry that the dictionary has not', () => {
    const [bytes, dictionary] = [Uint8Array.from([3, 4, 5]), [10, 20]];
    expect(() => valuesOf(leafOf('INT32'), 'RLE_DICTIONARY', bytes, 2, dictionary)).toThrow('entry 5 of a dictionary of 2');
    expect(valuesOf(leafOf('INT32'), 'PLAIN_DICTIONARY', Uint8Array.from([3, 4, 1]), 2, dictionary)).toEqual([20, 20]);
  });

  it('texts that have all of the one before and one byte more, half a gigabyte in a file of some kilobytes', () => {
    const count = 32_768;
    // Kept: 0, 1, 2, …, by differences of 1; one byte more each.
    const kept = [...varint(count), 1, ...varint(count), 0, 2, 0];
    const own = [...varint(count), 1, ...varint(count), 2, 0, 0];
    const bytes = Uint8Array.from([...kept, ...own, ...Array(count).fill(65)]);
    expect(() => valuesOf(leafOf('BYTE_ARRAY'), 'DELTA_BYTE_ARRAY', bytes, count, undefined)).toThrow('its texts have 536887296 bytes');
  });

  it('decimal numbers of thousands of digits', () => {
    const bytes = Buffer.concat([Buffer.of(0, 4, 0, 0), Buffer.alloc(1024, 9)]);
    const leaf: Leaf = { ...leafOf('BYTE_ARRAY', { converted_type: 'DECIMAL', scale: 2 }), use: 'number' };
    expect(plainValues(bytes, leaf, 1)).toHaveLength(1);
    expect(() => valuesOf(leaf, 'PLAIN', bytes, 1, undefined)).toThrow('a decimal number of more than 64 bytes');
  });
});

describe('compressions', () => {
  /** A frame of Zstandard that states 2^30 bytes and has none, and one of 2,000 runs of 128 KiB. */
  const stating = [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0x40, 0, 0, 0, 0, 1, 0, 0];
  const runs = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, ...Array.from({ length: 2000 }, (_, k) => [k === 1999 ? 3 : 2, 0, 16, 7]).flat()];

  it.each(['SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW'] as const)(
    '%s of nonsense, or of more than is stated, takes no more memory than that',
    async (codec) => {
      for (const bytes of [stating, runs, Array(300).fill(0xff), Array(300).fill(0), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]]) {
        const most = await largestAllocation(async () => {
          try {
            expect(unpackedPage(codec, Uint8Array.from(bytes), 1000)).toHaveLength(1000);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        });
        // Brotli has a window of its own, of 16 MiB at most.
        expect(most).toBeLessThan(codec === 'BROTLI' ? 2 ** 25 : 2 ** 18);
      }
    },
  );

  it('Zstandard is refused where it states another length than the page', () => {
    expect(() => unpackedPage('ZSTD', Uint8Array.from(stating), 1000)).toThrow('1073741824 bytes come of it in place of the 1000 that are stated');
    expect(unpackedPage('ZSTD', Uint8Array.from(runs), 1000)).toEqual(new Uint8Array(1000).fill(7));
  });

  it('that are not known are refused', () => expect(() => unpackedPage('LZO', new Uint8Array(3), 5)).toThrow('its compression (LZO) is not known'));
});

describe('rows', () => {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', what);
  const page = (values: number[], repetition?: number[]) => ({
    count: values.length,
    values,
    repetition: repetition && Uint32Array.from(repetition),
  });
  const take = (): undefined => undefined;

  it('fewer or more than the row group states are refused', () => {
    const fewer = new ColumnRows(leafOf('INT32'), 3, bad);
    fewer.page(page([1, 2]), take);
    expect(() => fewer.end(take)).toThrow('it has 2 rows, and its row group states 3.');
    expect(() => new ColumnRows(leafOf('INT32'), 1, bad).page(page([1, 2]), take)).toThrow('it has more rows than the 1 of its row group.');
  });

  it('a list may go on on the next page, but not begin there as if it did', () => {
    const leaf = { ...leafOf('INT32', {}, 1), deepest: 1 };
    const [rows, lists] = [new ColumnRows(leaf, 2, bad), [] as unknown[]];
    const keep = (list: unknown): undefined => void lists.push(list);
    rows.page(page([1, 2], [0, 1]), keep);
    rows.page(page([3, 4], [1, 0]), keep);
    rows.end(keep);
    expect(lists).toEqual([[1, 2, 3], [4]]);
    expect(() => new ColumnRows(leaf, 1, bad).page(page([1], [1]), take)).toThrow('a list goes on that has not begun.');
  });
});
