// A folder of pictures by class as tables: a row for each picture, its pixels first, as bytes, and the name of its class last. All pictures
// have one size, their own or the one that is asked for, and are grey unless one of them has colours.

import { checkSignal } from '../../check.js';
import { NablaError } from '../../errors.js';
import type { Pixels } from '../../pictures/picture.js';
import { isPicture, PICTURE_TITLES, readPixels } from '../../pictures/read.js';
import { kindOf } from '../../system/file-kinds.js';
import { readInput } from '../../system/input-file.js';
import { nameOfPath, pathWithin } from '../../system/path-name.js';
import { listed, noun, plural } from '../../text.js';
import { Cells } from '../cells.js';
import type { TableOptions } from '../options.js';
import { PictureRows } from '../picture-rows.js';
import { type Column, quoted, type Table, type Tables } from '../table.js';
import { type PictureFile, pictureSetsIn } from './folder.js';

/** Bytes of the longest file of a picture: a photo of 64 megapixels as a PNG has less. */
const WANTED = { what: 'a picture', most: 2 ** 28 };
/** Pictures between two moments in which whatever else waits has its turn. */
const AT_ONCE = 64;
/** Paths that a warning names. */
const MOST_NAMED = 3;

/** Names that say that a file is a picture, so that it is an error where it is none. */
const CLAIMS = /\.(?:png|jpe?g|pgm)(?:\.gz)?$/i;

/** What the column of classes is called. */
const CLASS_COLUMN = 'class';

/** @throws {NablaError} BAD_DATA, naming the path, and within a picture the byte */
export async function readPictureFolder(path: string, options: TableOptions): Promise<Tables> {
  const { beside, ...sets } = pictureSetsIn(path);
  const count = Object.values(sets).reduce((sum, files) => sum + files.length, 0);
  const reader = new FolderReader(path, options, count, [...beside]);
  const training = await reader.table(sets.training);
  const validation = sets.validation && (await reader.table(sets.validation));
  const test = sets.test && (await reader.table(sets.test));
  return { training, ...(validation && { validation }), ...(test && { test }), ...reader.warnings() };
}

class FolderReader {
  #done = 0;
  /** The size of the training set's pictures, and whether they have colours: all sets have the same. */
  #shape?: Omit<Pixels, 'values'>;

  constructor(
    readonly folder: string,
    readonly options: TableOptions,
    /** Pictures of all sets. */
    readonly count: number,
    /** Files that are no pictures; more are found among the pictures. */
    readonly beside: string[],
  ) {}

  /** @param files class by class */
  async table(files: readonly PictureFile[]): Promise<Table> {
    const like = this.#shape;
    const words = [...new Set(files.map(({ className }) => className))].sort();
    const numbers = new Map(words.map((word, k) => [word, k]));
    const [paths, counts] = [[] as string[], words.map(() => 0)];
    let [rows, cells]: [PictureRows | undefined, Cells | undefined] = [undefined, undefined];
    for (const { path, className } of files) {
      const picture = await this.#picture(path);
      if (!picture) continue;
      rows ??= new PictureRows(like ?? picture, like ? { channels: like.channels } : this.options, path);
      cells ??= new Cells(nameOfPath(this.folder), files.length, rows.columns + 1);
      rows.put(cells, paths.length, 0, picture, path);
      const label = numbers.get(className) as number;
      cells.set(paths.length, rows.columns, label);
      counts[label]++;
      paths.push(path);
    }
    const empty = words.find((_, k) => counts[k] === 0);
    if (!rows || !cells || empty !== undefined)
      throw new NablaError('BAD_DATA', `${this.folder}: no file of the class ${quoted(empty ?? '')} is a picture (${listed(PICTURE_TITLES, 'or')}).`);
    this.#shape = rows.shape;
    const columns: Column[] = [...rows.columnsOf('pixel'), { name: CLASS_COLUMN, kind: 'words', words }];
    // Files that are no pictures have left rows at the end.
    const values = cells.values.subarray(0, paths.length * columns.length);
    return { name: cells.name, rows: paths.length, columns, named: true, cells: values, picture: rows.at(0), place: (row) => paths[row] };
  }

  /** Undefined for a file that is no picture, and does not say that it is. */
  async #picture(path: string): Promise<Pixels | undefined> {
    const { options, folder, count } = this;
    const bytes = readInput(path, WANTED);
    this.#done++;
    if (this.#done % AT_ONCE === 0 || this.#done === count) {
      checkSignal(options.signal, 'all pictures were read');
      options.progress?.({ file: folder, done: this.#done, of: count, unit: 'pictures' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (isPicture(bytes)) return readPixels(path, bytes, options.size);
    const kind = kindOf(bytes);
    const isMeant = bytes.length === 0 || CLAIMS.test(path) || kind?.what.endsWith('picture');
    if (!isMeant) {
      this.beside.push(path);
      return undefined;
    }
    const got = bytes.length === 0 ? 'an empty file' : (kind?.what ?? 'something else');
    throw new NablaError(
      'BAD_DATA',
      `${path}: expected a picture (${listed(PICTURE_TITLES, 'or')}), got ${got}. Mend it, or take it out of the folder.`,
    );
  }

  warnings(): Pick<Tables, 'warnings'> {
    const { beside, folder } = this;
    if (beside.length === 0) return {};
    const named = beside.slice(0, MOST_NAMED).map((path) => quoted(pathWithin(folder, path)));
    const more = beside.length > MOST_NAMED ? [`${beside.length - MOST_NAMED} more`] : [];
    const what = `${plural(beside.length, 'file')} in '${nameOfPath(folder)}' ${noun(beside.length, 'is no picture of a class and was', 'are no pictures of a class and were')} passed over`;
    return { warnings: [`${what}: ${listed([...named, ...more])}.`] };
  }
}
