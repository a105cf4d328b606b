// Which file holds the labels of a file of images, by the names that published data sets give them. The reader of IDX takes them from
// there; the cache of tables must know when they have changed.

import { entryAt } from '../../system/folders.js';

/** The file of labels beside one of images, where there is one. */
export const labelsFileOf = (path: string): string | undefined => labelNames(path).find((one) => entryAt(one)?.isFile());

/** What the labels of a file of images are called: 'train-labels-idx1-ubyte' for 'train-images-idx3-ubyte'. */
function labelNames(path: string): string[] {
  const named = /^(.*)images([-.])idx\d(-[a-z]+)(\.gz)?$/.exec(path);
  if (!named) return [];
  const [, before, mark, type] = named;
  const kinds = [type, '-ubyte', '-byte', '-short', '-int'];
  return kinds.flatMap((kind) => ['', '.gz'].map((gz) => `${before}labels${mark}idx1${kind}${gz}`));
}
