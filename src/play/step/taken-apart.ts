// A step of gradient descent taken apart: every figure that forward pass, BP1 to BP4 and update have on the way, as plain data, in float64.
// It is the reference's arithmetic (model/reference.ts, reference-descent.ts), written so that nothing in between is lost; the tests hold it
// against the reference's gradient and steps. It knows no page; the panel calls it, one sample or a mini-batch at a time.

import { ELEMENTWISE, layerwiseActivation } from '../../functions/activations.js';
import { MATCHED_PAIRS } from '../../functions/costs.js';
import { activationNamed, costNamed } from '../../functions/custom.js';
import { layerRanges } from '../../insight/parameter-name.js';
import { slopesOf } from '../../insight/paths.js';
import { feedForward, type GivenParameters, parametersWithin, timesDerivative } from '../../model/reference.js';
import type { NetworkSpecification } from '../../model/specification.js';

/** What the step is taken on. */
export interface StepSample {
  /** [n_1] */
  readonly input: ArrayLike<number>;
  /** Its class, from 0. */
  readonly label: number;
}

/** How the step is taken: w ← (1 - ηλ/n) w - η ∂C/∂w, and b ← b - η ∂C/∂b. */
export interface StepSize {
  readonly eta: number;
  readonly lambda: number;
  /** n: training samples. */
  readonly n: number;
}

/** One layer's neurons on one sample, each array of [n_l]. */
export interface LayerPass {
  /** l, the book's number, from 2 on. */
  readonly layer: number;
  readonly z: readonly number[];
  readonly a: readonly number[];
  /** f'(z); of a softmax ∂a_j/∂z_j. */
  readonly slope: readonly number[];
  /** The largest slope that f has, by which a small one is judged. */
  readonly steepest: readonly number[];
  /** What is multiplied with f'(z): ∇_a C in the last layer (BP1), (w^(l+1))ᵀ δ^(l+1) in all others (BP2). */
  readonly arriving: readonly number[];
  /** δ^l */
  readonly delta: readonly number[];
}

/** One sample, forwards and back. */
export interface SamplePass {
  readonly x: readonly number[];
  /** [n_L], 1 for the class of x, else 0. */
  readonly y: readonly number[];
  readonly label: number;
  /** Of layers 2 … L. */
  readonly layers: readonly LayerPass[];
  /** C_x before the step, and after it. */
  readonly cost: number;
  readonly costAfter: number;
  /** a^L after the step. */
  readonly outputAfter: readonly number[];
}

export interface StepTaken {
  readonly network: NetworkSpecification;
  readonly size: StepSize;
  readonly samples: readonly SamplePass[];
  /** Whether cost and output are a matched pair, so that f'(z) cancels in BP1 and δ^L = a - y. */
  readonly cancels: boolean;
  /** The mean of ∂C_x/∂w and ∂C_x/∂b (BP4, BP3), [P] in the book's order. */
  readonly gradient: Float64Array;
  /** [P] before the step, and after it. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Mean of C_x; what the gradient foretells of its change: Σ ∂C/∂w Δw. */
  readonly cost: number;
  readonly costAfter: number;
  readonly foretold: number;
}

/** @param values [P] in the book's order */
export function takeStep(network: NetworkSpecification, values: ArrayLike<number>, samples: readonly StepSample[], size: StepSize): StepTaken {
  const before = new Float64Array(values);
  const parameters = parametersWithin(network, before);
  const passes = samples.map((sample) => passOf(network, parameters, sample));
  const gradient = meanGradient(before.length, passes);
  const after = moved(network, before, gradient, size);
  const later = parametersWithin(network, after);
  const seen = passes.map((pass) => {
    const { activations } = feedForward(network, later, pass.x);
    const outputAfter = activations[activations.length - 1];
    return { ...pass, outputAfter, costAfter: termsOf(network, outputAfter, pass.y) };
  });
  const mean = (of: (pass: SamplePass) => number): number => seen.reduce((sum, pass) => sum + of(pass), 0) / seen.length;
  return {
    ...{ network, size, samples: seen, cancels: isMatched(network), gradient, before, after },
    cost: mean((pass) => pass.cost),
    costAfter: mean((pass) => pass.costAfter),
    foretold: foretell(gradient, before, after),
  };
}

/** Forwards, then BP1 and BP2: all that is said of a sample before the step. */
export function passOf(
  network: NetworkSpecification,
  parameters: GivenParameters,
  { input, label }: StepSample,
): Omit<SamplePass, 'costAfter' | 'outputAfter'> {
  const { zs, activations } = feedForward(network, parameters, Array.from(input));
  const last = zs.length - 1;
  const output = activations[last + 1];
  const y = output.map((_, j) => (j === label ? 1 : 0));
  const layers: LayerPass[] = [];
  // BP1: ∇_a C arrives at the last layer.
  let arriving = output.map((a, j) => costNamed(network.cost).gradient(a, y[j]));
  for (let l = last; l >= 0; l--) {
    const [z, a] = [zs[l], activations[l + 1]];
    const product = timesDerivative(network, l, z, a, arriving);
    // Where a has rounded to 0 or 1 the product is 0 · ∞; its limit is a - y.
    const delta = l === last && isMatched(network) ? product.map((d, j) => (Number.isFinite(d) ? d : a[j] - y[j])) : product;
    layers[l] = { layer: l + 2, z, a, slope: slopesOf(network, l + 2, z, a), steepest: steepestOf(network, l), arriving, delta };
    // BP2: (w^l)ᵀ δ^l arrives at the layer before.
    if (l > 0) arriving = activations[l].map((_, k) => delta.reduce((sum, d, j) => sum + parameters.w[l][j][k] * d, 0));
  }
  return { x: activations[0], y, label, layers, cost: termsOf(network, output, y) };
}

/** BP3 and BP4, as the mean over the samples. */
function meanGradient(P: number, passes: readonly Pick<SamplePass, 'x' | 'layers'>[]): Float64Array {
  const mean = new Float64Array(P);
  for (const { x, layers } of passes) {
    let at = 0;
    layers.forEach(({ delta }, l) => {
      const a = l === 0 ? x : layers[l - 1].a;
      // BP4: ∂C/∂w_jk = a_k δ_j
      for (const d of delta) for (let k = 0; k < a.length; k++) mean[at++] += a[k] * d;
      // BP3: ∂C/∂b_j = δ_j
      for (const d of delta) mean[at++] += d;
    });
  }
  return passes.length === 1 ? mean : mean.map((sum) => sum / passes.length);
}

function moved({ layers }: NetworkSpecification, before: Float64Array, gradient: Float64Array, { eta, lambda, n }: StepSize): Float64Array {
  const after = new Float64Array(before);
  for (let k = 0; k < after.length; k++) after[k] -= eta * gradient[k];
  for (const { begin, weights } of layerRanges(layers)) for (let k = begin; k < begin + weights; k++) after[k] -= ((eta * lambda) / n) * before[k];
  return after;
}

/** Σ ∂C/∂w Δw */
function foretell(gradient: Float64Array, before: Float64Array, after: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < gradient.length; k++) sum += gradient[k] * (after[k] - before[k]);
  return sum;
}

const termsOf = ({ cost }: NetworkSpecification, a: readonly number[], y: readonly number[]): number =>
  a.reduce((sum, aj, j) => sum + costNamed(cost).term(aj, y[j]), 0);

function isMatched({ cost, activations, neurons, layers }: NetworkSpecification): boolean {
  const output = activations[activations.length - 1];
  return MATCHED_PAIRS.some((pair) => pair.cost === cost && pair.output === output) && !neurons.some(({ layer }) => layer === layers.length);
}

/** z from -6 to 6, where every f that there is has its steepest place. */
const GRID = Array.from({ length: 97 }, (_, k) => (k - 48) / 8);
const steepest = new Map<string, number>();

/** The largest |f'| of an f, as found on a grid. */
function steepestSlope(name: string): number {
  const found = steepest.get(name) ?? Math.max(...GRID.map((z) => Math.abs(activationNamed(name).derivative(z))));
  steepest.set(name, found);
  return found;
}

/** Of each neuron of layer l + 2. */
function steepestOf({ layers, activations, neurons }: NetworkSpecification, l: number): number[] {
  const layerwise = layerwiseActivation(activations[l]);
  const usual = layerwise ? layerwise.steepest : steepestSlope(activations[l]);
  const all = new Array<number>(layers[l + 1]).fill(usual);
  for (const { layer, neuron, f } of neurons) if (layer === l + 2) all[neuron - 1] = steepestSlope(f);
  return all;
}

/** Whether f' of some hidden neuron can be 0: only then can one be dead. */
export function canRest({ activations, neurons }: NetworkSpecification): boolean {
  const names = [...activations.slice(0, -1), ...neurons.map(({ f }) => f)];
  return names.some((name) => name in ELEMENTWISE && GRID.some((z) => activationNamed(name).derivative(z) === 0));
}
