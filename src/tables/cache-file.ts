// Tables as one file of the cache: what is said of them as JSON, then their cells as they lie in memory. Everything carries a checksum,
// so that a file that was cut short, or damaged, or written by another version is none.
//
//   'nabla-t1' │ length and CRC-32 of the head │ head │ cells of the first table │ cells of the next …

import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { placeOfRuns, type Run, runsOf } from './places.js';
import type { Table, Tables } from './table.js';

/** Of this layout. The version of the package is part of what a file is for. */
const MAGIC = 'nabla-t1';
const FRONT = 16;
/** Bytes that are read and written at a time. */
const CHUNK = 1 << 23;
const MOST_HEAD = 1 << 26;
const MOST_RUNS = 100_000;
/** What stands for the name of the file in places: another day it may be given by another path. */
const NAME = '\0';

/** What a table is without its cells and its places, which are functions or long. */
interface Kept {
  readonly table: Omit<Table, 'cells' | 'place'>;
  readonly places: readonly Run[];
  readonly type: 'bytes' | 'floats';
  readonly length: number;
  readonly crc: number;
}

interface Head {
  /** What the file is for; anything else is another file. */
  readonly subject: string;
  readonly tables: Readonly<Record<string, Kept>>;
}

/**
 * Writes tables beside, and puts them in their place as a whole.
 * @param subject what they are of: reading asks for the same
 * @returns whether they can be kept
 * @throws what the system says
 */
export function writeTables(path: string, subject: string, name: string, tables: Tables): boolean {
  const all = Object.entries(tables as unknown as Readonly<Record<string, Table>>);
  const kept = all.map(([key, table]) => [key, keptOf(table, name)] as const);
  if (kept.some(([, one]) => one === undefined)) return false;
  const head = Buffer.from(JSON.stringify({ subject, tables: Object.fromEntries(kept) }));
  if (head.length > MOST_HEAD) return false;
  const front = Buffer.alloc(FRONT);
  front.write(MAGIC, 'latin1');
  front.writeUInt32LE(head.length, 8);
  front.writeUInt32LE(crc32(head), 12);
  const part = `${path}.${process.pid}.part`;
  try {
    // Data of a user's are nobody else's to read.
    const file = openSync(part, 'w', 0o600);
    try {
      for (const bytes of [front, head, ...all.map(([, { cells }]) => bytesOf(cells))]) {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(CHUNK, bytes.length - at));
      }
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
    return true;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** The tables in a file; undefined where there is none, or not for this, or not whole. */
export function readTablesFile(path: string, subject: string, name: string): Tables | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const [head, begin] = readHead(file, size) ?? [];
    if (head?.subject !== subject || begin === undefined) return undefined;
    const tables: Record<string, Table> = {};
    let at = begin;
    for (const [key, kept] of Object.entries(head.tables)) {
      const cells = at + kept.length <= size ? readCells(file, at, kept) : undefined;
      if (cells === undefined) return undefined;
      const places = kept.places.map(([row, text, number]): Run => [row, text.startsWith(NAME) ? name + text.slice(1) : text, number]);
      tables[key] = { ...kept.table, cells, place: placeOfRuns(places) };
      at += kept.length;
    }
    return tables as unknown as Tables;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function keptOf({ cells, place, ...table }: Table, name: string): Kept | undefined {
  const named = (row: number): string => {
    const text = place(row);
    return text.startsWith(name) ? NAME + text.slice(name.length) : text;
  };
  const places = runsOf(table.rows, named, MOST_RUNS);
  if (places === undefined) return undefined;
  const bytes = bytesOf(cells);
  let crc = 0;
  for (let at = 0; at < bytes.length; at += CHUNK) crc = crc32(bytes.subarray(at, at + CHUNK), crc);
  return { table, places, type: cells instanceof Uint8Array ? 'bytes' : 'floats', length: bytes.length, crc };
}

const bytesOf = (cells: Table['cells']): Uint8Array => new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);

function readHead(file: number, size: number): [head: Head, end: number] | undefined {
  const front = Buffer.alloc(FRONT);
  readSync(file, front, 0, FRONT, 0);
  const length = front.readUInt32LE(8);
  if (front.toString('latin1', 0, 8) !== MAGIC || length > MOST_HEAD || FRONT + length > size) return undefined;
  const head = Buffer.alloc(length);
  readSync(file, head, 0, length, FRONT);
  return crc32(head) === front.readUInt32LE(12) ? [JSON.parse(head.toString()) as Head, FRONT + length] : undefined;
}

/** Straight into memory that threads share. */
function readCells(file: number, from: number, { type, length, crc: expected }: Kept): Table['cells'] | undefined {
  const bytes = new Uint8Array(new SharedArrayBuffer(length));
  let crc = 0;
  for (let at = 0; at < length; at += CHUNK) {
    const part = bytes.subarray(at, Math.min(length, at + CHUNK));
    if (readSync(file, part, 0, part.length, from + at) !== part.length) return undefined;
    crc = crc32(part, crc);
  }
  if (crc !== expected) return undefined;
  return type === 'bytes' ? bytes : new Float32Array(bytes.buffer);
}
