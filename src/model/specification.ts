// What a network is: sizes of its layers, an activation for each layer after the first, a cost, and how its parameters
// start. A plain object that can be posted to a thread and written to a file; checked here, once.

import { checkInteger, checkOneOf } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import { ACTIVATION_NAMES, type ActivationName } from '../kernels/kernels.js';
import { COST_NAMES, COSTS, type CostName } from './costs.js';

export const INITIALISER_NAMES = ['normal', 'scaled', 'he', 'glorot'] as const;
export type InitialiserName = (typeof INITIALISER_NAMES)[number];

export interface NetworkSpecification {
  /** n_1 … n_L: inputs, hidden layers, outputs. */
  readonly layers: readonly number[];
  /** f of layers 2 … L, the last one that of the output. */
  readonly activations: readonly ActivationName[];
  readonly cost: CostName;
  readonly initialiser: InitialiserName;
}

/** What a user may say of a network; all but the layers has a default. */
export interface NetworkOptions {
  /** Sizes of all layers, inputs first: [784, 30, 10]. */
  layers: readonly number[];
  /** f of the hidden layers: one name for all, or one per hidden layer. Default: sigmoid. */
  activation?: ActivationName | readonly ActivationName[];
  /** f of the output layer. Default: softmax for log-likelihood, else sigmoid. */
  output?: ActivationName;
  /** Default: cross-entropy. */
  cost?: CostName;
  /** Initial parameters. Default: he where the first hidden layer is ReLU; normal for sigmoids with the quadratic cost; else scaled. */
  init?: InitialiserName;
}

/** Neurons per layer that a 32-bit byte address can still carry with room for the rest. */
export const MAX_NEURONS = 1 << 24;

/** Checks a user's options and fills in the defaults. */
export function specifyNetwork(options: NetworkOptions): NetworkSpecification {
  const layers = options.layers;
  if (!Array.isArray(layers)) throw wrongKind('layers', 'a list of sizes such as [784, 30, 10]', layers);
  if (layers.length < 2) throw wrongValue('layers', 'at least two sizes, inputs and outputs', layers);
  for (const [l, n] of layers.entries()) checkInteger(`layers[${l}]`, n, 1, MAX_NEURONS);
  const cost = checkOneOf('cost', options.cost ?? 'cross-entropy', COST_NAMES);
  const output = checkOneOf('output', options.output ?? COSTS[cost].outputs[0], ACTIVATION_NAMES);
  if (!COSTS[cost].outputs.includes(output)) {
    throw wrongValue('output', `one that the cost '${cost}' is defined on (${COSTS[cost].outputs.join(', ')})`, output);
  }
  if (output === 'softmax' && layers[layers.length - 1] === 1) {
    throw wrongValue('layers', 'at least two outputs for a softmax', layers, 'A softmax over one output is always 1.');
  }
  const hidden = hiddenActivations(options.activation ?? 'sigmoid', layers.length - 2);
  const activations = [...hidden, output];
  const initialiser = checkOneOf('init', options.init ?? usualInitialiser(activations, cost), INITIALISER_NAMES);
  return { layers: [...layers], activations, cost, initialiser };
}

/** What goes with the rest: He's for ReLU; the book's pairs, N(0,1) with its first network (chapter 1) and 1/√n_in with all others (chapter 3). */
function usualInitialiser(activations: readonly ActivationName[], cost: CostName): InitialiserName {
  if (activations.length > 1 && activations[0] === 'relu') return 'he';
  return cost === 'quadratic' && activations.every((f) => f === 'sigmoid') ? 'normal' : 'scaled';
}

function hiddenActivations(given: ActivationName | readonly ActivationName[], count: number): ActivationName[] {
  const names = ACTIVATION_NAMES.filter((name) => name !== 'softmax');
  if (typeof given !== 'string' && !Array.isArray(given)) throw wrongKind('activation', 'a name or a list of names', given);
  const list: readonly ActivationName[] = typeof given === 'string' ? [given] : given;
  if (list.length !== 1 && list.length !== count) {
    throw wrongValue('activation', `one name, or one for each of the ${count} hidden layers`, list);
  }
  for (const name of list) {
    if ((name as string) === 'softmax')
      throw wrongValue('activation', `one of ${names.join(', ')}`, name, 'The softmax is for the output: --output softmax.');
    checkOneOf('activation', name, names);
  }
  return Array.from({ length: count }, (_, i) => (list.length === 1 ? list[0] : list[i]) as ActivationName);
}
