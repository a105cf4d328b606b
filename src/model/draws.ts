// Numbers that are drawn for a sample by a hash of its key, and the functions that make others of them, by additions, products and square
// roots alone: the same bits on every machine, whatever its Math.exp and Math.sin are.

import { UNIT_STEP } from '../kernels/kernels.js';
import { mix32 } from '../random.js';

/** The key of a run's seed, of an epoch of it, and of a sample in that epoch. */
export const seedKey = (seed: number): number => mix32(mix32(seed >>> 0) ^ Math.floor(seed / 2 ** 32));
export const epochKey = (seed: number, epoch: number): number => mix32((seed ^ mix32(epoch >>> 0)) >>> 0);
export const sampleKey = (epoch: number, sample: number): number => mix32((epoch ^ mix32(sample)) >>> 0);

/** The n-th draw of a key: 32 bits, uniform in [0, 1), in [-1, 1), and a whole number from -most to most. */
const word = (key: number, n: number): number => mix32((key + Math.imul(n, UNIT_STEP)) >>> 0);
export const uniform = (key: number, n: number): number => word(key, n) / 2 ** 32;
export const signed = (key: number, n: number): number => 2 * uniform(key, n) - 1;
export const whole = (key: number, n: number, most: number): number => Math.floor(uniform(key, n) * (2 * most + 1)) - most;
/** Uniform between 0 and 1, neither of which it is. */
export const inner = (key: number, n: number): number => (word(key, n) + 0.5) / 2 ** 32;

/** sin x for |x| ≤ π, by its series. */
export function sine(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 2; k < 24; k += 2) {
    term *= -(x * x) / (k * (k + 1));
    sum += term;
  }
  return sum;
}

/** e^-x for x ≥ 0: the series for x halved until it is at most ½, squared as often; 0 where it is less than 2⁻⁹². */
export function decay(x: number): number {
  if (x > 64) return 0;
  let t = x;
  let halvings = 0;
  for (; t > 0.5; t /= 2) halvings++;
  let sum = 1;
  for (let k = 16; k > 0; k--) sum = 1 - (t / k) * sum;
  for (; halvings > 0; halvings--) sum *= sum;
  return sum;
}
