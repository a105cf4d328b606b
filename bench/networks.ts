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
  /** Without it, plain descent. */
  readonly optimiser?: BenchOptimiser;
}

/** An optimiser with its numbers, which every side of a comparison is given: their defaults differ from library to library. */
export interface BenchOptimiser {
  readonly name: 'momentum' | 'adam' | 'adamw';
  /** μ */
  readonly momentum?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** λ: adamw shrinks weights, not biases, by η λ/n in every step, n the training samples. */
  readonly lambda?: number;
}

const MOMENTUM: BenchOptimiser = { name: 'momentum', momentum: 0.9 };
const ADAM: BenchOptimiser = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const ADAMW: BenchOptimiser = { ...ADAM, name: 'adamw', lambda: 5 };

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

function named(id: string): BenchNetwork {
  const network = NETWORKS.find((known) => known.id === id);
  if (!network) throw new Error(`no benchmark network ${id}`);
  return network;
}

/** For the benchmarks that are about optimisers, and for the others where they are asked for. */
export const OPTIMISER_NETWORKS: readonly BenchNetwork[] = [
  { ...named('N2'), id: 'N2-momentum', eta: 0.05, optimiser: MOMENTUM },
  { ...named('N2'), id: 'N2-adam', eta: 0.001, optimiser: ADAM },
  { ...named('N2'), id: 'N2-adamw', eta: 0.001, optimiser: ADAMW },
  { ...named('N2b'), id: 'N2b-adam', eta: 0.001, optimiser: ADAM },
  { ...named('N3'), id: 'N3-adam', eta: 0.001, optimiser: ADAM },
];

export const ALL_NETWORKS: readonly BenchNetwork[] = [...NETWORKS, ...OPTIMISER_NETWORKS];

/** The network as options of a run. */
export function trainOptions({ layers, batch, hidden, output, cost, eta, optimiser }: Omit<BenchNetwork, 'id'>): TrainOptions {
  const { name, ...numbers } = optimiser ?? { name: 'sgd' as const };
  return { layers, batch, activation: hidden, output, cost, eta, optimiser: name, ...numbers };
}

/** One line that says all of a network: its id, layers, mini-batch, functions, optimiser and η. */
export function describeNetwork(network: BenchNetwork): string {
  const { id, layers, batch, hidden, output, cost, eta, optimiser } = network;
  const how = optimiser ? `, ${describeOptimiser(optimiser)}` : '';
  return `${id}  ${layers.join('-')}, mini-batch ${batch}, ${hidden}, ${output}, ${cost}${how}, eta ${eta}`;
}

/** "adam (beta1 0.9, beta2 0.999, epsilon 1e-8)" */
function describeOptimiser({ name, ...numbers }: BenchOptimiser): string {
  return `${name} (${Object.entries(numbers)
    .map(([number, value]) => `${number} ${value}`)
    .join(', ')})`;
}
