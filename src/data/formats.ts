// The formats of files with samples for a network that is trained already, one row each: how a file is recognised by its first
// bytes, never by its name, and what reads it. Help, messages and the reading itself follow the table.

import { NablaError } from '../errors.js';
import { JPEG_SIGNATURE, readJpeg } from '../pictures/jpeg.js';
import { readPgm } from '../pictures/pgm.js';
import type { NamedPicture, Picture } from '../pictures/picture.js';
import { PNG_SIGNATURE, readPng } from '../pictures/png.js';
import { kindOf } from '../system/file-kinds.js';
import { listed } from '../text.js';
import { type CsvOptions, type CsvSamples, readCsv } from './csv.js';
import { readIdxSamples } from './idx.js';

/** What a file holds: pictures with what messages call them, or rows of numbers. */
export type Contents = { readonly pictures: Iterable<NamedPicture> } | CsvSamples;

export interface ReadOptions extends CsvOptions {
  /** Whether pictures will be scaled down, so that they may be large. */
  readonly fit: boolean;
}

export interface SampleFormat {
  /** As help and messages have it. */
  readonly title: string;
  /**
   * Whether a file is of this format.
   * @param start its first eight bytes, each as a character
   */
  matches(start: string, bytes: Uint8Array): boolean;
  /** Whether a picture may have been drawn or scanned dark on light, so that it becomes its negative unless the user says otherwise. */
  readonly drawn: boolean;
  /** @throws {NablaError} BAD_DATA, naming file and byte, or line and column */
  read(name: string, bytes: Uint8Array, options: ReadOptions): Contents | Promise<Contents>;
}

const one = (name: string, picture: Picture): Contents => ({ pictures: [{ ...picture, name }] });

/** In the order in which a file is tried. */
export const SAMPLE_FORMATS = {
  png: {
    title: 'PNG',
    matches: (start) => start.startsWith(String.fromCharCode(...PNG_SIGNATURE.subarray(0, 4))),
    drawn: true,
    read: (name, bytes, { fit }) => one(name, readPng(name, bytes, fit)),
  },
  jpeg: {
    title: 'JPEG',
    matches: (start) => start.startsWith(String.fromCharCode(...JPEG_SIGNATURE)),
    drawn: true,
    read: (name, bytes, { fit }) => one(name, readJpeg(name, bytes, fit)),
  },
  pgm: {
    title: 'PGM',
    matches: (start) => /^P[25][\s#]/.test(start),
    drawn: true,
    read: (name, bytes, { fit }) => one(name, readPgm(name, bytes, fit)),
  },
  idx: {
    title: 'IDX',
    matches: (start) => start.startsWith('\0\0'),
    drawn: false,
    read: readIdxSamples,
  },
  // Any text: none of the bytes that no text has, and not the beginning of another known format.
  csv: {
    title: 'CSV',
    matches: (_, bytes) => !kindOf(bytes) && !bytes.subarray(0, 1024).some((byte) => byte < 0x09 || byte === 0x7f),
    drawn: false,
    read: readCsv,
  },
} as const satisfies Readonly<Record<string, SampleFormat>>;

export type SampleFormatName = keyof typeof SAMPLE_FORMATS;

const ROWS = Object.entries(SAMPLE_FORMATS) as [SampleFormatName, SampleFormat][];
export const SAMPLE_FORMAT_TITLES = ROWS.map(([, { title }]) => title);
export const DRAWN_FORMAT_TITLES = ROWS.filter(([, { drawn }]) => drawn).map(([, { title }]) => title);

/** @throws {NablaError} BAD_DATA where no format matches */
export function formatOf(name: string, bytes: Uint8Array): SampleFormatName {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${name}: byte 0: ${what}`);
  if (bytes.length === 0) throw bad('the file is empty.');
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  const found = ROWS.find(([, { matches }]) => matches(start, bytes));
  if (found) return found[0];
  const [other, titles] = [kindOf(bytes), listed(SAMPLE_FORMAT_TITLES)];
  throw bad(
    other === undefined ? `this is none of ${titles}.` : `this is ${other.what}; ${titles} can be read.${other.next ? ` ${other.next}` : ''}`,
  );
}

/** Whether a file holds pictures, by its first bytes. */
export function holdsPictures(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  const found = ROWS.find(([, { matches }]) => matches(start, bytes));
  return found !== undefined && found[0] !== 'csv';
}
