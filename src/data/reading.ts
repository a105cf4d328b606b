// How samples are read from a source: what a user can say of it beside its name, and what a run keeps so that later commands read
// the same. These options travel together, from the table of options to the readers, and from a run's record back to them.

import { checkInteger, checkNumber } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';

export interface Reading {
  /** Samples of a folder's training files kept back for validation. Default: a sixth, at most 10,000. */
  validation?: number;
  /** What a byte is multiplied with to become an input. Default: 1/255. */
  scale?: number;
  /** Whether the files hold pictures column by column, as EMNIST's do: rows and columns are then swapped. Default: false. */
  transpose?: boolean;
}

/** The names of these options. */
export const READING = ['validation', 'scale', 'transpose'] as const satisfies readonly (keyof Reading)[];

/** What bytes are multiplied with where nothing is said. */
export const BYTE_SCALE = 1 / 255;
const MOST_BYTE = 255;

/** These options alone, of any that hold them. */
export function readingOf({ validation, scale, transpose }: Reading): Reading {
  return { validation, scale, transpose };
}

/** @throws {TypeError | RangeError} for a value that cannot be */
export function checkReading({ validation, scale, transpose }: Reading): void {
  if (validation !== undefined) checkInteger('validation', validation, 0);
  if (scale !== undefined) checkScale('scale', scale);
  if (transpose !== undefined && typeof transpose !== 'boolean') throw wrongKind('transpose', 'true or false', transpose);
}

/** What bytes are multiplied with, as the kernels do it: a number above 0 in float32 too. @throws {TypeError | RangeError} */
export function checkScale(what: string, scale: unknown): number {
  const checked = checkNumber(what, scale, 0, true);
  const inFloat32 = Math.fround(MOST_BYTE * checked);
  if (inFloat32 === 0 || !Number.isFinite(inFloat32)) throw wrongValue(what, 'a scale whose inputs float32 can hold', checked);
  return checked;
}

/** A scale as people write it: 1/255 for 0.00392156862745098. */
export function scaleText(scale: number): string {
  const under = Math.round(1 / scale);
  return under > 1 && 1 / under === scale ? `1/${under}` : String(scale);
}
