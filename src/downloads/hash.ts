// Whether a file on the disk is the one that is meant: by its length, then by its SHA-256.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { entryAt } from '../system/folders.js';

/** A file that is known: its length and its hash. */
export interface Known {
  readonly bytes: number;
  readonly sha256: string;
}

/** @throws what the system says where the file cannot be read */
async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(piece);
  return hash.digest('hex');
}

/** What speaks against it, as the end of a sentence; undefined where it is the file, and '' where there is none. */
export async function otherThan(path: string, { bytes, sha256 }: Known): Promise<string | undefined> {
  const entry = entryAt(path);
  if (entry === undefined) return '';
  if (!entry.isFile()) return 'is no file';
  if (entry.size !== bytes) return `has ${entry.size} bytes instead of ${bytes}`;
  const hash = await sha256Of(path);
  return hash === sha256 ? undefined : `has the SHA-256 ${hash.slice(0, 8)}… instead of ${sha256.slice(0, 8)}…`;
}
