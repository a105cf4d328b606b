// Paths that a user names: what there is, whether there can be a folder, and making it.

import { lstatSync, mkdirSync, readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { wrongValue } from '../errors.js';
import { systemText } from '../system-errors.js';

/** What there is at a path, or behind a link; undefined too where no path can lead, such as through a file. */
export function entryAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether there is a folder at a path, or a link to one. */
export function isFolder(path: string): boolean {
  return entryAt(path)?.isDirectory() ?? false;
}

/** What lies in a folder, in the order of its names; nothing where that cannot be known. */
export function namesIn(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

/** Why nothing can be known of a path, in words; undefined where there is something, or merely nothing. */
export function whyUnknown(path: string): string | undefined {
  try {
    statSync(path);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : systemText(error);
  }
}

/** Refuses a path at which nothing can ever be: its name is too long, it leads round in a circle, or through a folder that is closed. */
export function checkPath(what: string, expected: string, path: string): void {
  const why = whyUnknown(path);
  if (why !== undefined) throw wrongValue(what, expected, path, `${why.charAt(0).toUpperCase()}${why.slice(1)}.`);
}

/** Refuses a path that is no folder's and never will be: it is a file's, or leads through one. */
export function checkFolder(what: string, path: string): void {
  checkPath(what, 'a folder', path);
  if (path === '' || !isFolder(nearest(normalize(path)))) throw wrongValue(what, 'a folder', path);
}

/** What there is at a path, or nearest above it. */
function nearest(path: string): string {
  try {
    lstatSync(path);
    return path;
  } catch {
    const above = dirname(path);
    return above === path ? path : nearest(above);
  }
}

/**
 * Makes a folder where there is none, after those above it. One by one: where a folder cannot be made in one that is there, such as in
 * /proc or in one that was deleted, the recursive mkdirSync of Node 20 tries for ever.
 * @throws what the system says
 */
export function makeFolder(path: string): void {
  const folder = normalize(path);
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}
