// What is in a folder that a user names, in an order that does not depend on the disk: names with numbers in them by their numbers, so that
// 10.png comes after 9.png. What the entries mean is for the reader.

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NablaError } from '../errors.js';
import { systemText } from '../system-errors.js';
import { isFolder } from './folders.js';

export interface Listed {
  readonly name: string;
  readonly path: string;
  /** Links are what they lead to. */
  readonly isFolder: boolean;
}

/** Files that systems put beside those of people, and all that begin with a dot. */
const HIDDEN: ReadonlySet<string> = new Set(['thumbs.db', 'desktop.ini', '__macosx', '$recycle.bin']);

/** What is in a folder, but for what is hidden. @throws {NablaError} BAD_DATA */
export function listFolder(path: string): Listed[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw new NablaError('BAD_DATA', `${path}: this folder cannot be read: ${systemText(error)}.`);
  }
  const seen = entries.filter(({ name }) => !name.startsWith('.') && !HIDDEN.has(name.toLowerCase()));
  const listed = seen.map((entry) => {
    const own = join(path, entry.name);
    return { name: entry.name, path: own, isFolder: entry.isDirectory() || (entry.isSymbolicLink() && isFolder(own)) };
  });
  return listed.sort((a, b) => natural(a.name, b.name));
}

/** Order of names by the numbers in them and the code units between, the same in every language. */
export function natural(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split(/(\d+)/));
  for (let k = 0; k < left.length && k < right.length; k++) {
    const order = k % 2 === 1 ? byNumber(left[k], right[k]) : byUnits(left[k], right[k]);
    if (order !== 0) return order;
  }
  return left.length - right.length || byUnits(a, b);
}

/** Digits as numbers of any length: 007 and 7 are the same here. */
function byNumber(a: string, b: string): number {
  const [left, right] = [a, b].map((digits) => digits.replace(/^0+/, ''));
  return left.length - right.length || byUnits(left, right);
}

const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
