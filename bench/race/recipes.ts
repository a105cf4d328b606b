// What a side of the race trains: a recipe is a network and how it learns. CANDIDATES are what `--choose` tries on every side; which
// of them each side runs for which mark stands in the newest record of the choice, with its figures. All are ReLU, softmax,
// log-likelihood, weights from N(0, 2/n), and a rate that falls to 0 along half a cosine over the run.

import { percent } from '../../src/text.js';

export interface Recipe {
  readonly id: string;
  readonly layers: readonly number[];
  /** Samples of a mini-batch. */
  readonly batch: number;
  /** nesterov: μ 0.9; adam: β 0.9 and 0.999. */
  readonly optimiser: 'sgd' | 'nesterov' | 'adam';
  /** Rate in the first step. */
  readonly eta: number;
  /** Probability that a hidden unit is left out. */
  readonly dropout: number;
  /** Of the term λ/2n Σ w². */
  readonly lambda: number;
  readonly epochs: number;
}

/** Shares of digits that are told right. */
export const MARKS = [0.97, 0.98, 0.984] as const;

const plain = { dropout: 0, lambda: 0 } as const;
const sgd = { optimiser: 'sgd', batch: 32, eta: 0.4 } as const;
const adam = { optimiser: 'adam', batch: 128, eta: 0.003 } as const;

export const CANDIDATES: readonly Recipe[] = [
  { id: 's128', layers: [784, 128, 10], ...sgd, ...plain, epochs: 2 },
  { id: 's256', layers: [784, 256, 10], ...sgd, ...plain, epochs: 2 },
  { id: 'a256', layers: [784, 256, 10], ...adam, eta: 0.004, ...plain, epochs: 2 },
  { id: 's384', layers: [784, 384, 10], ...sgd, eta: 0.5, ...plain, epochs: 4 },
  { id: 's512', layers: [784, 512, 10], ...sgd, ...plain, epochs: 4 },
  { id: 'n512', layers: [784, 512, 10], optimiser: 'nesterov', batch: 128, eta: 0.15, ...plain, epochs: 4 },
  { id: 'a512', layers: [784, 512, 10], ...adam, ...plain, epochs: 4 },
  { id: 's800-l2', layers: [784, 800, 10], ...sgd, ...plain, lambda: 4, epochs: 10 },
  { id: 's512-both', layers: [784, 512, 10], ...sgd, dropout: 0.2, lambda: 3, epochs: 10 },
  { id: 's800-drop', layers: [784, 800, 10], ...sgd, ...plain, dropout: 0.3, epochs: 12 },
  { id: 'a800-drop', layers: [784, 800, 10], ...adam, ...plain, dropout: 0.3, epochs: 8 },
  { id: 'a512x2-drop', layers: [784, 512, 512, 10], ...adam, eta: 0.002, ...plain, dropout: 0.2, epochs: 8 },
];

/** "784-512-10, adam, η 0.003, mini-batch 128, 4 epochs" */
export function describeRecipe({ layers, batch, optimiser, eta, dropout, lambda, epochs }: Recipe): string {
  const against = [...(dropout > 0 ? [`dropout ${dropout}`] : []), ...(lambda > 0 ? [`λ ${lambda}`] : [])];
  return [layers.join('-'), optimiser, `η ${eta}`, `mini-batch ${batch}`, ...against, `${epochs} epochs`].join(', ');
}

export function describeMark(mark: number): string {
  return percent(mark, Number.isInteger(Math.round(mark * 1000) / 10) ? 0 : 1);
}
