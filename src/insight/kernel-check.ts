// The kernels beside the float64 reference, on every way that training has to a gradient, and the sum of the pieces of a
// mini-batch beside the whole: the second and third question of gradient-check.ts.

import { countSamples, type Dataset } from '../data/dataset.js';
import type { InputFormat } from '../model/input.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { GradientMode } from '../parallel/modes.js';
import { partition } from '../parallel/step/partition.js';
import { type Compared, type Deviation, deviation, worstPlace } from './deviation.js';
import { type ExactGradient, ROUNDING } from './exact-gradient.js';
import type { LayerRange } from './parameter-name.js';
import { Probe, type ProbeOptions } from './probe.js';

export interface KernelCheck extends Deviation {
  readonly gradient: GradientMode;
  readonly input: InputFormat;
}

/** A network on some kernels, and the ways to its gradient that are asked for. */
export interface KernelRequest {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  readonly inputs: readonly InputFormat[];
  readonly gradients: readonly GradientMode[];
  readonly bind: ProbeOptions['bind'];
}

/**
 * Times what moves when every weight is rounded: sums round too. Over 116 networks (four functions, five outputs and costs,
 * three initialisers, 784-30-10 and 784-100-100-100-10) 1 to 5 times was usual, and 27 the most.
 */
const MOVES_ALLOWED = 64;
const KERNELS_ALLOWED = 1e-5;

/** Pieces at most, and parameters from which on not every number of pieces is tried. */
const MOST_PIECES = 8;
const MANY_PARAMETERS = 1e6;

/** Numbers of pieces that S samples are cut into, from two on; of a large network the least and the most. */
export function piecesOf(S: number, P: number): number[] {
  const all = Array.from({ length: Math.min(MOST_PIECES, S) - 1 }, (_, k) => k + 2);
  return P > MANY_PARAMETERS && all.length > 2 ? [all[0], all[all.length - 1]] : all;
}

/** The kernels beside the reference on every way, and pieces beside the whole on the ways that have them. */
export async function checkKernels(
  { network, parameters, inputs, gradients, bind }: KernelRequest,
  samples: Dataset,
  ranges: readonly LayerRange[],
  { mean, largest, mass, moves }: ExactGradient,
  pieces: readonly number[],
): Promise<{ kernels: KernelCheck[][]; shards: (Deviation | undefined)[] }> {
  const kernels: KernelCheck[][] = ranges.map(() => []);
  const shards: (Deviation | undefined)[] = ranges.map(() => undefined);
  const S = countSamples(samples, 'training');
  for (const gradient of gradients) {
    for (const input of inputs) {
      const probe = await Probe.open({ network, data: samples, input, gradient, bind });
      probe.parameters = parameters;
      const whole = sumOfPieces(probe, 1);
      for (const [l, range] of ranges.entries()) {
        const allowed = KERNELS_ALLOWED * largest[l] + MOVES_ALLOWED * moves[l];
        const found = deviation(network.layers, compare(range, mean, whole), largest[l], allowed);
        kernels[l].push({ ...found, gradient, input });
      }
      if (gradient !== 'partial') continue;
      for (const count of pieces) {
        const sum = sumOfPieces(probe, count);
        for (const [l, range] of ranges.entries()) {
          const allowed = 2 * S * ROUNDING * mass[l] + MOVES_ALLOWED * moves[l];
          const found = deviation(network.layers, compare(range, whole, sum), largest[l], allowed);
          const before = shards[l];
          if (before === undefined || (before.passed && !(before.error >= found.error))) shards[l] = found;
        }
      }
    }
  }
  return { kernels, shards };
}

/** Mean gradient as the sum over so many pieces of the samples, each run forward and backward by itself. */
function sumOfPieces(probe: Probe, count: number): Float64Array {
  const sum = new Float64Array(probe.layout.parameters);
  for (let piece = 0; piece < count; piece++) {
    const { begin, end } = partition(probe.samples, count, piece);
    probe.run(begin, end);
    const part = probe.gradient(begin, end);
    for (let k = 0; k < sum.length; k++) sum[k] += part[k];
  }
  for (let k = 0; k < sum.length; k++) sum[k] /= probe.samples;
  return sum;
}

/** The parameter of a layer whose two gradients differ most. */
function compare({ begin, end }: LayerRange, expected: Float64Array, got: Float64Array): Compared {
  const k = worstPlace(expected, got, begin, end);
  return { k, expected: expected[k], got: got[k] };
}
