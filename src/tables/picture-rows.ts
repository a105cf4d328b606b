// Pictures on their way into the cells of a table: one to a row, all of one size, grey as long as all are, colours for all from the first
// that has some. Whatever file they come from.

import { NablaError } from '../errors.js';
import { greyOf, type Pixels } from '../pictures/picture.js';
import type { Cells } from './cells.js';
import type { TableOptions } from './options.js';
import { type Column, MOST_COLUMNS, type PictureColumns } from './table.js';

export class PictureRows {
  readonly width: number;
  readonly height: number;
  readonly #wanted?: 1 | 3;
  #channels: 1 | 3;

  /**
   * @param first of them: they all have its size
   * @param channels what all have; by default grey until one has colours
   * @param where the first is, for messages
   * @throws {NablaError} BAD_DATA for more pixels than a table has columns
   */
  constructor(first: Omit<Pixels, 'values'>, { channels }: Pick<TableOptions, 'channels'>, where: string) {
    this.width = first.width;
    this.height = first.height;
    this.#wanted = channels;
    this.#channels = channels ?? first.channels;
    // Colours may still come.
    const most = first.width * first.height * (channels ?? 3);
    if (most > MOST_COLUMNS)
      throw bad(where, `a picture of ${first.width} × ${first.height} pixels, more than the ${MOST_COLUMNS} columns of a table. ${resize(28, 28)}`);
  }

  get columns(): number {
    return this.width * this.height * this.#channels;
  }

  /** Size and channels, as another set must have them. */
  get shape(): Omit<Pixels, 'values'> {
    return { width: this.width, height: this.height, channels: this.#channels };
  }

  /** @param first column of the first pixel */
  at(first: number): PictureColumns {
    return { first, ...this.shape };
  }

  /** Columns of pixels: name[1], name[2], … */
  columnsOf(name: string): Column[] {
    return Array.from({ length: this.columns }, (_, k) => ({ name: `${name}[${k + 1}]`, kind: 'number' }));
  }

  /** @param first column of the first pixel @param where the picture is, for messages @throws {NablaError} BAD_DATA for another size */
  put(cells: Cells, row: number, first: number, picture: Pixels, where: string): void {
    const { width, height } = picture;
    if (width !== this.width || height !== this.height)
      throw bad(where, `a picture of ${width} × ${height} pixels; the first has ${this.width} × ${this.height}. ${resize(this.width, this.height)}`);
    if (this.#channels === 1 && this.#wanted === undefined && picture.channels === 3) {
      cells.repeat(first, this.columns, 3);
      this.#channels = 3;
    }
    cells.setBytes(row, first, inChannels(picture, this.#channels));
  }
}

/** The pixels of a picture, grey or in colours. */
export function inChannels({ channels, values }: Pixels, wanted: 1 | 3): Uint8Array {
  if (channels === wanted) return values;
  if (wanted === 1) return greyOf(values, 3);
  const colours = new Uint8Array(3 * values.length);
  for (let k = 0; k < colours.length; k++) colours[k] = values[Math.floor(k / 3)];
  return colours;
}

const bad = (where: string, what: string): NablaError => new NablaError('BAD_DATA', `${where}: ${what}`);

const resize = (width: number, height: number): string => `--size ${width}x${height} scales them all.`;
