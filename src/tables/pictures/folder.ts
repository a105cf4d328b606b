// What a folder of pictures by class is: a folder for each class, in one set or in several (train, test, val), found by what is in them
// and not by the names of the pictures. It lists; the pictures are read elsewhere.

import { NablaError } from '../../errors.js';
import { type Listed, listFolder } from '../../system/folder-list.js';
import { plural } from '../../text.js';
import { quoted } from '../table.js';

/** A picture's file, and the name of its class. */
export interface PictureFile {
  readonly path: string;
  readonly className: string;
}

export interface PictureSets {
  readonly training: readonly PictureFile[];
  readonly validation?: readonly PictureFile[];
  readonly test?: readonly PictureFile[];
  /** Files that are in no class. */
  readonly beside: readonly string[];
}

/** Names of folders that hold a set each. */
const SETS: Readonly<Record<string, 'training' | 'validation' | 'test'>> = {
  train: 'training',
  training: 'training',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
  testing: 'test',
};

const bad = (path: string, what: string): NablaError => new NablaError('BAD_DATA', `${path}: ${what}`);

const LAYOUT = 'Expected FOLDER/CLASS/PICTURE, or FOLDER/train/CLASS/PICTURE and FOLDER/test/CLASS/PICTURE.';

/** Whether a folder is one of pictures by class, as far as that shows without a look into its files: there are folders in it. */
export const isPictureFolder = (path: string): boolean => listFolder(path).some((entry) => entry.isFolder);

/** @throws {NablaError} BAD_DATA for a folder that is not laid out like that */
export function pictureSetsIn(path: string): PictureSets {
  const entries = listFolder(path);
  const folders = entries.filter((entry) => entry.isFolder);
  const beside = entries.filter((entry) => !entry.isFolder).map((entry) => entry.path);
  if (folders.length === 0)
    throw bad(
      path,
      `there are no folders in it, and each class of pictures has one${entries.length > 0 ? ` (${plural(entries.length, 'file')} of none)` : ''}. ${LAYOUT}`,
    );
  const sets = folders.filter(({ name }) => name.toLowerCase() in SETS);
  // A class may be called 'test'; a set alone, or beside classes, is one.
  const isSplit = sets.some(({ name }) => SETS[name.toLowerCase()] === 'training') && sets.length === folders.length;
  if (!isSplit) return { training: filesOf(path, folders), beside };
  const found: { [set in 'training' | 'validation' | 'test']?: PictureFile[] } = {};
  for (const set of sets) {
    const which = SETS[set.name.toLowerCase()];
    if (found[which]) throw bad(path, `both ${quoted(set.name)} and another folder would be the ${which} set. Put them into one.`);
    const inside = listFolder(set.path);
    beside.push(...inside.filter((entry) => !entry.isFolder).map((entry) => entry.path));
    found[which] = filesOf(
      set.path,
      inside.filter((entry) => entry.isFolder),
    );
  }
  const training = found.training as PictureFile[];
  for (const which of ['validation', 'test'] as const) checkKnown(path, which, training, found[which]);
  return { ...found, training, beside };
}

/** Files of all classes, class by class. */
function filesOf(path: string, classes: readonly Listed[]): PictureFile[] {
  if (classes.length < 2) {
    const only = classes[0] ? `only one, ${quoted(classes[0].name)}` : 'none';
    throw bad(path, `expected a folder for each of two or more classes, got ${only}. ${LAYOUT}`);
  }
  return classes.flatMap(({ name, path: own }) => {
    const entries = listFolder(own);
    const deeper = entries.find((entry) => entry.isFolder);
    if (deeper) throw bad(deeper.path, `a folder within the class ${quoted(name)}. ${LAYOUT}`);
    if (entries.length === 0) throw bad(own, `there are no pictures of the class ${quoted(name)} in it. Remove the folder, or fill it.`);
    return entries.map((entry) => ({ path: entry.path, className: name }));
  });
}

/** Classes of which nothing can be learned are refused. */
function checkKnown(path: string, which: string, training: readonly PictureFile[], files: readonly PictureFile[] = []): void {
  const known = new Set(training.map(({ className }) => className));
  const other = files.find(({ className }) => !known.has(className));
  if (other) throw bad(path, `the ${which} set has a class ${quoted(other.className)} that the training set has not.`);
}
