// The networks that every speed figure is given for: one list, used by every benchmark. Why these: N1 is the book's first
// network, where overhead is everything; N2 and N2b its best one, with a small and a larger mini-batch; N3 is what people
// train first elsewhere; N4 is Cireşan's record network (2010), where arithmetic is everything. The learning rates are
// ones at which each of them learns within the first second, so that a benchmark can tell that it does.

import type { TrainOptions } from '../src/options/options.js';

export interface BenchNetwork {
  readonly id: string;
  /** Sizes of all layers, inputs first. */
  readonly layers: readonly number[];
  /** Samples per step. */
  readonly batch: number;
  /** f of all hidden layers. */
  readonly hidden: 'sigmoid' | 'relu';
  readonly output: 'sigmoid' | 'softmax';
  readonly cost: 'quadratic' | 'cross-entropy' | 'log-likelihood';
  /** Learning rate η; a step is w ← w - η/m · Σ ∂C_x/∂w. */
  readonly eta: number;
}

export const NETWORKS: readonly BenchNetwork[] = [
  { id: 'N1', layers: [784, 30, 10], batch: 10, hidden: 'sigmoid', output: 'sigmoid', cost: 'quadratic', eta: 3 },
  { id: 'N2', layers: [784, 100, 10], batch: 10, hidden: 'sigmoid', output: 'sigmoid', cost: 'cross-entropy', eta: 0.5 },
  { id: 'N2b', layers: [784, 100, 10], batch: 100, hidden: 'sigmoid', output: 'sigmoid', cost: 'cross-entropy', eta: 0.5 },
  { id: 'N3', layers: [784, 512, 512, 10], batch: 128, hidden: 'relu', output: 'softmax', cost: 'log-likelihood', eta: 0.1 },
  {
    id: 'N4',
    layers: [784, 2500, 2000, 1500, 1000, 500, 10],
    batch: 256,
    hidden: 'relu',
    output: 'softmax',
    cost: 'log-likelihood',
    eta: 0.05,
  },
];

/** The network as options of a run. */
export function trainOptions({ layers, batch, hidden, output, cost, eta }: BenchNetwork): TrainOptions {
  return { layers, batch, activation: hidden, output, cost, eta };
}

/** One line that says all of a network: its id, layers, mini-batch, functions and η. */
export function describeNetwork(network: BenchNetwork): string {
  const { id, layers, batch, hidden, output, cost, eta } = network;
  return `${id}  ${layers.join('-')}, mini-batch ${batch}, ${hidden}, ${output}, ${cost}, eta ${eta}`;
}
