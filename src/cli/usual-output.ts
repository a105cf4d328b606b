// The file that a command writes where the user names none: in the current folder, called after the run. A name that nobody has typed
// replaces nothing.

import { basename, dirname, resolve } from 'node:path';
import { NablaError } from '../errors.js';
import { CHECKPOINTS, isWeightsOfRun } from '../runs/files.js';
import { entryAt } from '../system/folders.js';
import { shellPath } from '../system/shell-word.js';

/**
 * @param run its folder, one of its checkpoints, or a file in the book's JSON
 * @param ending of the name: '.html', '-and-2-more.html'
 * @throws {NablaError} BAD_DATA where there is such a file
 */
export function usualOutput(run: string, ending: string): string {
  const path = `${nameOf(resolve(run))}${ending}`;
  if (entryAt(path) === undefined) return path;
  throw new NablaError('BAD_DATA', `${path}: there is such a file already. To replace it, say so: --out ${shellPath(path)}.`);
}

/** The name of a run, and of its checkpoint where one was named; or that of a file. */
function nameOf(path: string): string {
  if (isWeightsOfRun(path)) return basename(dirname(path));
  const name = entryAt(path)?.isFile() ? basename(path).replace(/\.[^.]+$/, '') : basename(path);
  return basename(dirname(path)) === CHECKPOINTS ? `${basename(resolve(path, '..', '..'))}-${name}` : name;
}
