// Mixing of samples once more, in float64 and with the functions of Math: what is drawn for a sample, and its mixture.

import { UNIT_STEP } from '#src/kernels/kernels.js';
import type { ReferenceSample } from '#src/model/reference-descent.js';
import { mix32 } from '#src/random.js';

/** The larger of λ and 1 - λ of two uniform numbers, by Student's distribution with 2α degrees of freedom. */
export function referenceShare(alpha: number, u: number, v: number): number {
  const t = Math.sqrt(2 * alpha * (u ** (-1 / alpha) - 1)) * Math.sin((Math.PI / 2) * v);
  return t > 1e150 ? 1 : 0.5 + (0.5 * t) / Math.sqrt(2 * alpha + t * t);
}

/** λ and the partner of sample k of n in an epoch, from 1, of a run with a small seed. */
export function referenceMixture(alpha: number, n: number, seed: number, epoch: number, k: number): { share: number; partner: number } {
  const ofEpoch = (mix32(mix32(seed)) ^ mix32(epoch)) >>> 0;
  const key = mix32((mix32(ofEpoch) ^ mix32(k)) >>> 0);
  const word = (draw: number): number => mix32((key + Math.imul(draw, UNIT_STEP)) >>> 0);
  const between = (draw: number): number => (word(draw) + 0.5) / 2 ** 32;
  const others = Array.from({ length: n }, (_, j) => j).filter((j) => j !== k);
  return { share: referenceShare(alpha, between(11), between(12)), partner: others[Math.floor((word(13) / 2 ** 32) * others.length)] };
}

/** Two samples as one. */
export function mixture(share: number, a: ReferenceSample, b: ReferenceSample): ReferenceSample {
  const mean = (p: readonly number[], q: readonly number[]): number[] => p.map((value, i) => share * value + (1 - share) * q[i]);
  return { ...a, x: mean(a.x, b.x), y: mean(a.y, b.y) };
}
