// A picture from the bytes of a file of any of the kinds that can be read, for rows of tables: told by its first bytes, never by a name;
// grey where all of its pixels are; and scaled to one size where one is wanted.

import { NablaError } from '../errors.js';
import { listed } from '../text.js';
import { JPEG_SIGNATURE, readJpegPixels } from './jpeg.js';
import { readPgmPixels } from './pgm.js';
import { limitOfRow, type Pixels } from './picture.js';
import { PNG_SIGNATURE, readPngPixels } from './png.js';
import { resized } from './resize.js';

const begins = (bytes: Uint8Array, with_: Uint8Array, length = with_.length): boolean =>
  with_.subarray(0, length).every((byte, k) => bytes[k] === byte);

/** The kinds, and how each begins. Of PNG's signature the second half shows what a transfer has done to line ends: the reader says so. */
const KINDS = [
  { title: 'PNG', matches: (bytes: Uint8Array) => begins(bytes, PNG_SIGNATURE, 4), read: readPngPixels },
  { title: 'JPEG', matches: (bytes: Uint8Array) => begins(bytes, JPEG_SIGNATURE), read: readJpegPixels },
  { title: 'PGM', matches: (bytes: Uint8Array) => /^P[25][\s#]/.test(String.fromCharCode(...bytes.subarray(0, 3))), read: readPgmPixels },
] as const;

export const PICTURE_TITLES: readonly string[] = KINDS.map(({ title }) => title);

/** Whether a file begins like a picture that can be read. @param bytes its beginning */
export const isPicture = (bytes: Uint8Array): boolean => KINDS.some(({ matches }) => matches(bytes));

/**
 * @param name of the file, for messages
 * @param size what it is scaled to; by default it stays as it is
 * @throws {NablaError} BAD_DATA, naming file and byte
 */
export function readPixels(name: string, bytes: Uint8Array, size?: { readonly width: number; readonly height: number }): Pixels {
  const kind = KINDS.find(({ matches }) => matches(bytes));
  if (!kind)
    throw new NablaError(
      'BAD_DATA',
      `${name}: byte 0: expected a picture (${listed(PICTURE_TITLES, 'or')}), got ${bytes.length === 0 ? 'nothing' : 'something else'}.`,
    );
  const pixels = kind.read(name, bytes, limitOfRow(size !== undefined));
  return size ? resized(pixels, size.width, size.height) : pixels;
}
