// The inputs of a sample that a program gives to a trained network: as many numbers as the network has inputs, taken as they are;
// those of a Uint8Array are bytes, which are scaled as in training. The module that is exported in JavaScript reads them alike. The
// kernels take float32, so that what that cannot hold is no input.

import { rowOf } from '../data/numbers.js';
import { wrongKind, wrongValue } from '../errors.js';

/**
 * One sample's inputs.
 * @param inputs how many there are: n_1
 * @param scale what a byte is multiplied with; undefined where it is not known
 * @throws {TypeError | RangeError} for anything but so many finite numbers, naming the place
 */
export function inputsOf(what: string, given: unknown, inputs: number, scale: number | undefined): Float64Array {
  const row = rowOf(what, given, inputs, 'input');
  if (!(row instanceof Uint8Array)) return checkFinite(what, Float64Array.from(row));
  if (scale === undefined) throw wrongKind(what, 'numbers, because it is not known how bytes become inputs of this network', given);
  return Float64Array.from(row, (byte) => byte * scale);
}

function checkFinite(what: string, row: Float64Array): Float64Array {
  const bad = row.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (bad >= 0) throw wrongValue(`${what}[${bad}]`, 'a finite number that float32 can hold', row[bad]);
  return row;
}
