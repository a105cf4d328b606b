// Whether the columns of a table, or the inputs of a data set, are the pixels of a picture.

import type { Dataset } from '../data/dataset.js';
import type { PictureColumns, Table } from '../tables/table.js';

/** The side of the smallest picture, and a level of the brightest pixel at least: fewer or darker bytes may be anything. */
const LEAST_SIDE = 8;
const BRIGHT = 100;

type Sides = Omit<PictureColumns, 'first'>;

/** A square picture of grey levels with so many pixels, if there is one. */
function sidesOfSquare(pixels: number): Sides | undefined {
  const side = Math.sqrt(pixels);
  return Number.isInteger(side) && side >= LEAST_SIDE ? { width: side, height: side, channels: 1 } : undefined;
}

/** The picture that the bytes of a sample are: what its reader says, where a sheet can show it, or a square. */
export function sidesOf({ picture, inputs }: Pick<Dataset, 'picture' | 'inputs'>): Sides | undefined {
  const { width = 0, height = 0, channels = 0 } = picture ?? {};
  const isShown = Math.min(width, height) >= LEAST_SIDE && (channels === 1 || channels === 3);
  return isShown ? { width, height, channels } : sidesOfSquare(inputs);
}

/**
 * The picture in a table's rows: what its reader says, or a square of bytes one beside the other.
 * @param candidates columns that may be one, by their numbers: the first of these lists that is
 */
export function pictureIn(table: Table, candidates: readonly (readonly number[])[]): PictureColumns | undefined {
  if (table.picture) return table.picture;
  const found = candidates.find((columns) => isPicture(table, columns));
  const sides = found && sidesOfSquare(found.length);
  return sides && { first: found[0], ...sides };
}

function isPicture({ cells, columns, rows }: Table, wanted: readonly number[]): boolean {
  const [first] = wanted;
  if (!(cells instanceof Uint8Array) || !sidesOfSquare(wanted.length)) return false;
  if (wanted.some((k, n) => k !== first + n || columns[k].kind !== 'number')) return false;
  for (let row = 0; row < rows; row++) {
    const from = row * columns.length + first;
    for (let at = from; at < from + wanted.length; at++) if (cells[at] >= BRIGHT) return true;
  }
  return false;
}
