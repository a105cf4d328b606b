// Whether the gradient is right, asked in three ways of one network and a few samples: is what BP1 to BP4 give the slope of
// the cost; do the kernels in use compute it, on every way that training has to it; and is the sum of the shards' gradients
// the whole mini-batch's. Each answer names the worst parameter and what was allowed, and the allowances are measured:
//
//   differences  1e-7 of the layer's largest |∂C/∂w|, and what the rounding of C makes of a difference
//   kernels      1e-5 of it, and 64 times what moves when every weight moves by half a float32's last bit
//   shards       the rounding of S added terms, and the same 64 times, because each shard runs forward by itself

import { checkInteger, checkNumber } from '../check.js';
import type { Dataset } from '../data/dataset.js';
import { bindKernels } from '../kernels/bind.js';
import type { KernelName } from '../kernels/kernels.js';
import { INPUT_FORMATS, type InputFormat } from '../model/input.js';
import { backpropagate, type Parameters, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import { GRADIENT_MODES, type GradientMode } from '../parallel/arena.js';
import { partition } from '../parallel/partition.js';
import { Random } from '../random.js';
import { SPARSE_INPUTS } from '../training/options.js';
import { type Compared, type Deviation, deviation, worstPlace } from './deviation.js';
import { CostAlong, countDifferences, type Example, STEP } from './differences.js';
import { type Backpropagate, type ExactGradient, exactGradient, ROUNDING } from './exact-gradient.js';
import { type LayerRange, layerRanges } from './parameter-name.js';
import { Probe, type ProbeOptions } from './probe.js';
import { steadySamples } from './steady-samples.js';
import { onlySamples, SUBJECT_OPTIONS, type SubjectOptions, sampleOrder, subjectOf } from './subject.js';

export interface CheckOptions extends SubjectOptions {
  /** Training samples, drawn by the seed: S. Default: 5. */
  samples?: number;
  /** Weights and biases per layer that are tried out by differences. Default: 200. */
  weights?: number;
  /** Step of the differences for |w| up to 1. Default: 1e-4. */
  step?: number;
}

interface DifferenceCheck extends Deviation {
  /** Parameters tried out, and how many of them said nothing, because C has a kink within the step. */
  readonly checked: number;
  readonly skipped: number;
}

export interface KernelCheck extends Deviation {
  readonly gradient: GradientMode;
  readonly input: InputFormat;
}

export interface LayerCheck {
  /** The book's number. */
  readonly layer: number;
  /** Weights and biases. */
  readonly parameters: number;
  /** The largest |∂C/∂w| or |∂C/∂b|. */
  readonly largest: number;
  readonly differences: DifferenceCheck;
  /** One per way to the gradient and format of the inputs; every parameter is compared. */
  readonly kernels: readonly KernelCheck[];
  /** The worst of all numbers of pieces; absent for a single sample. */
  readonly shards: Deviation | undefined;
}

export interface GradientCheck {
  readonly network: readonly number[];
  readonly activations: readonly string[];
  readonly cost: string;
  readonly initialiser: string;
  /** Folder of the run, where the parameters are not initial ones. */
  readonly run: string | undefined;
  readonly data: string;
  readonly seed: number;
  /** As many as were asked for, or as were found that can be checked. */
  readonly samples: number;
  /** Samples that were not taken (see steady-samples.ts). */
  readonly passedOver: number;
  readonly step: number;
  readonly kernels: KernelName;
  readonly kernelsNote: string | undefined;
  /** Into how many pieces the samples were cut. */
  readonly pieces: readonly number[];
  readonly layers: readonly LayerCheck[];
  readonly passed: boolean;
  readonly seconds: number;
}

/**
 * Checks the gradient of a network with initial parameters, or of a saved run.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, NO_KERNELS; DIVERGED where no sample has a finite cost
 */
export async function checkGradients(options: CheckOptions = {}): Promise<GradientCheck> {
  const began = performance.now();
  const { samples = 5, weights = 200, step = STEP, ...rest } = options;
  checkInteger('weights', weights, 1);
  checkNumber('step', step, 0, true);
  const { configuration, data, parameters, kernels, run } = await subjectOf(rest, [...SUBJECT_OPTIONS, 'samples', 'weights', 'step']);
  checkInteger('samples', samples, 1, data.training.labels.length);
  const { network, seed } = configuration;
  const { input, gradient } = rest;
  const result = await checkNetwork({
    network,
    parameters,
    data,
    seed,
    samples,
    weights,
    step,
    inputs: input === undefined || input === 'auto' ? INPUT_FORMATS.filter((format) => format === 'dense' || data.inputs <= SPARSE_INPUTS) : [input],
    gradients: gradient === undefined ? GRADIENT_MODES : [gradient],
    bind: (memory, scratch) => bindKernels(kernels, memory, scratch),
    backpropagate,
  });
  return {
    network: network.layers,
    activations: network.activations,
    cost: network.cost,
    initialiser: network.initialiser,
    run,
    data: data.name,
    seed,
    step,
    kernels: kernels.name,
    kernelsNote: kernels.note,
    ...result,
    passed: result.layers.every(isRight),
    seconds: (performance.now() - began) / 1000,
  };
}

/** Whether all that was asked of a layer came out right. */
export function isRight({ differences, kernels, shards }: LayerCheck): boolean {
  return differences.passed && kernels.every(({ passed }) => passed) && shards?.passed !== false;
}

/** What is judged, and by what measure. A test gives it faults. */
export interface CheckRequest {
  readonly network: NetworkSpecification;
  readonly parameters: Float32Array;
  readonly data: Dataset;
  readonly seed: number;
  readonly samples: number;
  readonly weights: number;
  readonly step: number;
  readonly inputs: readonly InputFormat[];
  readonly gradients: readonly GradientMode[];
  readonly bind: ProbeOptions['bind'];
  readonly backpropagate: Backpropagate;
}

/**
 * Times what moves when every weight is rounded: sums round too. Over 116 networks (four functions, five outputs and costs,
 * three initialisers, 784-30-10 and 784-100-100-100-10) 1 to 5 times was usual, and 27 the most.
 */
const MOVES_ALLOWED = 64;
const KERNELS_ALLOWED = 1e-5;
const DIFFERENCES_ALLOWED = 1e-7;
/**
 * Times the lower quartile of the fourth differences of C, over h. A fourth difference is a sum of roundings σ of C, of deviation
 * 8.4 σ and lower quartile 2.7 σ; a slope's deviation is 0.95 σ / h. So this allows eight deviations.
 */
const NOISE_ALLOWED = 3;
/** Numbers of pieces that are tried, from two on; of a network with more than a million parameters the least and the most. */
const MOST_PIECES = 8;
const MANY_PARAMETERS = 1e6;

function piecesOf(S: number, P: number): number[] {
  const all = Array.from({ length: Math.min(MOST_PIECES, S) - 1 }, (_, k) => k + 2);
  return P > MANY_PARAMETERS && all.length > 2 ? [all[0], all[all.length - 1]] : all;
}

/** The three questions, layer by layer. */
export async function checkNetwork(request: CheckRequest): Promise<Pick<GradientCheck, 'layers' | 'samples' | 'passedOver' | 'pieces'>> {
  const { network, parameters, data, seed, samples } = request;
  const exact = parametersFrom(network, parameters);
  const { indices, examples, passedOver } = steadySamples(network, exact, data, sampleOrder(data, seed), samples);
  const ranges = layerRanges(network.layers);
  const gradient = exactGradient(network, ranges, parameters, examples, request.backpropagate);
  const differences = checkDifferences(request, ranges, exact, examples, gradient);
  const pieces = piecesOf(examples.length, parameters.length);
  const { kernels, shards } = await checkKernels(request, onlySamples(data, indices), ranges, gradient, pieces);
  const layers = ranges.map(({ layer, begin, end }, l) => ({
    layer,
    parameters: end - begin,
    largest: gradient.largest[l],
    differences: differences[l],
    kernels: kernels[l],
    shards: shards[l],
  }));
  return { layers, samples: indices.length, passedOver, pieces };
}

/** BP1 to BP4 beside the cost's slope, for parameters drawn by the seed. */
function checkDifferences(
  { network, parameters, weights, seed, step }: CheckRequest,
  ranges: readonly LayerRange[],
  exact: Parameters,
  examples: readonly Example[],
  { mean, largest }: ExactGradient,
): DifferenceCheck[] {
  const along = new CostAlong(network, exact, examples);
  const counts = countDifferences(network.layers, ranges, examples.length, weights);
  return ranges.map((range, l) => {
    const found = drawParameters(range, counts[l], seed).map((k) => along.difference(k, parameters[k], step));
    const noise = Math.max(lowerQuartile(found.map((d) => d.noise)), along.rounding);
    const allowed = DIFFERENCES_ALLOWED * largest[l] + (NOISE_ALLOWED * noise) / step;
    // A kink within the step makes C rougher than it makes the slope wrong; a wrong gradient leaves C smooth.
    const telling = found.filter(({ parameter, slope, roughness }) => {
      const error = Math.abs(slope - mean[parameter]);
      return !(error > allowed && 4 * roughness > error);
    });
    const at = worstPlace(
      telling.map(({ slope }) => slope),
      telling.map(({ parameter }) => mean[parameter]),
    );
    const [k, expected] = at < 0 ? [range.begin, Number.NaN] : [telling[at].parameter, telling[at].slope];
    const skipped = found.length - telling.length;
    return { ...deviation(network.layers, { k, expected, got: mean[k] }, largest[l], allowed), checked: found.length, skipped };
  });
}

/** Some of a layer's parameters in the book's order, without putting back: up to a quarter biases, the rest weights. */
function drawParameters({ layer, begin, weights, biases, end }: LayerRange, count: number, seed: number): number[] {
  if (count >= weights + biases) return Array.from({ length: weights + biases }, (_, k) => begin + k);
  const random = Random.stream(seed, 'differences', layer);
  const ofBiases = Math.max(count - weights, Math.min(biases, Math.ceil(count / 4)));
  const draw = (from: number, n: number, wanted: number): number[] => {
    const drawn = new Set<number>();
    while (drawn.size < wanted) drawn.add(from + random.below(n));
    return [...drawn];
  };
  return [...draw(begin, weights, count - ofBiases), ...draw(end - biases, biases, ofBiases)].sort((a, b) => a - b);
}

/** Of the quieter ones: a kink within the step is no noise. */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)];
}

/** The kernels beside the reference on every way, and pieces beside the whole on the ways that have them. */
async function checkKernels(
  { network, parameters, inputs, gradients, bind }: CheckRequest,
  samples: Dataset,
  ranges: readonly LayerRange[],
  { mean, largest, mass, moves }: ExactGradient,
  pieces: readonly number[],
): Promise<{ kernels: KernelCheck[][]; shards: (Deviation | undefined)[] }> {
  const kernels: KernelCheck[][] = ranges.map(() => []);
  const shards: (Deviation | undefined)[] = ranges.map(() => undefined);
  const S = samples.training.labels.length;
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
          if (!((shards[l]?.error ?? -1) >= found.error)) shards[l] = found;
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
