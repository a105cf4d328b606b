// Checks the optimisers' updates against the float64 reference: the fourth question of gradient-check.ts. Each optimiser takes a few
// steps on mini-batches one after another, with and without decay and limits on norms, and each step is compared with
// the reference's from the same float32 weights. The weights are set back after each step, so that one exact gradient serves
// all; the optimiser's states are kept, and the reference keeps its own.
//
// A plain step is judged together with its gradient, which it does not leave in memory; the others by the gradient that they were
// given, which step-check.ts has judged, so that only the update itself can be wrong.

import { OPTIMISER_NAMES, OPTIMISERS, type OptimiserName } from '../functions/optimisers/index.js';
import { PANEL_FLOATS, stride } from '../kernels/kernels.js';
import { fromBookOrder, type Layout, weightAt } from '../model/layout.js';
import { isPlain, type Learning } from '../model/learning.js';
import { type ParameterUpdate, parameterUpdate } from '../model/reference-descent.js';
import { GRADIENTS } from '../parallel/modes.js';
import type { Range } from '../parallel/step/partition.js';
import { type Deviation, deviation, worse } from './deviation.js';
import { type ExactGradient, ROUNDING } from './exact-gradient.js';
import { GRADIENT_ALLOWED, MOVES_ALLOWED, type StepSubject, type Way } from './step-check.js';
import type { StepScale } from './step-scale.js';
import type { TrainingStep } from './training-step.js';

/** Beside less than this √r̂ matters where r, the square of a small gradient, is below the smallest float32: there the two rightly differ. */
const LEAST_EPSILON = 1e-15;

/** Half last bits of a weight and of its change: the operations of an update, and the numbers it goes by, are rounded too. */
const UPDATE_ALLOWED = 16;
/** Deviations of a sum of roundings. */
const NORM_ALLOWED = 8;

/** The decays and limits that go with an optimiser; 'L2' alone is still a plain step of sgd. */
const EXTRAS = ['none', 'L2', 'L1, L2', 'max-norm', 'clip-norm'] as const;
type Extra = (typeof EXTRAS)[number];

/** A step of an optimiser at its worst. `expected` and `got` are changes of a parameter, errors shares of the layer's largest. */
export interface UpdateCheck extends Deviation, Way {
  readonly optimiser: OptimiserName;
  readonly extra: Extra;
  /** The book's number. */
  readonly layer: number;
  /** Number of the step, from 1. */
  readonly step: number;
}

/** An optimiser with its decay and limits. */
export interface Trial {
  readonly optimiser: OptimiserName;
  readonly extra: Extra;
  readonly learning: Learning;
  /** η of a step on m samples. */
  readonly eta: (m: number) => number;
}

/** Every optimiser with and without decay, and plain descent with each of the limits. `numbers`: the optimisers' own, of a run. */
export function trialsOf(numbers: Learning, scale: StepScale, n: number): Trial[] {
  const extras = (optimiser: OptimiserName): readonly Extra[] => (optimiser === 'sgd' ? EXTRAS : ['none', 'L1, L2']);
  return OPTIMISER_NAMES.flatMap((optimiser) =>
    extras(optimiser).map((extra) => {
      const decays = extra === 'L2' || extra === 'L1, L2';
      const learning: Learning = {
        ...numbers,
        optimiser,
        epsilon: Math.max(numbers.epsilon, LEAST_EPSILON),
        lambda: decays ? scale.decay * n : 0,
        l1: extra === 'L1, L2' ? scale.l1 * n : 0,
        maxNorm: extra === 'max-norm' ? scale.maxNorm : undefined,
        clipNorm: extra === 'clip-norm' ? scale.clipNorm : undefined,
        dropout: numbers.dropout.map(() => 0),
        classWeights: undefined,
        smooth: 0,
        augment: undefined,
        schedule: { kind: 'constant' },
      };
      const isGentle = extra === 'L2' || extra === 'max-norm';
      // Steps in proportion to the gradient, not divided by its size.
      const isSteep = OPTIMISERS[optimiser].reads.epsilon === undefined;
      return { optimiser, extra, learning, eta: (m) => (isGentle ? scale.gentle : isSteep ? m * scale.steep : scale.adaptive) };
    }),
  );
}

/** Some steps of one trial, on mini-batches in turn: the worst of all layers and steps. */
export function checkUpdate(step: TrainingStep, way: Way, trial: Trial, subject: StepSubject, steps: number): UpdateCheck {
  const { exact } = subject;
  const { layout } = step.workspace;
  const before = step.parameters.slice();
  const states: States = [new Float32Array(layout.floats), new Float32Array(layout.floats)];
  step.attach(trial.learning, GRADIENTS[way.gradient].hasBlocks ? Math.min(2, step.samples) : 1);
  let worst: UpdateCheck | undefined;
  for (let t = 0; t < steps; t++) {
    const batch = exact.parts[t % exact.parts.length];
    const taken = takeStep(step, trial, batch, t);
    for (const [l, { number }] of layout.layers.entries()) {
      const found = { ...judge(subject, trial, { ...taken, before, states }, layout, l), ...way };
      const check = { ...found, optimiser: trial.optimiser, extra: trial.extra, layer: number, step: t + 1 };
      worst = worst === undefined ? check : worse(worst, check);
    }
    step.parameters.set(before);
  }
  return worst as UpdateCheck;
}

/** The states of the reference's optimiser, in memory order. */
type States = readonly [Float32Array, Float32Array];

/** A step that was taken. */
interface Taken {
  readonly batch: ExactGradient;
  /** Parameters before and after it, and the mean gradient, in memory order. */
  readonly before: Float32Array;
  readonly after: Float32Array;
  readonly gradient: Float32Array;
  readonly states: States;
  readonly eta: number;
  readonly update: ParameterUpdate;
}

function takeStep(step: TrainingStep, { learning, eta }: Trial, batch: Range & ExactGradient, t: number): Omit<Taken, 'before' | 'states'> {
  const { layout } = step.workspace;
  const m = batch.end - batch.begin;
  // In the middle of an epoch a sparse first layer's weights are yet to be multiplied with what has decayed: every other time.
  const factor = step.network.sparse && learning.lambda > 0 && isPlain(learning) && t % 2 === 1 ? 0.5 : 1;
  const first = step.parameters.subarray(layout.layers[0].w, layout.layers[0].b);
  for (let k = 0; k < first.length; k++) first[k] /= factor;
  const gradient = isPlain(learning) ? new Float32Array(layout.floats) : meanOf(step.summed(batch), m, learning.clipNorm);
  if (isPlain(learning)) fromBookOrder(layout, batch.mean, gradient);
  const finite = step.run({ ...batch, eta: eta(m), t, factor });
  if (!finite) gradient.fill(Number.NaN);
  return { batch, after: step.parameters, gradient, eta: eta(m), update: parameterUpdate(learning, { eta: eta(m), n: step.samples, t }) };
}

/** The mean of a gradient summed over m samples, brought down to a norm of `most`. */
function meanOf(sum: Float32Array, m: number, most?: number): Float32Array {
  let scale = 1 / m;
  if (most !== undefined) {
    let square = 0;
    for (let k = 0; k < sum.length; k++) square += sum[k] * sum[k];
    scale = Math.min(scale, most / Math.sqrt(square));
  }
  const mean = new Float32Array(sum.length);
  for (let k = 0; k < sum.length; k++) mean[k] = scale * sum[k];
  return mean;
}

/** One layer's step beside the reference's, whose states go on. */
function judge({ network, ranges }: StepSubject, { learning }: Trial, taken: Taken, layout: Layout, l: number): Deviation {
  const { before, after, batch, eta } = taken;
  const { w, b, I } = layout.layers[l];
  const values = new Float64Array((layout.layers[l + 1]?.w ?? layout.floats) - w);
  const moves = referenceUpdate(taken, w, b, values);
  const { maxNorm } = learning;
  if (maxNorm !== undefined) limit(layout, l, values, maxNorm);
  let [at, most, largest, weight] = [0, -1, 0, 0];
  for (let k = 0; k < values.length && !Number.isNaN(most); k++) {
    largest = Math.max(largest, Math.abs(values[k] - before[w + k]));
    weight = Math.max(weight, Math.abs(values[k]));
    const error = Math.abs(after[w + k] - values[k]);
    if (!(error <= most)) [at, most] = [k, error];
  }
  const ofGradient = isPlain(learning) ? eta * (GRADIENT_ALLOWED * batch.largest[l] + MOVES_ALLOWED * batch.moves[l]) : 0;
  // A norm adds up as many roundings as a neuron has inputs, some up and some down.
  const ofNorm = maxNorm === undefined ? 0 : NORM_ALLOWED * Math.sqrt(I) * ROUNDING * weight;
  const ofUpdate = UPDATE_ALLOWED * ROUNDING * (weight + largest);
  const start = before[w + at];
  const compared = { k: ranges[l].begin + placeInLayer(layout, l, at), expected: values[at] - start, got: after[w + at] - start };
  return deviation(network.layers, compared, largest, MOVES_ALLOWED * moves + ofUpdate + ofGradient + ofNorm);
}

/** Half of the smallest float32. */
const LEAST = 2 ** -150;
/** How many parameters of a layer are moved at least: a prime share of those of a large one, whose columns are no multiples of it. */
const MOVED = 1e5;
const PRIME = 13;

/**
 * The reference's new values of one layer, whose parameters begin at w and its biases at b. Returns how far the largest change
 * moves when all that it is computed from moves by half a float32's last bit, up or down.
 */
function referenceUpdate({ before, gradient, states: [s, q], update }: Taken, w: number, b: number, values: Float64Array): number {
  const state = { s: 0, q: 0 };
  const every = values.length > PRIME * MOVED ? PRIME : 1;
  let moves = 0;
  for (let k = w; k < w + values.length; k++) {
    let moved = Number.NaN;
    if (k % every === 0) {
      // As good as random: multiplied with 2³² over the golden ratio, neighbours differ in all of their upper bits.
      const bits = Math.imul(k, 0x9e3779b1);
      state.s = rounded(s[k], bits << 1);
      state.q = rounded(q[k], bits << 2);
      moved = update(rounded(before[k], bits), rounded(gradient[k], bits << 3), k < b, state);
    }
    state.s = s[k];
    state.q = q[k];
    const value = update(before[k], gradient[k], k < b, state);
    s[k] = state.s;
    q[k] = state.q;
    values[k - w] = value;
    if (k % every === 0) moves = Math.max(moves, Math.abs(moved - value));
  }
  return moves;
}

/** Half a last bit further from zero, or nearer; zero itself is exact. */
function rounded(value: number, bits: number): number {
  const size = Math.abs(value);
  return Math.sign(value) * Math.max(0, size + (bits < 0 ? -1 : 1) * (ROUNDING * size + LEAST));
}

/** Brings the weights into each neuron of a layer down to a norm of `most`. */
function limit({ layers }: Layout, l: number, values: Float64Array, most: number): void {
  const layer = layers[l];
  for (let o = 0; o < layer.O; o++) {
    let square = 0;
    for (let i = 0; i < layer.I; i++) square += values[weightAt(layer, i, o)] ** 2;
    const norm = Math.sqrt(square);
    if (norm > most) for (let i = 0; i < layer.I; i++) values[weightAt(layer, i, o)] *= most / norm;
  }
}

/** Where a float of a layer's memory stands in the book's order of that layer; of padding, the nearest parameter. */
function placeInLayer({ layers }: Layout, l: number, at: number): number {
  const { I, O, w, b, panels } = layers[l];
  if (at >= b - w) return I * O + Math.min(at - (b - w), O - 1);
  const width = panels ? PANEL_FLOATS : stride(O);
  const panel = Math.floor(at / (I * width));
  const [i, o] = [Math.floor(at / width) - panel * I, panel * width + (at % width)];
  return Math.min(o, O - 1) * I + Math.min(i, I - 1);
}
