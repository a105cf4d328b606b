// Gradient checking, in four questions about one network and a few samples: is what BP1 to BP4 give the slope of the
// cost; does a training step use it, with every gradient strategy and input format; is the sum of the shards' gradients the whole
// mini-batch's; and do the optimisers' updates agree with the reference's. What is judged is the step that trains, run on
// this thread. Each answer names the worst parameter and what was allowed, and the allowances are measured:
//
//   differences  1e-7 of the layer's largest |∂C/∂w|, and what the rounding of C makes of a difference
//   steps        1e-5 of it, and 64 times what moves when every weight moves by half a float32's last bit
//   shards       the rounding of S added terms, and the same 64 times, because each shard runs forward by itself
//   updates      16 half last bits of it, and 64 times what moves when all that it is computed from moves by half a last bit

import { checkInteger, checkNumber, checkSignal } from '../check.js';
import { countSamples, type Dataset } from '../data/dataset.js';
import { bindKernels } from '../kernels/bind.js';
import { INPUT_FORMATS, type InputFormat } from '../model/input.js';
import type { Learning } from '../model/learning.js';
import { backpropagate, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import { SPARSE_INPUTS } from '../options/options.js';
import { checkKnown } from '../options/unknown-option.js';
import { GRADIENT_MODES, GRADIENTS, type GradientMode } from '../parallel/modes.js';
import type { Range } from '../parallel/step/partition.js';
import { onlySamples, sampleOrder } from './chosen-samples.js';
import { worse } from './deviation.js';
import { checkDifferences, type DifferenceCheck } from './difference-check.js';
import { STEP } from './differences.js';
import { type Backpropagate, exactGradients } from './exact-gradient.js';
import { layerRanges } from './parameter-name.js';
import { steadySamples } from './steady-samples.js';
import {
  checkShards,
  checkSteps,
  fullestLearning,
  MANY_PARAMETERS,
  piecesOf,
  type ShardCheck,
  type StepCheck,
  type StepSubject,
  waysOf,
} from './step-check.js';
import { scaleOf } from './step-scale.js';
import { recordOf, SUBJECT_OPTIONS, type SubjectOptions, type SubjectRecord, subjectOf } from './subject.js';
import { TrainingStep, type TrainingStepOptions } from './training-step.js';
import { checkUpdate, trialsOf, type UpdateCheck } from './update-check.js';

export interface CheckOptions extends SubjectOptions {
  /** Training samples, drawn by the seed: S. Default: 5. */
  samples?: number;
  /** Weights and biases per layer that are tried out by differences. Default: 200. */
  weights?: number;
  /** Step of the differences for |w| up to 1. Default: 1e-4. */
  step?: number;
  /** Gives up before the next gradient strategy or input format. */
  signal?: AbortSignal;
}

export interface LayerCheck {
  /** The book's number. */
  readonly layer: number;
  /** Weights and biases. */
  readonly parameters: number;
  /** The largest |∂C/∂w| or |∂C/∂b|. */
  readonly largest: number;
  readonly differences: DifferenceCheck;
  /** The gradients of training steps: one per gradient strategy, input format and form of the step; every parameter is compared. */
  readonly kernels: readonly StepCheck[];
  /** The worst of all numbers of pieces; absent for a single sample, and without a gradient that has blocks. */
  readonly shards: ShardCheck | undefined;
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
  /** One per optimiser, its decay and limits, gradient strategy and input format: the worst of all layers and steps. */
  readonly updates: readonly UpdateCheck[];
  /** Steps that each optimiser took. */
  readonly steps: number;
  readonly passed: boolean;
  readonly seconds: number;
}

/**
 * Checks the gradient of a network with initial parameters, or of a saved run.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, NO_KERNELS; NO_GRADIENT where no sample can be checked
 */
export async function checkGradients(given: CheckOptions = {}): Promise<GradientCheck> {
  const began = performance.now();
  const options = checkKnown(given, [...SUBJECT_OPTIONS, 'samples', 'weights', 'step', 'signal']);
  const { samples = 5, weights = 200, step = STEP, signal, ...rest } = options;
  checkSignal(signal, 'the check began');
  checkInteger('weights', weights, 1);
  checkNumber('step', step, 0, true);
  const subject = await subjectOf(rest, SUBJECT_OPTIONS);
  const { configuration, data, parameters, kernels } = subject;
  checkInteger('samples', samples, 1, countSamples(data, 'training'));
  const { network, seed, learning } = configuration;
  const { input, gradient } = rest;
  const result = await checkNetwork({
    network,
    learning,
    parameters,
    data,
    seed,
    samples,
    weights,
    step,
    signal,
    inputs: input === undefined || input === 'auto' ? INPUT_FORMATS.filter((format) => format === 'dense' || data.inputs <= SPARSE_INPUTS) : [input],
    gradients: gradient === undefined ? GRADIENT_MODES : [gradient],
    bind: (memory, scratch) => bindKernels(kernels, memory, scratch),
    backpropagate,
  });
  return {
    ...recordOf(subject),
    step,
    ...result,
    passed: result.layers.every(isRight) && result.updates.every(({ passed }) => passed),
    seconds: (performance.now() - began) / 1000,
  };
}

/** Whether all that was asked of a layer came out right. */
export function isRight({ differences, kernels, shards }: LayerCheck): boolean {
  return differences.passed && kernels.every(({ passed }) => passed) && shards?.passed !== false;
}

/** What is judged, and by what measure. Tests put faulty parts in. */
export interface CheckRequest {
  readonly network: NetworkSpecification;
  /** Where the optimisers' numbers are taken from. */
  readonly learning: Learning;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  readonly data: Dataset;
  readonly seed: number;
  readonly samples: number;
  readonly weights: number;
  readonly step: number;
  readonly signal?: AbortSignal;
  readonly inputs: readonly InputFormat[];
  readonly gradients: readonly GradientMode[];
  readonly bind: TrainingStepOptions['bind'];
  readonly backpropagate: Backpropagate;
}

type Found = Pick<GradientCheck, 'layers' | 'updates' | 'steps' | 'samples' | 'passedOver' | 'pieces'>;

/** The four questions. */
export async function checkNetwork(request: CheckRequest): Promise<Found> {
  const { network, parameters, data, seed, samples } = request;
  const reference = parametersFrom(network, parameters);
  const { indices, examples, passedOver } = steadySamples(network, reference, data, sampleOrder(data, seed), samples);
  const ranges = layerRanges(network.layers);
  const S = examples.length;
  const draws = parameters.length > MANY_PARAMETERS ? 1 : DRAWS;
  const exact = exactGradients(network, ranges, parameters, examples, request.backpropagate, batchesOf(S, parameters.length), draws);
  const differences = checkDifferences(request, ranges, reference, examples, exact.whole);
  const pieces = piecesOf(S, parameters.length);
  const scale = scaleOf(network, ranges, parameters, exact, request.learning.epsilon);
  const asked = await askSteps(request, onlySamples(data, indices), pieces, { network, ranges, exact, scale });
  const layers = ranges.map(({ layer, begin, end }, l) => ({
    layer,
    parameters: end - begin,
    largest: exact.whole.largest[l],
    differences: differences[l],
    kernels: asked.kernels[l],
    shards: asked.shards[l],
  }));
  return { layers, updates: asked.updates, steps: asked.steps, samples: S, passedOver, pieces };
}

/** S samples as mini-batches of which the last is smaller, where that can be; as one where a gradient of each would take long. */
function batchesOf(S: number, P: number): Range[] {
  const third = Math.floor(S / 3) + 1;
  const size = P > MANY_PARAMETERS ? S : S % third === 0 ? Math.min(third + 1, S) : third;
  return Array.from({ length: Math.ceil(S / size) }, (_, i) => ({ begin: i * size, end: Math.min(S, (i + 1) * size) }));
}

/** With one, 64 times what moves was once too little, over sixty networks and their mini-batches; of a large network each takes seconds. */
const DRAWS = 3;
/** Steps of each optimiser: in three, states and bias corrections have shown what they do. Of a large network they take a second each. */
const STEPS = 3;
const STEPS_OF_MANY = 2;

/** The questions about training steps, with a memory for each gradient strategy and input format. */
async function askSteps(request: CheckRequest, data: Dataset, pieces: readonly number[], subject: StepSubject) {
  const { network, parameters, bind, learning } = request;
  const kernels: StepCheck[][] = subject.ranges.map(() => []);
  const shards: (ShardCheck | undefined)[] = subject.ranges.map(() => undefined);
  const updates: UpdateCheck[] = [];
  const ways = waysOf(request.gradients, request.inputs);
  const isLarge = parameters.length > MANY_PARAMETERS;
  const steps = isLarge ? STEPS_OF_MANY : STEPS;
  for (const [number, way] of ways.entries()) {
    checkSignal(request.signal, 'the check was done');
    const { hasBlocks } = GRADIENTS[way.gradient];
    const most = hasBlocks ? Math.max(1, ...pieces) : 1;
    const step = await TrainingStep.open({ network, data, ...way, bind, learning: fullestLearning(network), shards: most });
    step.workspace.parameters = parameters;
    for (const [l, found] of checkSteps(step, way, subject).entries()) kernels[l].push(...found);
    if (hasBlocks) {
      for (const [l, found] of checkShards(step, way, subject, pieces).entries()) {
        const before = shards[l];
        shards[l] = before && found ? worse(before, found) : found;
      }
    }
    // Of a large network each optimiser takes only one strategy and format, by turns.
    const trials = trialsOf(learning, subject.scale, step.samples).filter((_, i) => !isLarge || i % ways.length === number);
    updates.push(...trials.map((trial) => checkUpdate(step, way, trial, subject, steps)));
  }
  return { kernels, shards, updates, steps };
}
