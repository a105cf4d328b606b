// A file whose parts are read out of order, such as one with a table of contents at its end: on the disk as it is, so that no more of it
// is in memory than is asked for; or in memory, where it is gzipped, comes through a pipe, or lies nowhere. That it stays the same
// meanwhile is checked.

import { closeSync, fstatSync, readSync } from 'node:fs';
import { NablaError } from '../errors.js';
import { systemText } from '../system-errors.js';
import { isGzip, open, type Wanted } from './input-file.js';

export interface FileParts {
  readonly size: number;
  /** Bytes from `from` up to, not including, `to`: both lie within the file. @throws {NablaError} BAD_DATA */
  read(from: number, to: number): Uint8Array<ArrayBuffer>;
  /** @throws {NablaError} BAD_DATA where the file is no longer what it was when it was opened */
  checkUnchanged(): void;
  close(): void;
}

/** The parts of bytes. */
export function partsOf(bytes: Uint8Array): FileParts {
  // Readers may look at the memory behind a part, and align what they read in it.
  const read = (from: number, to: number): Uint8Array<ArrayBuffer> => new Uint8Array(bytes.subarray(from, to));
  return { size: bytes.length, read, checkUnchanged() {}, close() {} };
}

/** @returns undefined for what must be read whole: it is gzipped, or a pipe @throws {NablaError} BAD_DATA */
export function openParts(path: string, wanted: Wanted): FileParts | undefined {
  const { file, size } = open(path, wanted);
  const { mtimeMs } = fstatSync(file);
  const changed = (): NablaError =>
    new NablaError('BAD_DATA', `${path}: the file has changed while it was read. Wait until it is written, and read it again.`);
  const parts: FileParts = {
    size,
    read(from, to) {
      const part = readPart(path, file, from, to);
      if (!part) throw changed();
      return part;
    },
    checkUnchanged() {
      const now = fstatSync(file);
      if (now.size !== size || now.mtimeMs !== mtimeMs) throw changed();
    },
    close: () => closeSync(file),
  };
  if (Number.isFinite(size) && !(size >= 2 && isGzip(parts.read(0, 2)))) return parts;
  parts.close();
  return undefined;
}

/** Undefined where the file has become too short. */
function readPart(path: string, file: number, from: number, to: number): Uint8Array<ArrayBuffer> | undefined {
  const part = new Uint8Array(to - from);
  try {
    for (let at = 0; at < part.length; ) {
      const read = readSync(file, part, at, part.length - at, from + at);
      if (read === 0) return undefined;
      at += read;
    }
    return part;
  } catch (error) {
    throw new NablaError('BAD_DATA', `${path}: this file cannot be read: ${systemText(error)}.`);
  }
}
