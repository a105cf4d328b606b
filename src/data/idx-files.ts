// Which files of a folder are the images and labels of an IDX data set, by the names under which such sets are published: MNIST and its
// relatives as 'train-images-idx3-ubyte', EMNIST's with the name of the set before that, 'emnist-letters-train-images-idx3-ubyte'; each
// with a point in place of the last '-idx', as torchvision keeps them, gzipped or not.

import { basename, join } from 'node:path';
import { NablaError } from '../errors.js';
import { entryAt, namesIn, whyUnknown } from '../system/folders.js';
import { listed, printable } from '../text.js';

const PARTS = ['trainingImages', 'trainingLabels', 'testImages', 'testLabels'] as const;
type Part = (typeof PARTS)[number];
export type IdxFiles = Readonly<Record<Part, string>>;

const NAMES: Readonly<Record<Part, readonly string[]>> = {
  trainingImages: ['train-images-idx3-ubyte', 'train-images.idx3-ubyte'],
  trainingLabels: ['train-labels-idx1-ubyte', 'train-labels.idx1-ubyte'],
  testImages: ['t10k-images-idx3-ubyte', 't10k-images.idx3-ubyte', 'test-images-idx3-ubyte', 'test-images.idx3-ubyte'],
  testLabels: ['t10k-labels-idx1-ubyte', 't10k-labels.idx1-ubyte', 'test-labels-idx1-ubyte', 'test-labels.idx1-ubyte'],
};

/** The set, the split, images or labels; dimensions and type may be others than MNIST's. */
const PUBLISHED = /^(?:(.+)-)?(train|t10k|test)-(images|labels)[-.]idx\d-(?:ubyte|byte|short|int|float|double)(?:\.gz)?$/;

/** Sets of one folder that a message names. */
const MOST_NAMED = 6;

/** The four files of a folder; all that are missing are named at once, in this order. @throws {NablaError} BAD_DATA */
export function idxFilesIn(folder: string): IdxFiles {
  const published = publishedIn(folder);
  const sets = [...new Set(published.map(({ set }) => set))].sort();
  if (sets.length > 1) throw severalSets(folder, sets);
  const own = sets[0] === undefined || sets[0] === '' ? '' : `${sets[0]}-`;
  const parts = PARTS.map((part) => {
    const names = NAMES[part].map((name) => own + name);
    const others = published.filter((one) => one.part === part).map(({ name }) => name.replace(/\.gz$/, ''));
    return { part, names, path: find(folder, [...new Set([...names, ...others])]) };
  });
  const missing = parts.filter(({ path }) => path === undefined).map(({ names }) => names[0]);
  if (missing.length === 0) return Object.fromEntries(parts.map(({ part, path }) => [part, path])) as IdxFiles;
  const below = FOLDERS.map((name) => join(folder, name)).find((path) => PARTS.every((part) => find(path, NAMES[part]) !== undefined));
  const next = below === undefined ? "Give --data a folder of IDX files, or 'mnist'." : `They are in ${below}: give --data that.`;
  throw new NablaError('BAD_DATA', `${folder}: there is no ${listed(missing, 'or')} in this folder, plain or gzipped (.gz). ${next}`);
}

function severalSets(folder: string, sets: readonly string[]): NablaError {
  const named = sets.slice(0, MOST_NAMED).map((set) => (set === '' ? "'train-…' without a name" : `'${printable(set, 40)}'`));
  const more = sets.length > MOST_NAMED ? [`${sets.length - MOST_NAMED} more`] : [];
  return new NablaError(
    'BAD_DATA',
    `${folder}: expected the files of one data set, got those of ${sets.length}: ${listed([...named, ...more])}. Put the four files of one into a folder of their own.`,
  );
}

interface Published {
  readonly name: string;
  readonly set: string;
  readonly part: Part;
}

function publishedIn(folder: string): Published[] {
  return namesIn(folder).flatMap((name) => {
    const [found, set = '', split, kind] = PUBLISHED.exec(name) ?? [];
    if (found === undefined) return [];
    return { name, set, part: `${split === 'train' ? 'training' : 'test'}${kind === 'images' ? 'Images' : 'Labels'}` as Part };
  });
}

/** Folders within the one that people name, in which torchvision keeps the files. */
const FOLDERS = ['raw', 'MNIST/raw', 'FashionMNIST/raw', 'KMNIST/raw'];

/**
 * The file of one of these names, plain or gzipped; or in a folder of its name, as archives of single files are unpacked. Where there
 * is something else of such a name, or nothing can be known of it, that: it is for the reader to say what.
 */
function find(folder: string, names: readonly string[]): string | undefined {
  const paths = names.flatMap((plain) => [plain, `${plain}.gz`]).map((name) => join(folder, name));
  const within = paths.map((path) => join(path, basename(path)));
  return [...paths, ...within].find((path) => entryAt(path)?.isFile()) ?? paths.find((path) => entryAt(path) ?? whyUnknown(path));
}
