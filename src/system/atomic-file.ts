// Files that are replaced as a whole: written beside, synced, renamed. A reader sees the old one or the new one, never a part,
// whatever ends the process or the power; and a disk that is full leaves the old one as it was.

import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NablaError } from '../errors.js';
import { systemText } from '../system-errors.js';

/** What is written is on the disk when the write comes back. Node's permission model forbids fsync, though not this. */
const { O_WRONLY, O_CREAT, O_TRUNC, O_SYNC } = constants;
const SYNCED = O_WRONLY | O_CREAT | O_TRUNC | (O_SYNC ?? 0);

/** Whether this process runs under the permission model. */
export const mayNotSync = (): boolean => (process.permission as unknown) !== undefined;

/**
 * @param lasting whether it is on the disk when this comes back; else the system writes it there when it will, and what is lost where the
 *   power ends before that must be worth no more than to be made again
 * @throws {NablaError} NOT_SAVED
 */
export function replaceFile(path: string, content: string | Uint8Array, lasting = true): void {
  const part = `${path}.part`;
  saving(path, () => {
    try {
      const file = openSync(part, lasting ? SYNCED : 'w');
      try {
        writeFileSync(file, content);
      } finally {
        closeSync(file);
      }
      renameSync(part, path);
      if (lasting) syncFolderNow(dirname(path));
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
  });
}

/**
 * The same while the caller goes on; the pieces follow one another in the file, and may be made meanwhile.
 * @throws {NablaError} NOT_SAVED, or what makes a piece throws of its own
 */
export async function replaceFileLater(path: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, lasting = true): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, lasting && mayNotSync() ? SYNCED : 'w');
    try {
      for await (const piece of pieces) await file.writeFile(piece);
      if (lasting && !mayNotSync()) await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    if (lasting) await syncEntry(dirname(path));
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error instanceof NablaError ? error : notSaved(path, error);
  }
}

/** Makes the new name last: it is the folder's content, not the file's. Not every file system can be asked for that, nor by every process. */
function syncFolderNow(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {}
}

/** The same of a folder, or of a file, while the caller goes on; nothing where it cannot be asked for. */
export async function syncEntry(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** Puts on the disk what is in a folder and in those in it, as far as the file system and this process's rights allow. */
export async function syncAllIn(path: string): Promise<void> {
  if (mayNotSync()) return;
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) await syncEntry(join(entry.parentPath, entry.name));
  await syncEntry(path);
}

/** Runs what writes to `path`. @throws {NablaError} NOT_SAVED */
export function saving(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw notSaved(path, error);
  }
}

function notSaved(path: string, error: unknown): NablaError {
  return new NablaError('NOT_SAVED', `${path} cannot be written: ${systemText(error)}.`);
}
