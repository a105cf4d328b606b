// One picture of a table whose rows hold pictures, as bytes that can be drawn. It changes nothing and knows nothing of what is drawn.

import { wrongValue } from '../errors.js';
import type { Table } from './table.js';

export interface DrawnPicture {
  readonly width: number;
  readonly height: number;
  /** Numbers of a pixel: 1 for grey, 3 for red, green and blue. */
  readonly channels: number;
  /** [height][width][channels], from 0, black, to 255, white. */
  readonly pixels: Uint8Array;
}

/**
 * @param row counted from 0
 * @param white the number that stands for white in the cells: see `whiteOf`
 * @throws {RangeError} where there is no such row, or rows hold no pictures
 */
export function pictureAt({ name, rows, columns, cells, picture }: Table, row: number, white = 255): DrawnPicture {
  if (!picture) throw wrongValue('table', 'a table whose rows hold pictures', name);
  if (!(Number.isInteger(row) && row >= 0 && row < rows)) throw wrongValue('row', `a whole number from 0 to ${rows - 1}`, row);
  const { first, width, height, channels } = picture;
  const from = row * columns.length + first;
  const own = cells.subarray(from, from + width * height * channels);
  // A copy in memory of its own; bytes of Uint8ClampedArray are rounded and cut, and what is missing is black.
  return { width, height, channels, pixels: new Uint8Array(Uint8ClampedArray.from(own, (value) => (255 / white) * value).buffer) };
}

/** The number that stands for white in a table's pictures: 1 where no pixel is more, and 255 of bytes and all others. */
export function whiteOf({ rows, columns, cells, picture }: Table): 1 | 255 {
  if (!picture || cells instanceof Uint8Array) return 255;
  const count = picture.width * picture.height * picture.channels;
  for (let row = 0; row < rows; row++) {
    const from = row * columns.length + picture.first;
    for (let k = from; k < from + count; k++) if (cells[k] > 1) return 255;
  }
  return 1;
}
