// Entries of a ZIP archive (APPNOTE 6.3.10, with ZIP64), stored or deflated, each read as a stream. The directory at the archive's end is
// believed only where it agrees with the file: entries lie one after another within it, none is longer than deflate can make it, no more
// is unpacked than it states, and lengths and checksums must come out. What the entries hold is for the reader.

import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { NablaError } from '../errors.js';
import { systemText } from '../system-errors.js';
import { count, printable } from '../text.js';
import type { FileParts } from './file-parts.js';
import { DEFLATE_RATIO } from './input-file.js';

export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** Unpacked; all of it must be read to know that it is whole. @throws {NablaError} BAD_DATA */
  stream(): AsyncIterable<Uint8Array>;
}

/** What the directory says of an entry. */
interface Listed {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header stands. */
  readonly at: number;
}

type Bad = (what: string) => NablaError;

const [END, END64, LOCATOR64, LISTED, LOCAL] = [0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50];
/** Bytes of the end record, of its ZIP64 twin and of what leads there, of a directory's row and of a local header, each without what is of variable length. */
const [END_BYTES, END64_BYTES, LOCATOR64_BYTES, LISTED_BYTES, LOCAL_BYTES] = [22, 56, 20, 46, 30];
const [LONGEST_COMMENT, LONGEST_NAME] = [0xffff, 0xffff];
/** Bytes of the longest directory that is read: a hundred thousand entries and more. */
const MOST_DIRECTORY = 1 << 24;
const [IN_64_BITS, EXTRA64] = [0xffffffff, 1];
/** Bits of an entry's flags: packed with a password, in either way. */
const ENCRYPTED = 0x1 | 0x40 | 0x2000;
const METHODS: Readonly<Record<number, string>> = { 12: 'bzip2', 14: 'LZMA', 93: 'Zstandard', 95: 'xz', 99: 'AES' };
const AGAIN = 'Copy or download it again.';

/** @param name of the archive, for messages @throws {NablaError} BAD_DATA */
export function zipEntries(name: string, parts: FileParts): ZipEntry[] {
  const bad: Bad = (what) => new NablaError('BAD_DATA', `${name}: ${what}`);
  const { directory, at } = directoryOf(parts, bad);
  const listed = [...rowsOf(directory, bad)];
  checkOrder(listed, at, bad);
  return listed.map((entry) => ({ name: entry.name, size: entry.size, stream: () => unpackedEntry(name, parts, entry) }));
}

/** The name of the first entry, from an archive's first bytes; undefined for what begins as no archive. */
export function firstInZip(bytes: Uint8Array): string | undefined {
  const start = view(bytes.subarray(0, LOCAL_BYTES + LONGEST_NAME));
  return isRecord(start, LOCAL, LOCAL_BYTES) ? start.toString('utf8', LOCAL_BYTES, LOCAL_BYTES + start.readUInt16LE(26)) : undefined;
}

function directoryOf(parts: FileParts, bad: Bad): { readonly directory: Buffer; readonly at: number } {
  const from = Math.max(0, parts.size - END_BYTES - LONGEST_COMMENT);
  const tail = view(parts.read(from, parts.size - from));
  let end = tail.length - END_BYTES;
  while (end >= 0 && !(tail.readUInt32LE(end) === END && end + END_BYTES + tail.readUInt16LE(end + 20) === tail.length)) end--;
  if (end < 0) throw bad(`this ZIP archive has no end: it is cut short, or something follows it. ${AGAIN}`);
  let [length, at] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (length === IN_64_BITS || at === IN_64_BITS || tail.readUInt16LE(end + 10) === 0xffff) {
    const locator = view(parts.read(from + end - LOCATOR64_BYTES, LOCATOR64_BYTES));
    const record = isRecord(locator, LOCATOR64, LOCATOR64_BYTES) ? view(parts.read(long(locator, 8), END64_BYTES)) : locator;
    if (!isRecord(record, END64, END64_BYTES)) throw bad(`the directory of this ZIP archive is damaged. ${AGAIN}`);
    [length, at] = [long(record, 40), long(record, 48)];
  }
  if (at + length > from + end)
    throw bad(`the directory of this ZIP archive should end at byte ${count(at + length)}, but the file has ${count(parts.size)}. ${AGAIN}`);
  if (length > MOST_DIRECTORY) throw bad(`a ZIP archive with a directory of ${count(length)} bytes; ${count(MOST_DIRECTORY)} can be read.`);
  return { directory: view(parts.read(at, length)), at };
}

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
const isRecord = (bytes: Buffer, signature: number, length: number): boolean => bytes.length >= length && bytes.readUInt32LE(0) === signature;
/** Beyond 2^53 no file reaches. */
const long = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

function* rowsOf(directory: Buffer, bad: Bad): Generator<Listed> {
  let at = 0;
  while (at < directory.length) {
    const row = directory.subarray(at);
    const lengths = row.length >= LISTED_BYTES ? [28, 30, 32].map((field) => row.readUInt16LE(field)) : [0, 0, 0];
    const [nameBytes, extraBytes, commentBytes] = lengths;
    const whole = LISTED_BYTES + nameBytes + extraBytes + commentBytes;
    if (!isRecord(row, LISTED, whole)) throw bad(`the directory of this ZIP archive is damaged. ${AGAIN}`);
    const name = row.toString('utf8', LISTED_BYTES, LISTED_BYTES + nameBytes);
    const extra = extra64(row.subarray(LISTED_BYTES + nameBytes, LISTED_BYTES + nameBytes + extraBytes));
    const field = (place: number): number => {
      const value = row.readUInt32LE(place);
      return value === IN_64_BITS ? (extra.shift() ?? value) : value;
    };
    // In the order in which ZIP64 keeps those that are too large.
    const [size, packed, local] = [24, 20, 42].map(field);
    yield { name, flags: row.readUInt16LE(8), method: row.readUInt16LE(10), crc: row.readUInt32LE(16), packed, size, at: local };
    at += whole;
  }
}

/** The 64-bit numbers of an entry. */
function extra64(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const field = extra.subarray(at + 4, at + 4 + length);
    if (id === EXTRA64) return Array.from({ length: Math.min(3, Math.floor(field.length / 8)) }, (_, k) => long(field, 8 * k));
    at += 4 + length;
  }
  return [];
}

/** Entries that lie in each other would unpack the same bytes again and again. */
function checkOrder(listed: readonly Listed[], directory: number, bad: Bad): void {
  const inOrder = [...listed].sort((a, b) => a.at - b.at);
  for (const [k, { name, at, packed }] of inOrder.entries()) {
    if (at + LOCAL_BYTES + packed > (inOrder[k + 1]?.at ?? directory)) {
      throw bad(`${inZip(name)} should have ${count(packed)} bytes, more than there is room for in this ZIP archive. ${AGAIN}`);
    }
  }
}

const inZip = (name: string): string => `'${printable(name, 40)}'`;

async function* unpackedEntry(archive: string, parts: FileParts, { name, flags, method, crc, packed, size, at }: Listed): AsyncGenerator<Uint8Array> {
  const bad: Bad = (what) => new NablaError('BAD_DATA', `${archive}: ${inZip(name)} in it ${what}`);
  if (flags & ENCRYPTED) throw bad('is encrypted. Unpack it with its password, and pack it without one.');
  if (method !== 0 && method !== 8) throw bad(`is packed with ${METHODS[method] ?? `method ${method}`}; deflate can be read.`);
  if (method === 0 ? size !== packed : size > DEFLATE_RATIO * packed + LOCAL_BYTES) {
    throw bad(`states ${count(size)} bytes, ${method === 0 ? 'and' : 'more than can be'} packed into ${count(packed)}. ${AGAIN}`);
  }
  const header = view(parts.read(at, LOCAL_BYTES));
  if (!isRecord(header, LOCAL, LOCAL_BYTES)) throw bad(`does not begin where the archive says. ${AGAIN}`);
  const stored = parts.stream(at + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28), packed);
  let [length, sum] = [0, 0];
  try {
    for await (const chunk of method === 0 ? stored : pipeline(stored, createInflateRaw({ chunkSize: 1 << 18 }), NOTHING)) {
      length += chunk.length;
      if (length > size) throw bad(`unpacks to more than the ${count(size)} bytes that it states.`);
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof NablaError) throw error;
    throw bad(`cannot be unpacked: ${systemText(error)}.`);
  }
  if (length < size) throw bad(`ends after ${count(length)} bytes of ${count(size)}. ${AGAIN}`);
  if (sum !== crc) throw bad(`has another checksum than it should have: it is damaged. ${AGAIN}`);
}

/** Errors reach the reader through the last stream. */
const NOTHING = (): void => {};
