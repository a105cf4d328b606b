// Samples for a network that is trained already, from a file of any format that people have digits or rows in (see formats.ts),
// gzipped or not. What comes out are values as they stand in the file, bytes for pictures and numbers for rows; scaling them is
// for the caller, who knows how the network was trained.

import { NablaError } from '../errors.js';
import type { NamedPicture, Picture } from '../pictures/picture.js';
import { unpacked, type Wanted } from '../system/input-file.js';
import { listed } from '../text.js';
import { fitted, inverted, scaledDown } from './fit.js';
import { formatOf, type ReadOptions, SAMPLE_FORMAT_TITLES, SAMPLE_FORMATS, type SampleFormat, type SampleFormatName } from './formats.js';
import type { NoInk } from './ink.js';
import { isDarkOnLight } from './paper.js';

/** What is read, and what it may unpack to: enough for the 60,000 digits of MNIST as CSV. */
export const SAMPLES_FILE: Wanted = { what: listed(SAMPLE_FORMAT_TITLES, 'or'), most: 1 << 27 };

export const INVERT = ['auto', 'yes', 'no'] as const;

export interface SamplesFileOptions extends ReadOptions {
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
  /** What makes the answers to its pictures doubtful, by sample: sentences with what to do. None for rows. */
  readonly warnings: readonly (readonly string[])[];
}

/** @throws {NablaError} BAD_DATA, naming file and byte, or line and column */
export async function readSamplesFile(name: string, packed: Uint8Array, options: SamplesFileOptions): Promise<FileSamples> {
  const bytes = unpacked(name, packed, SAMPLES_FILE);
  const kind = formatOf(name, bytes);
  const { read, drawn }: SampleFormat = SAMPLE_FORMATS[kind];
  const contents = await read(name, bytes, options);
  if (!('pictures' in contents)) return { kind, inverted: false, warnings: [], ...contents };
  const parts: Prepared[] = [];
  for (const picture of contents.pictures) parts.push(prepared(picture, drawn, options));
  const values = new Uint8Array(parts.length * options.inputs);
  for (const [k, part] of parts.entries()) values.set(part.values, k * options.inputs);
  return { kind, values, labels: undefined, inverted: parts.every(({ negative }) => negative), warnings: parts.map(({ warnings }) => warnings) };
}

interface Prepared {
  readonly values: Uint8Array;
  readonly negative: boolean;
  readonly warnings: readonly string[];
}

/** The pixels that the network takes: those of the picture, if they are as many, or those of one that is fitted; or of its negative. */
function prepared({ name, ...whole }: NamedPicture, drawn: boolean, { inputs, fit, invert }: SamplesFileOptions): Prepared {
  const side = Math.sqrt(inputs);
  const square = Number.isInteger(side);
  if (fit && !square) throw new NablaError('BAD_DATA', `${name}: --fit makes square pictures, and ${inputs} inputs are none.`);
  if (!fit && whole.values.length !== inputs) throw otherSize(name, whole, inputs, square);
  const picture = fit ? scaledDown(whole) : whole;
  const negative = invert === 'yes' || (invert === 'auto' && drawn && isDarkOnLight(picture));
  const light = negative ? inverted(picture) : picture;
  if (!fit) return { values: light.values, negative, warnings: [] };
  const made = fitted(light, side);
  if (!('values' in made)) throw nothingSeen(name, made, negative);
  return { values: made.values, negative, warnings: made.warnings };
}

function otherSize(name: string, { width, height }: Picture, inputs: number, square: boolean): NablaError {
  const side = Math.sqrt(inputs);
  const expected = square ? `${side} × ${side} pixels` : `${inputs} pixels`;
  const next = square ? ' --fit crops, scales and centres it as MNIST was made.' : '';
  return new NablaError('BAD_DATA', `${name}: expected ${expected}, as many as the network has inputs, got ${width} × ${height}.${next}`);
}

function nothingSeen(name: string, { contrast, needed }: NoInk, negative: boolean): NablaError {
  const [which, other] = negative ? ['darker', '--invert no where ink is lighter'] : ['lighter', '--invert yes where ink is darker'];
  const seen = `no stroke is more than ${Math.round(contrast)} levels of 255 ${which} than what is around it, and ${Math.ceil(needed)} are needed`;
  return new NablaError(
    'BAD_DATA',
    `${name}: there is nothing to be seen in this picture: ${seen}. Take it in more light, crop it to the digit, or say ${other}.`,
  );
}
