// Chooses samples on which float32 and float64 gradients can be compared. On others they rightly differ, and tell nothing: where f has a kink (ReLU
// at 0), a weighted input within rounding of it may fall on either side; and where an output is saturated, 1 - a or f'(z) is
// left with few digits, in float32 and at last in the reference too.

import { type Dataset, targetOf } from '../data/dataset.js';
import { NablaError } from '../errors.js';
import { layerwiseActivation } from '../functions/activations.js';
import { costNamed } from '../functions/custom.js';
import { activate, feedForward, type Parameters, timesDerivative } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import { NOTHING } from './deviation.js';
import type { Example } from './differences.js';
import { ROUNDING } from './exact-gradient.js';

/** What float32 rounding moves a z by at most, as a share of its layer's largest: 1.6e-6 was the most over 784-1000-500-10. */
const MOVES = 4e-6;
/** What rounding the outputs to float32 may change their errors δ by, as a share of the largest. */
const FIRM = 4e-6;
/** Samples that are looked at for each one that is wanted. */
const TRIES = 20;

export interface SteadySamples {
  /** Indices into the training samples. */
  readonly indices: readonly number[];
  readonly examples: readonly Example[];
  readonly passedOver: number;
}

/**
 * The first `count` samples of an order that are steady; where there are too few of them, others with a z near 0.
 * @throws {NablaError} NO_GRADIENT where the outputs of all of them are saturated
 */
export function steadySamples(spec: NetworkSpecification, parameters: Parameters, data: Dataset, order: Uint32Array, count: number): SteadySamples {
  const steady: { index: number; example: Example }[] = [];
  const nearZero: typeof steady = [];
  let looked = 0;
  for (; looked < Math.min(order.length, TRIES * count) && steady.length < count; looked++) {
    const index = order[looked];
    const example = exampleOf(data, index, spec.layers[spec.layers.length - 1]);
    const { zs, activations } = feedForward(spec, parameters, example.x);
    if (isSaturated(spec, zs[zs.length - 1], activations[zs.length], example.y)) continue;
    (zs.some(isNearZero) ? nearZero : steady).push({ index, example });
  }
  const chosen = [...steady, ...nearZero].slice(0, count);
  if (chosen.length === 0) {
    const what = `On all of ${looked} samples the outputs are saturated, or the cost is infinite: no gradient is known well enough to check another by it`;
    throw new NablaError('NO_GRADIENT', `${what}. Check it with smaller weights, for example --init scaled.`);
  }
  return { indices: chosen.map(({ index }) => index), examples: chosen.map(({ example }) => example), passedOver: looked - chosen.length };
}

/** Whether the errors δ^L change markedly as soon as the outputs are rounded to float32, or are NaN. */
function isSaturated(spec: NetworkSpecification, z: number[], a: number[], y: readonly number[]): boolean {
  const delta = outputError(spec, z, a, y);
  const last = spec.activations.length - 1;
  const slopes = timesDerivative(
    spec,
    last,
    z,
    a,
    a.map(() => 1),
  );
  const isRow = layerwiseActivation(spec.activations[last]) !== undefined;
  // Of a neuron by itself z is moved so far that a moves by its rounding; a softmax's outputs are rounded as they are.
  const near = isRow ? z : z.map((v, j) => (slopes[j] === 0 ? v : v + (ROUNDING * a[j]) / slopes[j]));
  const rounded = isRow ? a.map((v, j) => toFloat32(v * (1 + (j % 2 ? ROUNDING : -ROUNDING)))) : activate(spec, last, near);
  const moved = outputError(spec, near, rounded, y);
  const largest = delta.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
  return largest < NOTHING || !delta.every((d, j) => Math.abs(moved[j] - d) <= FIRM * largest);
}

/** Rounded to float32; what lies below its normal numbers becomes 0. */
function toFloat32(value: number): number {
  return Math.abs(value) < 2 ** -126 ? 0 : Math.fround(value);
}

/** BP1. */
function outputError(spec: NetworkSpecification, z: number[], a: number[], y: readonly number[]): number[] {
  const nablaC = a.map((aj, j) => costNamed(spec.cost).gradient(aj, y[j]));
  return timesDerivative(spec, spec.activations.length - 1, z, a, nablaC);
}

function isNearZero(z: readonly number[]): boolean {
  const largest = z.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return z.some((v) => v !== 0 && Math.abs(v) < MOVES * largest);
}

/** One training sample as the reference takes it: its inputs as float32, as the kernels gather them, and its target. */
function exampleOf(data: Dataset, index: number, outputs: number): Example {
  const { training, inputs, scale } = data;
  const values = training.values.subarray(index * inputs, (index + 1) * inputs);
  const factor = Math.fround(scale);
  return {
    x: Array.from(values, (v) => Math.fround(v * factor)),
    y: targetOf(data, 'training', index, outputs),
  };
}
