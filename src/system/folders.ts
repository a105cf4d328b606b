// Paths that a user names: what there is, whether there can be a folder, and making it.

import { lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { wrongValue } from '../errors.js';

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

/** Refuses a path that is no folder's and never will be: it is a file's, or leads through one. */
export function checkFolder(what: string, path: string): void {
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
