// Whether a scale fits the values that it is for. Networks learn best from inputs of about -1 to 1; values from 0 to 1 that are
// divided by 255, or bytes that are not divided at all, train to nothing without a word. What is said here is what the values are,
// which is certain; what they were meant to be is a guess, and worded as one.

import { count } from '../text.js';
import { scaleText } from './reading.js';
import { rowBlocks } from './row-blocks.js';

/** Why a scale may not be the right one. */
export interface Doubt {
  /** What the values are, and what to do, in whole sentences. */
  readonly text: string;
  /** none above 1: made smaller all the same, which can hardly be meant; small and large may be. */
  readonly kind: 'none above 1' | 'small' | 'large';
}

/** Where values are made smaller, inputs that stay below this are doubted … */
const LEAST_REACH = 0.5;
/** … and below this, where they are taken as they are or nearly so. */
const LEAST_NUMBER = 0.01;
/** Of fewer samples it says little that all of them are dark. */
const FEWEST_SAMPLES = 10;
/** Inputs as large as this on average are doubted: standardised ones have 1, bytes of MNIST as they are 86. */
const LARGE = 10;
/** Inputs of at least this share of those in training are no smaller than usual. */
const ALIKE = 0.5;
/** Values that are looked at to estimate their size. */
const LOOKED_AT = 1 << 18;
/** Larger inputs are shown by their power of ten. */
const MOST_WRITTEN = 1e9;

/** What the largest value may stand for. */
const FULL_SCALES: readonly (readonly [most: number, what: string])[] = [
  [100, 'percentages'],
  [255, 'bytes'],
  [65_535, '16-bit values'],
];

export interface Scaled {
  /** What values are multiplied with to become inputs. */
  readonly scale: number;
  readonly samples: number;
  /** Whether the user can say another scale. */
  readonly scalable: boolean;
  /** Root mean square of the inputs that a network was trained on, where there is one and it is known: what is as usual is not doubted. */
  readonly usual?: number;
}

/**
 * Whether values speak against their scale.
 * @param values [samples][inputs] as they were read
 */
export function scaleDoubt(values: Uint8Array | Float32Array, { scale, samples, scalable, usual }: Scaled): Doubt | undefined {
  // Values that show early that nothing is wrong are not looked at to their end.
  const enough = (scale < LEAST_REACH ? LEAST_REACH : LEAST_NUMBER) / scale;
  const most = largest(values, enough);
  const size = rootMeanSquare(values) * scale;
  if (most >= enough) return size > LARGE * Math.max(1, usual ?? 1) ? { kind: 'large', text: tooLarge(values, scale, scalable) } : undefined;
  if (most === 0 || (usual !== undefined && size > ALIKE * usual)) return undefined;
  if (scale < LEAST_REACH && most <= 1)
    return { kind: 'none above 1', text: noneAbove(most, scale, 'Values from 0 to 1 are taken as they are by --scale 1.') };
  return samples >= FEWEST_SAMPLES ? { kind: 'small', text: noneAbove(most, scale, reachAdvice(most, scale)) } : undefined;
}

/** The largest magnitude, or one that is at least `enough`. */
function largest(values: Uint8Array | Float32Array, enough: number): number {
  let most = 0;
  for (const block of rowBlocks(values)) {
    for (let k = 0; k < block.length; k++) {
      const size = Math.abs(block[k]);
      if (size > most) most = size;
    }
    if (most >= enough) break;
  }
  return most;
}

/** The root mean square of values, estimated where there are many. */
export function rootMeanSquare(values: Uint8Array | Float32Array): number {
  const step = Math.max(1, Math.floor(values.length / LOOKED_AT) | 1);
  let [sum, looked] = [0, 0];
  for (let k = 0; k < values.length; k += step) {
    sum += values[k] * values[k];
    looked++;
  }
  return Math.sqrt(sum / Math.max(1, looked));
}

function noneAbove(most: number, scale: number, advice: string): string {
  return `No value is above ${number(most)}, so that with scale ${scaleText(scale)} no input is above ${number(most * scale)}. ${advice}`;
}

function reachAdvice(most: number, scale: number): string {
  if (scale >= LEAST_REACH) return 'Networks learn best from inputs up to about 1: multiply the values.';
  const percentages = most > 64 && most <= 100;
  return percentages ? 'If they are percentages, say --scale 1/100.' : `If ${number(most)} is the most there can be, say --scale 1/${number(most)}.`;
}

function tooLarge(values: Uint8Array | Float32Array, scale: number, scalable: boolean): string {
  const most = largest(values, Number.POSITIVE_INFINITY);
  const as = scale === 1 ? ', taken as they are' : ` with scale ${scaleText(scale)}`;
  const kind = FULL_SCALES.find(([full]) => most <= full);
  const remedy = scalable ? `say --scale 1/${kind?.[0]}` : `divide them by ${kind?.[0]}, or standardise each column`;
  const advice = kind ? `If they are ${kind[1]}, ${remedy}.` : 'Standardise each column: subtract its mean, divide by its deviation.';
  return `Inputs go up to ${figure(most * scale)}${as}; networks learn best from about -1 to 1. ${advice}`;
}

const figure = (value: number): string => (value < MOST_WRITTEN ? count(value) : number(value));

/** Three digits are enough to see the size. */
function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
