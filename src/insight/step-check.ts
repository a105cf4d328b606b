// Checks the training step against the float64 reference: its gradient, with every gradient strategy and input format, and the
// sum over shards against the whole mini-batch; the second and third question of gradient-check.ts. The gradient of a plain step
// is read from its change of the weights, (w - w')/η; any other leaves it in memory for its optimiser.

import { OPTIMISER_NAMES, OPTIMISERS } from '../functions/optimisers/index.js';
import { INPUT_FORMATS, type InputFormat } from '../model/input.js';
import { toBookOrder } from '../model/layout.js';
import type { Learning } from '../model/learning.js';
import type { NetworkSpecification } from '../model/specification.js';
import { GRADIENT_MODES, GRADIENTS, type GradientMode } from '../parallel/modes.js';
import type { Range } from '../parallel/step/partition.js';
import { type Compared, type Deviation, deviation, worse, worstPlace } from './deviation.js';
import { type ExactGradient, type ExactGradients, ROUNDING } from './exact-gradient.js';
import type { LayerRange } from './parameter-name.js';
import type { StepScale } from './step-scale.js';
import { plainLearning, type TrainingStep } from './training-step.js';

/** Whether a step is computed together with its gradient, or by an optimiser from a gradient in memory. */
export const STEP_FORMS = ['plain', 'optimiser'] as const;
type StepForm = (typeof STEP_FORMS)[number];

/** A way in which a gradient is computed: the gradient strategy and the format of the inputs. */
export interface Way {
  readonly gradient: GradientMode;
  readonly input: InputFormat;
}

export interface StepCheck extends Deviation, Way {
  readonly step: StepForm;
}

export interface ShardCheck extends StepCheck {
  /** How many shards came out worst. */
  readonly pieces: number;
}

/** What the steps of a check have in common. */
export interface StepSubject {
  readonly network: NetworkSpecification;
  readonly ranges: readonly LayerRange[];
  readonly exact: ExactGradients;
  readonly scale: StepScale;
}

/**
 * Times what moves when every weight is rounded: sums round too. Over 116 networks (four functions, five outputs and costs,
 * three initialisers, 784-30-10 and 784-100-100-100-10) 1 to 5 times was usual, and 27 the most.
 */
export const MOVES_ALLOWED = 64;
export const GRADIENT_ALLOWED = 1e-5;

/** Pieces at most, and parameters from which on not every number of pieces is tried. */
const MOST_PIECES = 8;
export const MANY_PARAMETERS = 1e6;

/** Numbers of pieces that S samples are cut into, from two on; of a large network the least and the most. */
export function piecesOf(S: number, P: number): number[] {
  const all = Array.from({ length: Math.min(MOST_PIECES, S) - 1 }, (_, k) => k + 2);
  return P > MANY_PARAMETERS && all.length > 2 ? [all[0], all[all.length - 1]] : all;
}

/** The combinations of these strategies and formats that there are. */
export function waysOf(gradients: readonly GradientMode[], inputs: readonly InputFormat[]): Way[] {
  const known = ({ gradient, input }: Way): boolean =>
    gradients.includes(gradient) && inputs.includes(input) && (input === 'dense' || GRADIENTS[gradient].takesSparse);
  return GRADIENT_MODES.flatMap((gradient) => INPUT_FORMATS.map((input) => ({ gradient, input }))).filter(known);
}

/** A learning whose step is not plain, with as many states as any has: what a memory for all of them is planned for. */
export function fullestLearning(network: NetworkSpecification): Learning {
  const optimiser = OPTIMISER_NAMES.reduce((a, b) => (OPTIMISERS[b].states > OPTIMISERS[a].states ? b : a));
  return { ...plainLearning(network), optimiser };
}

/** The gradient of steps in one way, on the whole mini-batch and on its parts in turn, against the reference: of each layer, plain and not. */
export function checkSteps(step: TrainingStep, way: Way, subject: StepSubject): StepCheck[][] {
  const { network, ranges, exact, scale } = subject;
  const batches = [{ begin: 0, end: step.samples, ...exact.whole }, ...(exact.parts.length > 1 ? exact.parts : [])];
  const judge = (form: StepForm, l: number, batch: Range & ExactGradient, got: Float32Array): StepCheck => {
    const rounding = form === 'plain' ? (ROUNDING * scale.weights[l]) / scale.steep : 0;
    const allowed = GRADIENT_ALLOWED * batch.largest[l] + MOVES_ALLOWED * batch.moves[l] + 2 * rounding;
    return { ...deviation(network.layers, compare(ranges[l], batch.mean, got), batch.largest[l], allowed), ...way, step: form };
  };
  const found = STEP_FORMS.map((form) => {
    const gradients = gradientsOf(step, form, subject, 1);
    return batches
      .map((batch, t) => {
        const got = gradients(batch, t);
        return ranges.map((_, l) => judge(form, l, batch, got));
      })
      .reduce((a, b) => a.map((layer, l) => worse(layer, b[l])));
  });
  return ranges.map((_, l) => found.map((layers) => layers[l]));
}

/** The sum over so many shards beside the whole, of each layer the worst of all numbers; undefined where there is none. */
export function checkShards(step: TrainingStep, way: Way, subject: StepSubject, pieces: readonly number[]): (ShardCheck | undefined)[] {
  const { network, ranges, exact } = subject;
  const { largest, mass, moves } = exact.whole;
  const all = { begin: 0, end: step.samples };
  const found = STEP_FORMS.flatMap((form) => {
    const whole = gradientsOf(step, form, subject, 1)(all, 0);
    return pieces.map((count) => {
      const sum = gradientsOf(step, form, subject, count)(all, 0);
      return ranges.map((range, l): ShardCheck => {
        const allowed = 2 * step.samples * ROUNDING * mass[l] + MOVES_ALLOWED * moves[l];
        return { ...deviation(network.layers, compare(range, whole, sum), largest[l], allowed), ...way, step: form, pieces: count };
      });
    });
  });
  return ranges.map((_, l) => (found.length === 0 ? undefined : found.map((layers) => layers[l]).reduce(worse)));
}

/** What steps of a form give as the mean gradient of a mini-batch, [P] in the book's order. The parameters are set back after each. */
function gradientsOf(step: TrainingStep, form: StepForm, { network, scale }: StepSubject, shards: number) {
  const { layout } = step.workspace;
  const before = step.parameters.slice();
  step.attach(form === 'plain' ? plainLearning(network) : { ...plainLearning(network), optimiser: 'momentum' }, shards);
  return ({ begin, end }: Range, t: number): Float32Array => {
    const m = end - begin;
    const rate = scale.steep;
    for (const state of step.states) state.fill(0);
    const finite = step.run({ begin, end, eta: m * rate, t });
    const { parameters } = step;
    const [velocity] = step.states;
    const got = new Float32Array(layout.floats);
    // The first step of momentum leaves v = -η ∇C.
    if (form === 'plain') for (let k = 0; k < got.length; k++) got[k] = (before[k] - parameters[k]) / rate / m;
    else for (let k = 0; k < got.length; k++) got[k] = -velocity[k] / rate / m;
    parameters.set(before);
    // Where costs are infinite or NaN a step is not taken.
    if (!finite) got.fill(Number.NaN);
    return toBookOrder(layout, got);
  };
}

/** The parameter of a layer whose two gradients differ most. */
function compare({ begin, end }: LayerRange, expected: ArrayLike<number>, got: ArrayLike<number>): Compared {
  const k = worstPlace(expected, got, begin, end);
  return { k, expected: expected[k], got: got[k] };
}
