// Whether the columns of a table, or the inputs of a data set, are the pixels of a picture.

import type { PictureColumns, Table } from '../tables/table.js';

/** The side of the smallest picture, and a level of the brightest pixel at least: fewer or darker bytes may be anything. */
const LEAST_SIDE = 8;
const BRIGHT = 100;

type Sides = Omit<PictureColumns, 'first'>;

/** A square picture of grey levels with so many pixels, if there is one. */
export function sidesOfSquare(pixels: number): Sides | undefined {
  const side = Math.sqrt(pixels);
  return Number.isInteger(side) && side >= LEAST_SIDE ? { width: side, height: side, channels: 1 } : undefined;
}

/** The picture in a table's rows: what its reader says, or inputs that are a square of bytes one beside the other. */
export function pictureIn({ picture, cells, columns, rows }: Table, features: readonly number[] = []): PictureColumns | undefined {
  if (picture) return picture;
  const sides = sidesOfSquare(features.length);
  const [first] = features;
  if (!sides || !(cells instanceof Uint8Array) || features.some((k, f) => k !== first + f || columns[k].kind !== 'number')) return undefined;
  for (let row = 0; row < rows; row++) {
    const from = row * columns.length + first;
    for (let at = from; at < from + features.length; at++) if (cells[at] >= BRIGHT) return { first, ...sides };
  }
  return undefined;
}
