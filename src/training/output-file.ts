// Files that a user asks for beside a run: a trace, figures, a page. A path that cannot be is bad input, and said before anything
// is computed; a disk that cannot take the file is a failure.

import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { asError, NablaError, wrongValue } from '../errors.js';

/** Refuses a file that cannot be written because its folder is not there, or because it is a folder itself. */
export function checkOutputPath(what: string, path: string): void {
  if (isFolder(path)) throw wrongValue(what, 'a file, not a folder', path);
  if (!existsSync(dirname(path))) throw wrongValue(what, 'a file in a folder that exists', path);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** @throws {NablaError} NOT_SAVED */
export function writeOutput(what: string, path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new NablaError('NOT_SAVED', `${what} cannot be written: ${asError(error).message}.`);
  }
}
