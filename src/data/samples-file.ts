// Samples for a network that is trained already, from a file of any format that people have digits or rows in (see formats.ts),
// gzipped or not. What comes out are values as they stand in the file, bytes for pictures and numbers for rows; scaling them is
// for the caller, who knows how the network was trained.

import { NablaError } from '../errors.js';
import { unpacked, type Wanted } from '../system/input-file.js';
import { listed } from '../text.js';
import type { CsvOptions } from './csv.js';
import { fitted, inverted, isDarkOnLight } from './fit.js';
import { formatOf, SAMPLE_FORMAT_TITLES, SAMPLE_FORMATS, type SampleFormat, type SampleFormatName } from './formats.js';
import type { Picture } from './picture.js';

/** What is read, and what it may unpack to: enough for the 60,000 digits of MNIST as CSV. */
export const SAMPLES_FILE: Wanted = { what: listed(SAMPLE_FORMAT_TITLES, 'or'), most: 1 << 27 };

export const INVERT = ['auto', 'yes', 'no'] as const;

export interface SamplesFileOptions extends CsvOptions {
  /** Whether pictures become their negatives. 'auto': those of formats in which people draw and scan, where they are dark on light. */
  readonly invert: (typeof INVERT)[number];
  /** Whether pictures are prepared like MNIST's (see fit.ts). */
  readonly fit: boolean;
}

export interface FileSamples {
  readonly kind: SampleFormatName;
  /** [samples][inputs]: bytes of pictures, or the numbers of rows. */
  readonly values: Uint8Array | Float32Array;
  /** The classes that a file of rows states. */
  readonly labels: readonly number[] | undefined;
  /** Whether its pictures were dark on light, or said to be, and are now their negatives. */
  readonly inverted: boolean;
}

/** @throws {NablaError} BAD_DATA, naming file and byte, or line and column */
export async function readSamplesFile(name: string, packed: Uint8Array, options: SamplesFileOptions): Promise<FileSamples> {
  const bytes = unpacked(name, packed, SAMPLES_FILE);
  const kind = formatOf(name, bytes);
  const { read, drawn }: SampleFormat = SAMPLE_FORMATS[kind];
  const contents = await read(name, bytes, options);
  if (!('pictures' in contents)) return { kind, inverted: false, ...contents };
  const isNegative = (picture: Picture): boolean => options.invert === 'yes' || (options.invert === 'auto' && drawn && isDarkOnLight(picture));
  const parts: Uint8Array[] = [];
  let negatives = 0;
  for (const picture of contents.pictures) {
    const negative = isNegative(picture);
    negatives += negative ? 1 : 0;
    parts.push(prepared(picture.name, negative ? inverted(picture) : picture, options));
  }
  const values = new Uint8Array(parts.length * options.inputs);
  for (const [k, part] of parts.entries()) values.set(part, k * options.inputs);
  return { kind, values, labels: undefined, inverted: negatives === parts.length };
}

/** The pixels that the network takes: those of the picture, if they are as many, or those of one that is fitted. */
function prepared(name: string, picture: Picture, { inputs, fit }: SamplesFileOptions): Uint8Array {
  const side = Math.sqrt(inputs);
  const square = Number.isInteger(side);
  const { width, height, values } = picture;
  if (fit) {
    if (!square) throw new NablaError('BAD_DATA', `${name}: --fit makes square pictures, and ${inputs} inputs are none.`);
    const made = fitted(picture, side);
    if (!made) throw new NablaError('BAD_DATA', `${name}: there is nothing to be seen in this picture.`);
    return made.values;
  }
  if (values.length === inputs) return values;
  const expected = square ? `${side} × ${side} pixels` : `${inputs} pixels`;
  const next = square ? ' --fit crops, scales and centres it as MNIST was made.' : '';
  throw new NablaError('BAD_DATA', `${name}: expected ${expected}, as many as the network has inputs, got ${width} × ${height}.${next}`);
}
