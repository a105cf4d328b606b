// Tables that took long to read, kept in the cache folder: the second start finds them there. A file is known again by path, length,
// times and a hash of parts of it, and so are the labels that lie beside it, with the options that it was read with. Anything may be
// wrong with a cache: what cannot be used is read anew, and what cannot be written is not kept, without a word.

import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../system/cache-folder.js';
import { type FileIdentity, fileIdentity } from '../system/file-identity.js';
import { makeFolder } from '../system/folders.js';
import { version } from '../system/version.js';
import { readTablesFile, writeTables } from './cache-file.js';
import { labelsFileOf } from './idx/labels-file.js';
import type { TableOptions } from './options.js';
import { type Source, unchanged } from './source.js';
import type { Tables } from './table.js';

interface CacheLimits {
  /** Milliseconds that reading must have taken for it to be worth a file. */
  readonly slow: number;
  /** Bytes of all files together. Those that were used last stay. */
  readonly most: number;
}

const LIMITS: CacheLimits = { slow: 500, most: 4 * 2 ** 30 };

/** Milliseconds after which a part that nobody has finished is left over. */
const LEFT_OVER = 86_400_000;

/**
 * What `read` gives, or what it gave when the same file was read with the same options.
 * @throws {NablaError} BAD_DATA where the file changes while it is read
 */
export async function cachedTables(source: Source, options: TableOptions, read: () => Promise<Tables>, limits = LIMITS): Promise<Tables> {
  const { name, path } = source;
  const identity = path === undefined || options.cache === false ? undefined : identityOf(path);
  if (path === undefined || identity === undefined) return unchanged(source, read);
  const subject = JSON.stringify([version(), identity]);
  const place = cachePath(path, options);
  const kept = readTablesFile(place, subject, name);
  if (kept) {
    touch(place);
    return kept;
  }
  const begin = performance.now();
  const tables = await unchanged(source, read);
  if (performance.now() - begin >= limits.slow && JSON.stringify(identityOf(path)) === JSON.stringify(identity))
    keep(place, subject, name, tables, limits);
  return tables;
}

/** Of a file, and of the labels beside it where it has some. Undefined where it cannot be read. */
function identityOf(path: string): readonly FileIdentity[] | undefined {
  const labels = labelsFileOf(path);
  const all = [path, ...(labels === undefined ? [] : [labels])].map(fileIdentity);
  return all.every((one) => one !== undefined) ? all : undefined;
}

/** Where the tables of a file are kept, if they are. */
export function cachePath(path: string, options: TableOptions): string {
  const { cache, progress, signal, ...how } = options;
  const key = JSON.stringify([resolve(path), Object.entries(how).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return join(cacheFolder(), 'tables', `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.table`);
}

function keep(place: string, subject: string, name: string, tables: Tables, { most }: CacheLimits): void {
  try {
    // What a reader has to say of its files is said at each reading.
    const { warnings, ...parts } = tables;
    const bytes = Object.values(parts).reduce((sum, table) => sum + (table?.cells.byteLength ?? 0), 0);
    if (bytes > most || warnings) return;
    makeFolder(join(place, '..'));
    if (writeTables(place, subject, name, tables)) prune(join(place, '..'), place, most);
  } catch {}
}

/** Files that were used last stay as long as there is room for them. */
function touch(place: string): void {
  try {
    utimesSync(place, new Date(), new Date());
  } catch {}
}

function prune(folder: string, newest: string, most: number): void {
  // By the file system's own clock, which may be another machine's.
  const now = statSync(newest).mtimeMs;
  const files = readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const { size, mtimeMs } = statSync(path);
    return { path, size, used: path === newest ? Number.POSITIVE_INFINITY : mtimeMs };
  });
  let bytes = 0;
  for (const { path, size, used } of files.sort((a, b) => b.used - a.used)) {
    const isPart = path.endsWith('.part');
    if (!isPart) bytes += size;
    if (isPart ? now - used > LEFT_OVER : bytes > most) rmSync(path, { force: true });
  }
}
