// What to try where a run has diverged: the likeliest of the usual causes, by what is known of the run.

import type { Dataset } from '../data/dataset.js';
import type { Configuration } from './options.js';

/** Inputs beyond this make z large from the first step on; pixels, and standardised columns, stay below. */
const LARGE_INPUT = 20;
/** f that grow with z without a limit: errors of one layer are amplified by the next. */
const UNBOUNDED: ReadonlySet<string> = new Set(['relu', 'leaky-relu', 'elu', 'gelu', 'silu', 'softplus', 'linear']);
/** Samples that are looked at. */
const LOOKED_AT = 1000;

/** One sentence or two. */
export function divergenceHint({ eta, network, learning }: Configuration, data: Dataset): string {
  const largest = largestInput(data);
  const tenth = Number((eta / 10).toPrecision(3));
  if (largest > LARGE_INPUT)
    return `Inputs reach ${Number(largest.toPrecision(3))}: scale them to about -1 to 1, or standardise each column. With them as they are, η must be far smaller than ${eta}.`;
  const { activations, initialiser, cost } = network;
  const unbounded = activations.find((f) => UNBOUNDED.has(f));
  if (unbounded !== undefined && initialiser === 'normal')
    return `With '${unbounded}' and initial weights 'normal' activations grow from layer to layer: try --init he, and a smaller learning rate than η = ${eta}.`;
  const output = activations[activations.length - 1];
  if (UNBOUNDED.has(output) && data.training.targets === undefined)
    return `An output '${output}' with cost '${cost}' has steep costs: try softmax with log-likelihood, or a smaller learning rate than η = ${eta}, for example ${tenth}.`;
  const clip = learning.clipNorm === undefined ? ', or a limit on the gradient (--clip-norm 1)' : '';
  return `Try a smaller learning rate than η = ${eta}, for example ${tenth}${clip}.`;
}

/** The largest |x| among the first samples, as the network sees it. */
function largestInput({ training, scale, inputs }: Dataset): number {
  let most = 0;
  for (const value of training.values.subarray(0, LOOKED_AT * inputs)) most = Math.max(most, Math.abs(value));
  return scale * most;
}
