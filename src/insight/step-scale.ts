// The sizes of the steps of `check`. A step is judged by its change of weights that are float32, and a small one would be
// lost in their last bits: so η is chosen so that the change stands out, and a power of two where that saves a rounding.

import type { NetworkSpecification } from '../model/specification.js';
import { NOTHING } from './deviation.js';
import type { ExactGradients } from './exact-gradient.js';
import type { LayerRange } from './parameter-name.js';

export interface StepScale {
  /** Of each layer: the largest |w| or |b|. */
  readonly weights: readonly number[];
  /** η/m, a power of two: in every layer the largest change is thousands of times as large as a weight. */
  readonly steep: number;
  /** λ/n of a decay that is felt in every layer: the largest |∂C/∂w| / |w| of a layer. */
  readonly decay: number;
  /** η at which no layer's step is larger than a quarter of its weights, and in one layer it is. */
  readonly gentle: number;
  /** η of an optimiser whose step does not grow with ∇C: larger than the weights, even where ε holds it back. */
  readonly adaptive: number;
  /** λ₁/n, larger than any ∂C/∂w of a mini-batch: were the two to cancel, their rounding would be all that is left. */
  readonly l1: number;
  /** A limit that the norm of ∇C is above on every mini-batch. */
  readonly clipNorm: number;
  /** A limit that most neurons' weights are well above, in every layer. */
  readonly maxNorm: number;
}

/** Times the weights: what is left of their rounding beside a step is 2^-36 of it. */
const STEEP = 2 ** 12;
/** A float32 ends at 2^128. */
const MOST = 2 ** 120;
/** A layer may have been initialised with zeros. */
const LEAST_WEIGHT = 2 ** -10;

export function scaleOf(
  { layers }: NetworkSpecification,
  ranges: readonly LayerRange[],
  values: Float32Array,
  { whole, parts }: ExactGradients,
  epsilon: number,
): StepScale {
  const weights = ranges.map(({ begin, end }) => largestOf(values, begin, end));
  const least = Math.max(NOTHING, Math.min(...whole.largest));
  const largest = Math.max(NOTHING, ...parts.flatMap((part) => part.largest));
  const ofLayers = (of: (w: number, g: number) => number): number[] =>
    weights.map((w, l) => of(Math.max(w, LEAST_WEIGHT), Math.max(whole.largest[l], NOTHING)));
  const decay = Math.max(...ofLayers((w, g) => g / w));
  const samples = parts[parts.length - 1].end;
  const mass = Math.max(NOTHING, ...parts.flatMap((part) => part.mass));
  return {
    weights,
    steep: powerOfTwo(Math.min(STEEP * Math.max(...ofLayers((w, g) => w / g)), MOST / (samples * mass))),
    decay,
    gentle: 0.25 / decay,
    adaptive: powerOfTwo(4 * Math.max(...ofLayers((w) => w)) * (1 + epsilon / least)),
    l1: 1.5 * largest,
    clipNorm: 0.25 * Math.min(...parts.map(({ largest }) => Math.max(NOTHING, ...largest))),
    maxNorm: Math.max(
      LEAST_WEIGHT,
      0.75 * Math.min(...ranges.map(({ begin, weights }, l) => meanNorm(values.subarray(begin, begin + weights), layers[l]))),
    ),
  };
}

function powerOfTwo(value: number): number {
  return 2 ** Math.floor(Math.log2(value));
}

function largestOf(values: Float32Array, begin: number, end: number): number {
  let most = 0;
  for (let k = begin; k < end; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
}

/** Mean of the norms of rows of n floats. */
function meanNorm(values: Float32Array, n: number): number {
  let sum = 0;
  for (let from = 0; from < values.length; from += n) {
    let square = 0;
    for (let k = from; k < from + n; k++) square += values[k] * values[k];
    sum += Math.sqrt(square);
  }
  return (sum * n) / values.length;
}
