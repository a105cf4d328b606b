// An .npy file as a table: one array, a row for each sample.

import { NablaError } from '../../errors.js';
import type { TableOptions } from '../options.js';
import { Pieces } from '../pieces.js';
import type { Source } from '../source.js';
import type { Tables } from '../table.js';
import { watched } from '../watched.js';
import { arrayTable } from './array-table.js';
import { type Bad, readNpyHeader } from './npy.js';

const WANTED = { what: 'a NumPy array', most: Number.POSITIVE_INFINITY };

/** @throws {NablaError} BAD_DATA, naming file, row and column */
export async function readNpy(source: Source, options: TableOptions): Promise<Tables> {
  const bad: Bad = (what) => new NablaError('BAD_DATA', `${source.name}: ${what}`);
  const { size, holds, chunks } = source.stream(WANTED);
  const pieces = new Pieces(watched(chunks, source.name, size === holds ? size : undefined, options));
  try {
    const header = await readNpyHeader(pieces, holds, bad);
    return { training: await arrayTable({ title: source.title, says: source.name, unit: 'row', header, pieces, bad }, options) };
  } finally {
    await pieces.close();
  }
}
