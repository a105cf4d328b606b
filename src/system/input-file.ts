// Opens files that a user names, for every reader: what cannot be one is refused before a byte is read, and in one line that says
// what was found, what was expected, and what to do. Gzip is known by its first bytes, not by its name, and unpacked; no more is
// read, or unpacked, than the reader can use. What the bytes mean is for the reader.

import { closeSync, constants, createReadStream, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { NablaError } from '../errors.js';
import { systemText } from '../system-errors.js';
import { count } from '../text.js';
import { kindOf } from './file-kinds.js';

/** What a reader wants of a file. */
export interface Wanted {
  /** With its article, for 'expected …'. */
  readonly what: string;
  /** Bytes of the longest file that is read, and most that it may hold when unpacked. */
  readonly most: number;
  /** What to do about anything else: a whole sentence. */
  readonly next?: string;
}

/** A file that is open. */
export interface Opened {
  readonly file: number;
  /** Bytes of the file as it is; infinite for a pipe. */
  readonly size: number;
}

/** A file that is read piece by piece. */
export interface InputStream {
  /** Bytes of the file as it is; infinite for a pipe. */
  readonly size: number;
  /** Most bytes that the pieces can have together: what a header states beyond this is a lie. */
  readonly holds: number;
  /** Must be asked for, or the file stays open. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Most that deflate can shrink. */
export const DEFLATE_RATIO = 1032;

/** Bytes that are read at a time. */
const CHUNK = 1 << 18;

const sentence = (text: string | undefined): string => (text === undefined ? '' : ` ${text}`);

/** The error for something that is not what was wanted. */
function refused(name: string, { what, next }: Pick<Wanted, 'what' | 'next'>, found: string, hint = next): NablaError {
  return new NablaError('BAD_DATA', `${name}: expected ${what}, got ${found}.${sentence(hint)}`);
}

/** The whole file, unpacked where it is gzipped. @throws {NablaError} BAD_DATA */
export function readInput(path: string, wanted: Wanted): Uint8Array<ArrayBuffer> {
  const opened = open(path, wanted);
  try {
    return unpacked(path, readOpened(path, opened, wanted), wanted);
  } finally {
    closeSync(opened.file);
  }
}

/** The whole file as text, without a byte order mark. @throws {NablaError} BAD_DATA also for what is no text in UTF-8 */
export function readInputText(path: string, wanted: Wanted): string {
  return textOf(path, readInput(path, wanted), wanted);
}

/** Bytes as text. @throws {NablaError} BAD_DATA for what begins like something else that is known, or is no text in UTF-8 */
export function textOf(name: string, bytes: Uint8Array, wanted: Pick<Wanted, 'what' | 'next'>): string {
  const kind = kindOf(bytes);
  if (kind) throw refused(name, wanted, kind.what, kind.next);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused(name, wanted, 'bytes that are no text in UTF-8');
  }
}

/** The same piece by piece, while the caller goes on. @throws {NablaError} BAD_DATA */
export function streamInput(path: string, wanted: Wanted): InputStream {
  const { file, size } = open(path, wanted);
  const holds = isPackedFile(file) ? DEFLATE_RATIO * size : size;
  return { size, holds, chunks: unpackedPieces(path, createReadStream('', { fd: file, highWaterMark: CHUNK }), wanted) };
}

/** Whether an open file is gzipped; of a pipe nothing is known before it is read. */
function isPackedFile(file: number): boolean {
  try {
    const first = new Uint8Array(2);
    readSync(file, first, 0, 2, 0);
    return isGzip(first);
  } catch {
    return true;
  }
}

/** All that a stream gives, unpacked where it is gzipped: a file, or standard input. @throws {NablaError} BAD_DATA */
export async function collectInput(name: string, stream: AsyncIterable<Uint8Array>, wanted: Wanted): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of unpackedPieces(name, stream, wanted)) parts.push(part);
  return Buffer.concat(parts);
}

/** The whole file while the caller goes on. @throws {NablaError} BAD_DATA */
export async function readInputLater(path: string, wanted: Wanted): Promise<Uint8Array<ArrayBuffer>> {
  const { file } = open(path, wanted);
  return collectInput(path, createReadStream('', { fd: file, highWaterMark: CHUNK }), wanted);
}

/** What was packed, or the bytes themselves. @throws {NablaError} BAD_DATA */
export function unpacked<B extends Uint8Array>(name: string, bytes: B, { most }: Pick<Wanted, 'most'>): B | Uint8Array<ArrayBuffer> {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.min(most, MOST_IN_ONE) });
  } catch (error) {
    throw new NablaError('BAD_DATA', `${name}: this gzip file cannot be unpacked: ${systemText(error)}.`);
  }
}

/** More than this in one piece is none of zlib's. */
const MOST_IN_ONE = 2 ** 31 - 1;

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Each piece of a stream as it comes, unpacked where it is gzipped. @throws {NablaError} BAD_DATA */
export async function* unpackedPieces(name: string, stream: AsyncIterable<Uint8Array>, wanted: Wanted): AsyncGenerator<Uint8Array, void> {
  let isPacked = false;
  try {
    const pieces = atMost(name, stream, wanted.most);
    const first = await pieces.next();
    if (first.done) return;
    isPacked = isGzip(first.value);
    const all = following(first.value, pieces);
    yield* isPacked ? atMost(name, pipeline(all, createGunzip({ chunkSize: CHUNK }), NOTHING), wanted.most) : all;
  } catch (error) {
    if (error instanceof NablaError) throw error;
    const what = isPacked ? 'this gzip file cannot be unpacked' : 'this file cannot be read';
    throw new NablaError('BAD_DATA', `${name}: ${what}: ${systemText(error)}.`);
  } finally {
    // A reader that wants no more closes the file.
    (stream as Partial<Readable>).destroy?.();
  }
}

/** Errors reach the reader through the last stream. */
const NOTHING = (): void => {};

async function* following(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

/** The pieces, as long as they are not too many. */
async function* atMost(name: string, pieces: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > most) throw tooLong(name, most, 'more');
    yield piece;
  }
}

function tooLong(name: string, most: number, got: string): NablaError {
  return new NablaError('BAD_DATA', `${name}: expected at most ${count(most)} bytes, got ${got}.`);
}

/** Without waiting: a pipe that nobody writes to would be waited for without end. @throws {NablaError} BAD_DATA */
export function open(path: string, wanted: Wanted): Opened {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (isOpenAlready(path) ? 0 : constants.O_NONBLOCK));
    const entry = fstatSync(file);
    const found = isOpenAlready(path) && entry.isFIFO() ? undefined : noFile(entry);
    if (found !== undefined) throw refused(path, wanted, found, wanted.next ?? HINTS[found]);
    if (entry.size > wanted.most) throw tooLong(path, wanted.most, count(entry.size));
    return { file, size: entry.isFIFO() ? Number.POSITIVE_INFINITY : entry.size };
  } catch (error) {
    if (file !== undefined) closeSync(file);
    throw error instanceof NablaError ? error : unreadable(path, error, wanted);
  }
}

/** A pipe of the shell, as `<(…)` makes it: its other end is there. */
const isOpenAlready = (path: string): boolean => /^\/(dev|proc\/self)\/fd\/\d+$|^\/dev\/stdin$/.test(path);

/** What to do about it where the reader knows nothing better. */
const HINTS: Readonly<Record<string, string>> = { 'a folder': 'Name the files in it.', 'a pipe': 'Read it into a file first.' };

/** What something is that is no file. */
function noFile(entry: Stats): string | undefined {
  if (entry.isFile()) return undefined;
  if (entry.isDirectory()) return 'a folder';
  if (entry.isFIFO()) return 'a pipe';
  return entry.isSocket() ? 'a socket' : 'a device';
}

function unreadable(path: string, error: unknown, { next }: Wanted): NablaError {
  const { code } = error as NodeJS.ErrnoException;
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  const what = missing ? (isLink(path) ? 'this is a link to something that is not there' : 'there is no such file') : undefined;
  return new NablaError('BAD_DATA', `${path}: ${what ?? `this file cannot be read: ${systemText(error)}`}.${missing ? sentence(next) : ''}`);
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** All bytes, though the file may grow, or say that it has none, as those in /proc do. */
function readOpened(path: string, { file, size }: Opened, wanted: Wanted): Uint8Array<ArrayBuffer> {
  const known = size > 0 && Number.isFinite(size);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let [length, isEnd] = [0, false];
  try {
    while (!isEnd) {
      const part = new Uint8Array(known && length === 0 ? size + 1 : CHUNK);
      const read = readSync(file, part);
      // A file gives as much as there is, a pipe what it has just now.
      isEnd = read === 0 || (known && read < part.length);
      length += read;
      if (length > wanted.most) throw tooLong(path, wanted.most, 'more');
      parts.push(part.subarray(0, read));
    }
  } catch (error) {
    throw error instanceof NablaError ? error : unreadable(path, error, wanted);
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}
