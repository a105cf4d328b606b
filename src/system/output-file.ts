// Files that a user asks for beside a run: a trace, figures, a page. A path that cannot be is bad input, and said before anything
// is computed; a disk that cannot take the file is a failure.

import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { NablaError, wrongValue } from '../errors.js';
import { systemText } from '../system-errors.js';
import { checkPath, isFolder } from './folders.js';

/** Refuses a file that cannot be written because its folder is not there, or because it has no name or a folder's. */
export function checkOutputPath(what: string, path: string): void {
  if (path === '' || isFolder(path)) throw wrongValue(what, 'a file, not a folder', path);
  checkPath(what, 'the path of a file', path);
  if (!isFolder(dirname(path))) throw wrongValue(what, 'a file in a folder that exists', path);
}

/** @throws {NablaError} NOT_SAVED */
export function writeOutput(what: string, path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new NablaError('NOT_SAVED', `${what} cannot be written to ${path}: ${systemText(error)}.`);
  }
}
