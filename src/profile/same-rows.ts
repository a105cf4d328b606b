// Rows that are the same, in one table or in several: each row as patterns of 32 bits (patterns.ts), hashed to 64, looked up in a table
// of open addressing, and compared in full where the hashes agree. Of a million rows it takes 20 MB, whatever their width.

import type { Table } from '../tables/table.js';
import { BYTE_PATTERNS, bitsOf, canonical, patternOf } from './patterns.js';

/** Gives rows as patterns. */
export interface RowReader {
  readonly rows: number;
  readonly width: number;
  /** @param out [width] */
  read(row: number, out: Uint32Array): void;
}

/** Which rows are the same: 0 for one that occurs once, else the number of its set, from 1 on. */
export interface SameRows {
  /** [rows of all readers, one after another] */
  readonly groups: Uint32Array;
  readonly count: number;
}

/**
 * Rows of a table by some of its columns.
 * @param at the columns, by their numbers
 * @param patterns for a column whose cells are not to be taken as they are: the pattern of each of its words
 */
export function readerOf(
  { rows, columns, cells }: Pick<Table, 'rows' | 'columns' | 'cells'>,
  at: readonly number[],
  patterns: readonly (Uint32Array | undefined)[] = [],
): RowReader {
  const [C, width] = [columns.length, at.length];
  const places = Uint32Array.from(at);
  const bits = cells instanceof Float32Array ? bitsOf(cells) : undefined;
  const read = (row: number, out: Uint32Array): void => {
    const first = row * C;
    if (bits) for (let f = 0; f < width; f++) out[f] = canonical(bits[first + places[f]]);
    else for (let f = 0; f < width; f++) out[f] = BYTE_PATTERNS[cells[first + places[f]]];
    for (const [f, words] of patterns.entries()) if (words) out[f] = words[cells[first + places[f]]] ?? out[f];
  };
  return { rows, width, read };
}

/** Rows of bytes, four to a pattern: for readers that are compared among themselves alone. @param values [rows][width] */
export function byteReader(values: Uint8Array, bytes: number): RowReader {
  const width = Math.ceil(bytes / 4);
  const read = (row: number, out: Uint32Array): void => {
    const end = (row + 1) * bytes;
    let at = row * bytes;
    for (let f = 0; f < width - 1; f++, at += 4) out[f] = values[at] | (values[at + 1] << 8) | (values[at + 2] << 16) | (values[at + 3] << 24);
    let last = 0;
    for (let shift = 0; at < end; at++, shift += 8) last |= values[at] << shift;
    out[width - 1] = last;
  };
  return { rows: values.length / bytes, width, read };
}

/** Words of another table as patterns of those here; words that are not here have patterns that no cell has. */
export function translated(words: readonly string[], here: readonly string[]): Uint32Array {
  const numbers = new Map(here.map((word, n) => [word, n]));
  return Uint32Array.from(words, (word, n) => patternOf(numbers.get(word) ?? -1 - n));
}

/** @param readers of the same width */
export function sameRows(readers: readonly RowReader[]): SameRows {
  const total = readers.reduce((sum, { rows }) => sum + rows, 0);
  const width = readers[0].width;
  const bits = Math.max(4, Math.ceil(Math.log2(2 * total + 1)));
  const slots = new Uint32Array(2 ** bits);
  const [high, low] = [new Uint32Array(total), new Uint32Array(total)];
  const groups = new Uint32Array(total);
  const [row, other] = [new Uint32Array(width), new Uint32Array(width)];
  const starts = readers.map((_, r) => readers.slice(0, r).reduce((sum, { rows }) => sum + rows, 0));
  const readAt = (place: number, out: Uint32Array): void => {
    const r = starts.findLastIndex((start) => start <= place);
    readers[r].read(place - starts[r], out);
  };
  let count = 0;
  let place = 0;
  for (const reader of readers) {
    for (let r = 0; r < reader.rows; r++, place++) {
      reader.read(r, row);
      [high[place], low[place]] = [hash(row, 0x9747b28c), hash(row, 0x3c6ef372)];
      let slot = high[place] >>> (32 - bits);
      for (;;) {
        const found = slots[slot] - 1;
        if (found < 0) break;
        if (high[found] === high[place] && low[found] === low[place]) {
          readAt(found, other);
          if (areEqual(row, other)) {
            if (groups[found] === 0) groups[found] = ++count;
            groups[place] = groups[found];
            break;
          }
        }
        slot = (slot + 1) % slots.length;
      }
      if (slots[slot] === 0) slots[slot] = place + 1;
    }
  }
  return { groups, count };
}

/** MurmurHash3 (Appleby, 2011) of 32 bits over 32-bit patterns. */
function hash(patterns: Uint32Array, seed: number): number {
  let h = seed;
  for (let k = 0; k < patterns.length; k++) {
    let x = Math.imul(patterns[k], 0xcc9e2d51);
    x = Math.imul((x << 15) | (x >>> 17), 0x1b873593);
    h ^= x;
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  h ^= patterns.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function areEqual(a: Uint32Array, b: Uint32Array): boolean {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
