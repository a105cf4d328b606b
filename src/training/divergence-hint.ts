// What to try where a run has diverged: the likeliest of the usual causes, by what is known of the run.

import type { Dataset } from '../data/dataset.js';
import { activationProperties } from '../functions/activations.js';
import { costRow } from '../functions/costs.js';
import type { Configuration } from '../options/options.js';

/** Inputs beyond this make z large from the first step on; pixels, and standardised columns, stay below. */
const LARGE_INPUT = 20;
/** At η = 0.05 a network 1-100-1 with tanh learned a sine of height 50, and diverged at one of 100. */
const LARGE_TARGET = 50;
/** Whether f is known to grow with z without a limit. */
const isUnbounded = (f: string): boolean => activationProperties(f)?.bounded === false;
/** Samples that are looked at. */
const LOOKED_AT = 1000;

/** One sentence or two. */
export function divergenceHint({ eta, network, learning }: Configuration, data: Dataset): string {
  const { training, scale, inputs, classes } = data;
  const largest = scale * most(training.values, inputs);
  const farthest = most(training.targets ?? [], classes);
  const smaller = `a smaller learning rate than η = ${eta}`;
  const tenth = `for example ${Number((eta / 10).toPrecision(3))}`;
  const reach = (what: string, value: number, more: string): string =>
    `${what} reach ${Number(value.toPrecision(3))}: scale them to about -1 to 1, ${more}. With them as they are, η must be far smaller than ${eta}.`;
  if (largest > LARGE_INPUT) return reach('Inputs', largest, 'or standardise each column');
  const { activations, initialiser, cost } = network;
  const steep = costRow(cost)?.steep ?? true;
  if (steep && farthest > LARGE_TARGET) return reach('Targets', farthest, 'and the outputs back');
  const unbounded = activations.find(isUnbounded);
  if (unbounded !== undefined && initialiser === 'normal')
    return `With '${unbounded}' and initial weights 'normal' activations grow from layer to layer: try --init he, and ${smaller}.`;
  const output = activations[activations.length - 1];
  if (steep && isUnbounded(output) && training.targets === undefined)
    return `An output '${output}' with cost '${cost}' has steep costs: try softmax with log-likelihood, or ${smaller}, ${tenth}.`;
  const clip = learning.clipNorm === undefined ? ', or a limit on the gradient (--clip-norm 1)' : '';
  const preset = data.preparation && learning.optimiser === 'sgd' ? ' For columns there is --preset tabular.' : '';
  return `Try ${smaller}, ${tenth}${clip}.${preset}`;
}

/** The largest absolute value of the first samples, which have so many each. */
function most(values: ArrayLike<number>, each: number): number {
  let largest = 0;
  for (let k = 0; k < Math.min(values.length, LOOKED_AT * each); k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest;
}
