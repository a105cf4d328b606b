// A file of which parts are read out of order, as archives and files with an index at their end need it: on the disk, or bytes in memory.

import { closeSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { NablaError } from '../errors.js';
import { systemText } from '../system-errors.js';
import { open, type Wanted } from './input-file.js';

export interface FileParts {
  /** Bytes of the file. */
  readonly size: number;
  /** So many bytes from a place on; fewer where the file ends, none before it begins. */
  read(at: number, length: number): Uint8Array;
  /** The same piece by piece. */
  stream(at: number, length: number): AsyncIterable<Uint8Array>;
  close(): void;
}

/** Bytes that are read at a time. */
const CHUNK = 1 << 18;
const readLater = promisify(read);

/** @throws {NablaError} BAD_DATA for what is no file, or cannot be read */
export function openParts(path: string, wanted: Wanted): FileParts {
  const { file, size } = open(path, wanted);
  const unreadable = (error: unknown): NablaError => new NablaError('BAD_DATA', `${path}: this file cannot be read: ${systemText(error)}.`);
  return {
    size,
    read(at, length) {
      const bytes = new Uint8Array(at < 0 ? 0 : Math.max(0, Math.min(length, size - at)));
      try {
        return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, at));
      } catch (error) {
        throw unreadable(error);
      }
    },
    async *stream(at, length) {
      // One after the other, so that none is under way when the file is closed.
      for (let from = at; from < at + length; from += CHUNK) {
        const wanted = Math.min(CHUNK, at + length - from);
        const { bytesRead, buffer } = await readLater(file, new Uint8Array(wanted), 0, wanted, from).catch((error) => {
          throw unreadable(error);
        });
        yield buffer.subarray(0, bytesRead);
        if (bytesRead < wanted) return;
      }
    },
    close: () => closeSync(file),
  };
}

export function partsOfBytes(bytes: Uint8Array): FileParts {
  return {
    size: bytes.length,
    read: (at, length) => bytes.subarray(at, at < 0 ? at : at + length),
    async *stream(at, length) {
      yield bytes.subarray(at, at + length);
    },
    close() {},
  };
}
