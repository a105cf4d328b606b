// By what a file is known again without reading all of it: where it is, its length, when it was written and last touched in any way, and
// a hash of its beginning, its end, and parts between.

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Of a file's content as it was at a moment. */
interface FileState {
  readonly size: number;
  /** Nanoseconds since 1970, in decimal digits. */
  readonly written: string;
}

export interface FileIdentity extends FileState {
  /** When anything of it changed last, which no program can set. */
  readonly touched: string;
  readonly probes: string;
}

/** Bytes that are hashed at the beginning and the end, and in each of the parts between. */
const EDGE = 1 << 16;
const PROBE = 1 << 12;
const PROBES = 14;

/** Undefined where there is no file that could be read. */
function fileState(path: string): FileState | undefined {
  try {
    const entry = statSync(path, { bigint: true });
    return entry.isFile() ? { size: Number(entry.size), written: String(entry.mtimeNs) } : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where there is no file that could be read. */
export function fileIdentity(path: string): FileIdentity | undefined {
  let file: number | undefined;
  try {
    if (fileState(path) === undefined) return undefined;
    file = openSync(path, 'r');
    const entry = fstatSync(file, { bigint: true });
    const size = Number(entry.size);
    return { size, written: String(entry.mtimeNs), touched: String(entry.ctimeNs), probes: probesOf(file, size) };
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function probesOf(file: number, size: number): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(EDGE);
  const take = (from: number, length: number): void => {
    hash.update(buffer.subarray(0, readSync(file, buffer, 0, length, Math.max(0, Math.floor(from)))));
  };
  take(0, EDGE);
  for (let k = 1; k <= PROBES; k++) take((k * size) / (PROBES + 1), PROBE);
  take(size - EDGE, EDGE);
  return hash.digest('hex');
}
