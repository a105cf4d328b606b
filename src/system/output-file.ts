// Files that a user asks for beside a run: a trace, figures, a page. A path that cannot be is bad input, and said before anything
// is computed; a disk that cannot take the file is a failure.

import { closeSync, constants, lstatSync, openSync, realpathSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { NablaError, wrongValue } from '../errors.js';
import { systemText } from '../system-errors.js';
import { checkPath, entryAt, isFolder } from './folders.js';

/** Refuses a file that cannot be written: its folder is not there or takes no file, it has no name or a folder's. Whatever is there stays as it is. */
export function checkOutputPath(what: string, path: string): void {
  if (path === '' || isFolder(path)) throw wrongValue(what, 'a file, not a folder', path);
  checkPath(what, 'the path of a file', path);
  if (!isFolder(dirname(path))) throw wrongValue(what, 'a file in a folder that exists', path);
  const why = whyUnwritable(path);
  if (why !== undefined) throw wrongValue(what, 'a file that can be written', path, `${why.charAt(0).toUpperCase()}${why.slice(1)}.`);
}

/** What is no fault of the path: a disk may have room again by then. */
const PASSING = ['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'EEXIST'];

/**
 * Why a file cannot be opened to be written, in words. It is tried: what permissions say holds neither for root nor in /proc, where no file can be
 * made. Devices and pipes are not: to open one may wait for its other end.
 */
function whyUnwritable(path: string): string | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry && !entry.isFile()) return undefined;
  try {
    closeSync(openSync(path, entry ? constants.O_WRONLY : 'wx'));
    if (!entry) rmSync(path);
    return undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Its folder is there.
    if (code === 'ENOENT') return 'no file can be made there (ENOENT)';
    return PASSING.includes(code) ? undefined : systemText(error);
  }
}

/** @throws {NablaError} NOT_SAVED */
export function writeOutput(what: string, path: string, content: string | Uint8Array): void {
  writing(what, path, () => writeFileSync(path, content));
}

/** Characters that are written at a time. */
const PIECE = 1 << 16;

/** A file that is written piece by piece, beside the one that it replaces once it is complete. A device is written to as it is. */
export class OutputFile {
  readonly #what: string;
  readonly #path: string;
  /** Where it will be, and where it is until then. */
  readonly #to: string;
  readonly #part: string;
  readonly #file: number;
  #text = '';

  /** @param what as messages begin: 'The page' @throws {NablaError} NOT_SAVED */
  constructor(what: string, path: string) {
    this.#what = what;
    this.#path = path;
    const entry = entryAt(path);
    this.#to = entry ? realpathSync(path) : path;
    this.#part = entry && !entry.isFile() ? this.#to : `${this.#to}.part`;
    this.#file = writing(what, path, () => openSync(this.#part, 'w'));
  }

  /** @throws {NablaError} NOT_SAVED */
  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= PIECE) this.#flush();
  }

  /** Puts it in its place. @throws {NablaError} NOT_SAVED */
  finish(): void {
    this.#flush();
    writing(this.#what, this.#path, () => {
      closeSync(this.#file);
      if (this.#part !== this.#to) renameSync(this.#part, this.#to);
    });
  }

  /** Leaves nothing of it. */
  discard(): void {
    closeSync(this.#file);
    if (this.#part !== this.#to) rmSync(this.#part, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    writing(this.#what, this.#path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    });
  }
}

function writing<T>(what: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new NablaError('NOT_SAVED', `${what} cannot be written to ${path}: ${systemText(error)}.`);
  }
}
