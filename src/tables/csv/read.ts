// CSV and its relatives: which of the two readers takes a file, and what only shows when it has been read.

import { closeSync, fstatSync, openSync } from 'node:fs';
import { NablaError } from '../../errors.js';
import { countCores } from '../../system/cores.js';
import { entryAt } from '../../system/folders.js';
import { freeMemory } from '../../system/memory.js';
import { forbidden } from '../../system/permission.js';
import { megabytes } from '../../text.js';
import { numberOf } from '../kinds.js';
import type { TableOptions } from '../options.js';
import type { Source } from '../source.js';
import { quoted, type Table, type Tables } from '../table.js';
import { readFast } from './fast.js';
import { BLOCK, type Pieces, readPiece } from './pieces.js';
import { readPlainly } from './plain.js';

const WANTED = { what: 'CSV', most: Number.POSITIVE_INFINITY };
/** Bytes up to which the plain reader is as quick, and up to which threads would take longer to start than one takes to read. */
const SMALL = 1 << 19;
const FEW = 1 << 23;
const MOST_THREADS = 16;

/** @throws {NablaError} BAD_DATA, naming file, line and column, both counted from 1 */
export async function readCsvTable(source: Source, options: TableOptions): Promise<Tables> {
  const file = openPlainFile(source);
  try {
    const { pieces, size } = file ?? (await collected(source));
    const table =
      size <= SMALL ? await readSmall(source, pieces, options) : await readFast({ ...source, pieces, size }, options, { threads: threadsFor(size) });
    checkDecimals(source.name, table, options);
    return { training: table };
  } finally {
    if (file) closeSync(file.pieces.file);
  }
}

async function readSmall(source: Source, pieces: Pieces, options: TableOptions): Promise<Table> {
  return readPlainly(
    source,
    'blocks' in pieces ? Buffer.concat(pieces.blocks.map((block) => new Uint8Array(block))) : await source.bytes(WANTED),
    options,
  );
}

function threadsFor(size: number): number {
  const { usable } = countCores();
  return size < FEW || usable === 1 || forbidden('worker') !== undefined ? 0 : Math.min(usable, MOST_THREADS);
}

interface Whole<P extends Pieces> {
  readonly pieces: P;
  readonly size: number;
}

/** A file on the disk that can be read out of order as it is; undefined for any other, also for one that cannot be opened. */
function openPlainFile({ path }: Source): Whole<{ readonly file: number }> | undefined {
  if (path === undefined || !entryAt(path)?.isFile()) return undefined;
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const start = new Uint8Array(2);
    const { size } = fstatSync(file);
    if (size > SMALL && readPiece({ file }, 0, 2, start) === 2 && !(start[0] === 0x1f && start[1] === 0x8b)) return { pieces: { file }, size };
  } catch {}
  if (file !== undefined) closeSync(file);
  return undefined;
}

/** All of a source, unpacked, as far as there is memory for it. */
async function collected(source: Source): Promise<Whole<{ readonly blocks: readonly SharedArrayBuffer[] }>> {
  const { bytes: free, whose } = freeMemory();
  const blocks: SharedArrayBuffer[] = [];
  let [size, room] = [0, 0];
  for await (const chunk of source.stream(WANTED).chunks) {
    if (size + chunk.length > free)
      throw new NablaError('BAD_DATA', `${source.name}: it holds more than ${megabytes(size)}, and ${megabytes(free)} ${whose}.`);
    for (let at = 0; at < chunk.length; ) {
      if (room === 0) {
        blocks.push(new SharedArrayBuffer(BLOCK));
        room = BLOCK;
      }
      const part = chunk.subarray(at, at + room);
      new Uint8Array(blocks[blocks.length - 1]).set(part, BLOCK - room);
      at += part.length;
      room -= part.length;
    }
    size += chunk.length;
  }
  if (room > 0) blocks.push((blocks.pop() as SharedArrayBuffer).slice(0, BLOCK - room));
  return { pieces: { blocks }, size };
}

/** Where so many of a column's different words would be numbers if commas stood before decimals, they are meant as such. */
const MOSTLY = 0.9;

/** @throws {NablaError} BAD_DATA where a column of words is one of numbers with decimal commas, or points */
function checkDecimals(name: string, { columns, named }: Table, { decimal = '.', categorical }: TableOptions): void {
  const other = decimal === '.' ? ',' : '.';
  const isNumber = (word: string): boolean => numberOf(word, decimal) !== undefined || numberOf(word, other) !== undefined;
  for (const [k, { name: column, words }] of columns.entries()) {
    if (words === undefined || categorical.includes(column)) continue;
    const example = words.find((word) => numberOf(word, other) !== undefined && numberOf(word, decimal) === undefined);
    if (example === undefined || words.filter(isNumber).length < MOSTLY * words.length) continue;
    const called = named ? ` (${quoted(column)})` : '';
    const mark = decimal === '.' ? 'a decimal comma: --decimal , reads it' : 'a decimal point: leave out --decimal ,';
    throw new NablaError(
      'BAD_DATA',
      `${name}: column ${k + 1}${called}: ${quoted(example)} is a number with ${mark}; or take the column as words: --categorical ${column}.`,
    );
  }
}
