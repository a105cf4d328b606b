// Files out of a ZIP archive on the disk, one after another and piece by piece: EMNIST's has half a gigabyte. It reads the directory at
// the archive's end (PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16), and of a file no more than that says. Archives of 4 GiB and more
// (ZIP64), with passwords, or in several parts are refused.

import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { NablaError } from '../errors.js';
import { systemText } from '../system-errors.js';
import { printableAscii } from '../text.js';

export interface ZipEntry {
  readonly name: string;
  /** 0: as it is; 8: deflate. */
  readonly method: number;
  /** Bytes in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  readonly crc: number;
  /** Where its own header begins. */
  readonly offset: number;
}

const END = { signature: 0x06054b50, bytes: 22, comment: 65_535 };
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
/** Bytes of the longest directory that is read. */
const MOST_DIRECTORY = 1_000_000;
/** Most that deflate can shrink. */
const MAX_RATIO = 1032;

const bad = (path: string, what: string): NablaError => new NablaError('BAD_DATA', `${path}: ${what}`);

/** What the archive's directory lists. @throws {NablaError} BAD_DATA */
export function readZip(path: string): ZipEntry[] {
  const length = statSync(path).size;
  const tail = readPart(path, Math.max(0, length - END.bytes - END.comment), Math.min(length, END.bytes + END.comment));
  let at = tail.length - END.bytes;
  while (at >= 0 && tail.readUInt32LE(at) !== END.signature) at--;
  if (at < 0) throw bad(path, 'this is no ZIP archive, or not all of it: the directory at its end is not there.');
  const [count, bytes, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (bytes > MOST_DIRECTORY || offset + bytes > length) throw bad(path, 'the directory of this ZIP archive lies outside of it.');
  return entriesIn(path, readPart(path, offset, bytes), count);
}

function entriesIn(path: string, directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + CENTRAL.bytes > directory.length || directory.readUInt32LE(at) !== CENTRAL.signature) {
      throw bad(path, `the directory of this ZIP archive ends after ${entries.length} of ${count} files.`);
    }
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    entries.push({
      name: directory.toString('latin1', at + CENTRAL.bytes, at + CENTRAL.bytes + name),
      method: directory.readUInt16LE(at + 8) & 1 ? Number.NaN : directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += CENTRAL.bytes + name + extra + comment;
  }
  return entries;
}

/**
 * A file of the archive, unpacked piece by piece; never more than its directory says.
 * @throws {NablaError} BAD_DATA
 */
export async function* zipContent(path: string, { name, method, packed, size, crc, offset }: ZipEntry): AsyncGenerator<Uint8Array> {
  const inside = `${path}: ${printableAscii(name, 80)}`;
  const length = statSync(path).size;
  if (method !== 0 && method !== 8) throw bad(inside, 'it is packed in a way that cannot be unpacked: encrypted, or neither stored nor deflated.');
  if (size > MAX_RATIO * packed) throw bad(inside, `the archive says that ${packed} bytes hold ${size}, which cannot be.`);
  const head = readPart(path, offset, LOCAL.bytes);
  if (head.length < LOCAL.bytes || head.readUInt32LE(0) !== LOCAL.signature) throw bad(inside, `byte ${offset}: expected the header of this file.`);
  const begin = offset + LOCAL.bytes + head.readUInt16LE(26) + head.readUInt16LE(28);
  if (begin + packed > length) throw bad(inside, 'the archive ends before this file does.');
  if (packed === 0) return;
  const stored = createReadStream(path, { start: begin, end: begin + packed - 1, highWaterMark: 1 << 18 });
  let [got, sum] = [0, 0];
  try {
    for await (const piece of (method === 8
      ? pipeline(stored, createInflateRaw({ chunkSize: 1 << 18 }), () => {})
      : stored) as AsyncIterable<Buffer>) {
      got += piece.length;
      if (got > size) throw bad(inside, `the archive says that it holds ${size} bytes, and it goes on after them.`);
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (error) {
    throw error instanceof NablaError ? error : bad(inside, `it cannot be unpacked: ${systemText(error)}.`);
  } finally {
    stored.destroy();
  }
  if (got !== size || sum !== crc) throw bad(inside, `expected ${size} bytes with the checksum ${crc}, got ${got} with ${sum}.`);
}

/** Bytes of a file, fewer where it ends before. */
function readPart(path: string, begin: number, length: number): Buffer {
  const part = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    return part.subarray(0, readSync(file, part, 0, length, begin));
  } finally {
    closeSync(file);
  }
}
