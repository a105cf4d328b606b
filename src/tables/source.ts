// A file as readers of tables meet it: on the disk, or in memory, gzipped or not. They ask for its beginning, to see what it is, and then
// for all of it or for its pieces; where it lies on the disk as it is, a reader may also open it itself and read parts of it out of order.

import { NablaError } from '../errors.js';
import { type FileParts, openParts, partsOfBytes } from '../system/file-parts.js';
import { entryAt } from '../system/folders.js';
import { collectInput, DEFLATE_RATIO, type InputStream, isGzip, streamInput, unpacked, unpackedPieces, type Wanted } from '../system/input-file.js';
import { nameOfPath } from '../system/path-name.js';

/** What is looked at to tell what a file is. */
const START_BYTES = 1 << 16;
const LINE_FEED = 0x0a;

export interface Source {
  /** For messages: the path as the user has given it. */
  readonly name: string;
  /** What a table of it is called: its name without folders. */
  readonly title: string;
  /** Where it lies, if it does. */
  readonly path?: string;
  /** Its first bytes, unpacked. */
  start(): Promise<Uint8Array>;
  /** All of it piece by piece, unpacked, and its length as it is (packed; infinite for a pipe). */
  stream(wanted: Wanted): InputStream;
  /** All of it at once, unpacked. */
  bytes(wanted: Wanted): Promise<Uint8Array>;
}

/** Anything that has a beginning. */
const ANY: Wanted = { what: 'a file with samples', most: Number.POSITIVE_INFINITY };

export function fileSource(path: string): Source {
  return {
    name: path,
    title: nameOfPath(path),
    path,
    start: () => beginning(streamInput(path, ANY).chunks),
    stream: (wanted) => streamInput(path, wanted),
    bytes: (wanted) => collectInput(path, streamInput(path, wanted).chunks, wanted),
  };
}

/** @param name for messages, as that of a file */
export function bytesSource(name: string, packed: Uint8Array): Source {
  const whole = (wanted: Pick<Wanted, 'most'>): Uint8Array => unpacked(name, packed, wanted);
  return {
    name,
    title: nameOfPath(name),
    start: async () => whole({ most: Number.POSITIVE_INFINITY }).subarray(0, START_BYTES),
    stream: (wanted) => ({
      size: packed.length,
      holds: (isGzip(packed) ? DEFLATE_RATIO : 1) * packed.length,
      chunks: inOnePiece(whole(wanted)),
    }),
    bytes: async (wanted) => whole(wanted),
  };
}

/** What comes through a pipe, such as standard input: once, and each piece as it comes. */
export function pipeSource(name: string, pieces: AsyncIterable<Uint8Array>): Source {
  const coming = unpackedPieces(name, pieces, ANY);
  const first: Uint8Array[] = [];
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    try {
      while (first.length > 0) yield first.shift() as Uint8Array;
      yield* coming;
    } finally {
      await coming.return(undefined);
    }
  };
  return {
    name,
    title: name,
    start: async () => {
      // No more than a line is waited for: who writes the next one may be waiting for what is said of this.
      let [length, isEnd] = [0, false];
      while (!isEnd && length < START_BYTES && !first.at(-1)?.includes(LINE_FEED)) {
        const { done, value } = await coming.next();
        if (done) isEnd = true;
        else length += first[first.push(value) - 1].length;
      }
      const start = Buffer.concat(first).subarray(0, START_BYTES);
      return isEnd ? start : wholeLines(start);
    },
    stream: () => ({ size: Number.POSITIVE_INFINITY, holds: Number.POSITIVE_INFINITY, chunks: chunks() }),
    bytes: (wanted) => collectInput(name, chunks(), wanted),
  };
}

/** A line of text that is still being written tells nothing of the others. */
function wholeLines(start: Uint8Array): Uint8Array {
  const end = start.lastIndexOf(LINE_FEED) + 1;
  return end === 0 || start.some((byte) => byte < 0x09) ? start : start.subarray(0, end);
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function beginning(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= START_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, START_BYTES);
}

/** Bytes of a gzipped file that may be unpacked into memory, where parts of it are read out of order. */
const MOST_UNPACKED = 2 ** 30;

/** The same with parts that are read out of order: from the disk where it lies there as it is, else from memory. To be closed. */
export async function partsOf(source: Source, wanted: Wanted): Promise<FileParts> {
  if (source.path !== undefined && entryAt(source.path)?.isFile()) {
    const parts = openParts(source.path, wanted);
    if (!isGzip(parts.read(0, 2))) return parts;
    parts.close();
  }
  return partsOfBytes(await source.bytes({ ...wanted, most: MOST_UNPACKED }));
}

/**
 * What reading gives, of a file that is the same after it as before: length, time of its last change, and the file itself.
 * @throws {NablaError} BAD_DATA where it is not, whatever reading came to
 */
export async function unchanged<T>(source: Source, read: () => Promise<T>): Promise<T> {
  const before = stateOf(source);
  const check = (): void => {
    if (stateOf(source) !== before) {
      throw new NablaError('BAD_DATA', `${source.name}: the file has changed while it was read. Read it again when nothing writes to it.`);
    }
  };
  try {
    const made = await read();
    check();
    return made;
  } catch (error) {
    check();
    throw error;
  }
}

/** What changes when a file does; undefined for what lies on no disk. */
function stateOf({ path }: Source): string | undefined {
  const entry = path === undefined ? undefined : entryAt(path);
  return entry?.isFile() ? `${entry.dev}:${entry.ino}:${entry.size}:${entry.mtimeMs}` : undefined;
}
