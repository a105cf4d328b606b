// The beginning of a CSV file: its dialect, its first row, and from a sample what its columns look like and how long a row is. All of it
// is a guess but the first row; a guess that the rest of the file does not bear out costs time, not truth.

import { nothingSeen } from '../kinds.js';
import type { TableOptions } from '../options.js';
import { LINE_FEED, markLength } from './bytes.js';
import { howFor, metByAll } from './columns.js';
import { badLine, type Dialect, dialectOf, FAULTS, type Header, headerOf, lineWithoutUtf8 } from './dialect.js';
import { FieldFault, FieldScanner } from './fields.js';
import { type Pieces, readPiece } from './pieces.js';
import { HOW, type How, MOST_ROW, RowReader, TOO_LONG } from './rows.js';

export interface Beginning {
  readonly dialect: Dialect;
  readonly header: Header;
  /** Where the first row of values begins: its byte, and its line from 1. */
  readonly from: number;
  readonly line: number;
  readonly isWords: readonly boolean[];
  readonly how: readonly How[];
  /** Of a row, on average; undefined where no row was short enough to be looked at. */
  readonly rowBytes?: number;
}

/** Bytes that are read for a start, and of them those that are the sample; and most rows of it. */
const START = 1 << 20;
const SAMPLE = 1 << 18;
const SAMPLE_ROWS = 2_000;

interface FirstRow {
  /** The beginning of the file as far as it was read. */
  readonly bytes: Uint8Array;
  readonly fields: readonly string[];
  /** Where it begins, and behind its end, with their lines. */
  readonly from: number;
  readonly line: number;
  readonly next: number;
  readonly nextLine: number;
}

/** @returns undefined where there is nothing but blanks @throws {NablaError} BAD_DATA */
export function beginningOf(name: string, pieces: Pieces, size: number, options: TableOptions): Beginning | undefined {
  const start = new Uint8Array(Math.min(START, size));
  readPiece(pieces, 0, start.length, start);
  const dialect = dialectOf(start, options);
  const row = firstRow(name, pieces, size, dialect);
  if (!row) return undefined;
  const header = headerOf(row.fields, options, (what) => badLine(name, row.line, what));
  const [from, line] = header.named ? [row.next, row.nextLine] : [row.from, row.line];
  const isWords = header.names.map((one) => options.categorical.includes(one));
  return { dialect, header, from, line, isWords, ...sampled(row.bytes.subarray(from, from + SAMPLE), dialect, isWords, size - from <= SAMPLE) };
}

/** The first row, for which more and more of the file is read. */
function firstRow(name: string, pieces: Pieces, size: number, dialect: Dialect): FirstRow | undefined {
  for (let length = Math.min(START, size); ; length = Math.min(8 * length, size, START + MOST_ROW)) {
    const bytes = new Uint8Array(length + 1);
    readPiece(pieces, 0, length, bytes);
    const found = splitFirst(name, bytes, length, dialect, length === size);
    if (found !== 'unfinished') return found;
    if (length >= START + MOST_ROW) throw badLine(name, 1, TOO_LONG);
  }
}

function splitFirst(name: string, bytes: Uint8Array, end: number, dialect: Dialect, isWhole: boolean): FirstRow | 'unfinished' | undefined {
  const scanner = new FieldScanner(dialect);
  scanner.load(bytes, end);
  let [at, line] = [markLength(bytes), 1];
  for (at = scanner.beginRow(at); scanner.isRowEnd(at); at = scanner.beginRow(scanner.behindRow(at))) {
    if (at >= end) return isWhole ? undefined : 'unfinished';
    line++;
  }
  const [from, first] = [at, line];
  const fields: string[] = [];
  try {
    at = scanner.readRow(at, () => {
      line += scanner.lines;
      fields.push(scanner.string());
    });
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    if (!isWhole && error.message === FAULTS.neverClosed) return 'unfinished';
    throw badLine(name, line, error.message, fields.length + 1);
  }
  if (at >= end && !isWhole) return 'unfinished';
  if (lineWithoutUtf8(bytes.subarray(from, at)) !== undefined) throw badLine(name, first, FAULTS.notUtf8);
  return { bytes: bytes.subarray(0, end), fields, from, line: first, next: Math.min(end, scanner.behindRow(at)), nextLine: line + 1 };
}

/** How columns are best read, by the first rows. @param isWhole whether the last row of the sample is one, and not a part */
function sampled(bytes: Uint8Array, dialect: Dialect, isWords: readonly boolean[], isWhole: boolean): Pick<Beginning, 'how' | 'rowBytes'> {
  const width = isWords.length;
  const read = (how: How, rows: number, isCut: boolean) => {
    const columns = isWords.map(() => how);
    const reader = new RowReader(dialect, { cells: new Float32Array(how === HOW.skip ? 0 : rows * width), width, how: columns, isWords });
    const own = new Uint8Array(bytes.length + 1);
    own.set(bytes);
    const result = reader.read(own, bytes.length, { line: 1, row: 0, rows, isCut });
    return { rows: result.rows, met: metByAll([reader.met], columns, result.rows) };
  };
  // At first to see how many rows are there as a whole.
  const { rows } = read(HOW.skip, SAMPLE_ROWS, !isWhole);
  const { met } = read(HOW.texts, rows, false);
  const how = isWords.map((one, k) => howFor(rows === 0 ? nothingSeen() : met[k].seen, one));
  return { how, rowBytes: rows === 0 ? undefined : bytes.length / Math.max(rows, rowsIn(bytes)) };
}

/** Line ends, or thereabouts: what a row is long does not depend on it much. */
function rowsIn(bytes: Uint8Array): number {
  let rows = 0;
  for (const byte of bytes) if (byte === LINE_FEED) rows++;
  return rows;
}
