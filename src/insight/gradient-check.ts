// Whether the gradient is right, asked in three ways of one network and a few samples: is what BP1 to BP4 give the slope of
// the cost; do the kernels in use compute it, on every way that training has to it; and is the sum of the shards' gradients
// the whole mini-batch's. Each answer names the worst parameter and what was allowed, and the allowances are measured:
//
//   differences  1e-7 of the layer's largest |∂C/∂w|, and what the rounding of C makes of a difference
//   kernels      1e-5 of it, and 64 times what moves when every weight moves by half a float32's last bit
//   shards       the rounding of S added terms, and the same 64 times, because each shard runs forward by itself

import { checkInteger, checkNumber } from '../check.js';
import { countSamples, type Dataset } from '../data/dataset.js';
import { bindKernels } from '../kernels/bind.js';
import { INPUT_FORMATS } from '../model/input.js';
import { backpropagate, type Parameters, parametersFrom } from '../model/reference.js';
import { SPARSE_INPUTS } from '../options/options.js';
import { GRADIENT_MODES } from '../parallel/modes.js';
import { Random } from '../random.js';
import { lowerQuartile } from '../scaling/statistics.js';
import { type Deviation, deviation, worstPlace } from './deviation.js';
import { CostAlong, countDifferences, type Example, STEP } from './differences.js';
import { type Backpropagate, type ExactGradient, exactGradient } from './exact-gradient.js';
import { checkKernels, type KernelCheck, type KernelRequest, piecesOf } from './kernel-check.js';
import { type LayerRange, layerRanges } from './parameter-name.js';
import { steadySamples } from './steady-samples.js';
import { onlySamples, recordOf, SUBJECT_OPTIONS, type SubjectOptions, type SubjectRecord, sampleOrder, subjectOf } from './subject.js';

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

export interface GradientCheck extends SubjectRecord {
  /** As many as were asked for, or as were found that can be checked. */
  readonly samples: number;
  /** Samples that were not taken (see steady-samples.ts). */
  readonly passedOver: number;
  readonly step: number;
  /** Into how many pieces the samples were cut. */
  readonly pieces: readonly number[];
  readonly layers: readonly LayerCheck[];
  readonly passed: boolean;
  readonly seconds: number;
}

/**
 * Checks the gradient of a network with initial parameters, or of a saved run.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, NO_KERNELS; NO_GRADIENT where no sample can be checked
 */
export async function checkGradients(options: CheckOptions = {}): Promise<GradientCheck> {
  const began = performance.now();
  const { samples = 5, weights = 200, step = STEP, ...rest } = options;
  checkInteger('weights', weights, 1);
  checkNumber('step', step, 0, true);
  const subject = await subjectOf(rest, [...SUBJECT_OPTIONS, 'samples', 'weights', 'step']);
  const { configuration, data, parameters, kernels } = subject;
  checkInteger('samples', samples, 1, countSamples(data, 'training'));
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
    ...recordOf(subject),
    step,
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
export interface CheckRequest extends KernelRequest {
  readonly data: Dataset;
  readonly seed: number;
  readonly samples: number;
  readonly weights: number;
  readonly step: number;
  readonly backpropagate: Backpropagate;
}

/** Of the largest gradient: over those 116 networks (see kernel-check.ts) 1e-11 to 1e-8 was usual, where C is not rounded worse. */
const DIFFERENCES_ALLOWED = 1e-7;
/**
 * Times the lower quartile of the fourth differences of C, over h. A fourth difference is a sum of roundings σ of C, of deviation
 * 8.4 σ and lower quartile 2.7 σ; a slope's deviation is 0.95 σ / h. So this allows eight deviations.
 */
const NOISE_ALLOWED = 3;

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
    // Of the quieter ones: a kink within the step is no noise.
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
