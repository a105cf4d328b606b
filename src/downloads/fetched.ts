// Public data sets that have been fetched, by their names: where each one is kept, and whether it is there. Nothing is fetched here.

import { join } from 'node:path';
import { cacheFolder } from '../system/cache-folder.js';
import { entryAt } from '../system/folders.js';
import { listed } from '../text.js';
import type { PublicSet } from './public-set.js';
import { PUBLIC_SETS } from './sets.js';

/** A name that is known: what it stands for on this machine, or what has to be done before it can. */
export type FetchedSet =
  | { readonly path: string }
  | {
      /** A sentence that ends with the words behind 'nabla data', which are `get` too; or with the names to choose from. */
      readonly missing: string;
      readonly get?: string;
    };

/** Where a set is kept unless one says otherwise. */
export function folderOf({ name }: PublicSet): string {
  return join(cacheFolder(), 'data', name);
}

/** What of a set is read as one data set: the folder of it or of a part, or its only file. */
export function pathOf({ results }: PublicSet, folder: string, part = ''): string {
  return results.length === 1 ? join(folder, results[0]) : join(folder, part);
}

/** The set that has this name, or a part with it: 'iris', 'emnist/letters'. */
export function namedSet(name: string): { readonly set: PublicSet; readonly part?: string } | undefined {
  const [first, part, ...more] = name.split('/');
  const set = PUBLIC_SETS.find((one) => one.name === first);
  if (!set || more.length > 0 || (part !== undefined && !set.parts?.includes(part))) return undefined;
  return { set, part };
}

/** What such a name stands for; undefined where it is none. That the files are sound was checked when they were fetched. */
export function fetchedSet(name: string): FetchedSet | undefined {
  const named = namedSet(name);
  if (!named) return undefined;
  const { set, part } = named;
  if (set.parts && part === undefined)
    return { missing: `It has a data set in each of its parts: ${listed(set.parts.map((one) => `${name}/${one}`))}.` };
  const folder = folderOf(set);
  if (set.results.every((file) => entryAt(join(folder, file))?.isFile())) return { path: pathOf(set, folder, part) };
  const get = `get ${name}`;
  return { missing: `This public data set has not been fetched yet. The command \`data\` does that: ${get}`, get };
}
