// Published records of plain networks on MNIST, and how they are run again: a network as its authors had it, and settings of our own time, chosen by
// validation digits alone (bench/simard). All 60,000 digits are trained on, or all but some that show how the error falls. The test digits choose
// nothing: what counts is the network of the last epoch, whatever an earlier one came to on them.

import type { TrainOptions } from '../../options/options.js';

export interface Recipe {
  readonly what: string;
  readonly source: string;
  /** The published error on the test digits, per cent. */
  readonly published: number;
  readonly options: TrainOptions & { readonly validation: number };
  /** As many as take about twenty minutes a network on two cores. */
  readonly epochs: number;
}

/** What all of them have. */
const COMMON = { activation: 'relu', cost: 'log-likelihood', optimiser: 'adamw', schedule: 'cosine', validation: 0 } as const satisfies TrainOptions;

/** After 200 epochs the best of those tried (bench/simard): the more epochs, the more of it pays. */
const MOVED = 'rotate:15 scale:0.2 shear:0.15 elastic:sigma=6,alpha=36';

const SIMARD = 'P. Simard, D. Steinkraus, J. Platt: Best Practices for Convolutional Neural Networks, 2003';

export const RECIPES = {
  simard: {
    what: 'one hidden layer, on digits that are moved and distorted',
    source: SIMARD,
    published: 0.7,
    options: { ...COMMON, layers: [784, 800, 10], batch: 128, eta: 0.001, augment: MOVED },
    epochs: 400,
  },
  'simard-plain': {
    what: 'the same network on the digits as they are',
    source: SIMARD,
    published: 1.6,
    options: { ...COMMON, layers: [784, 800, 10], batch: 128, eta: 0.001, dropout: 0.5 },
    epochs: 60,
  },
  ciresan: {
    what: 'five hidden layers, with affine and elastic distortions',
    source: 'D. Cireşan, U. Meier, L. Gambardella, J. Schmidhuber: Deep, Big, Simple Neural Nets for Handwritten Digit Recognition, 2010',
    published: 0.35,
    options: {
      ...COMMON,
      layers: [784, 2500, 2000, 1500, 1000, 500, 10],
      batch: 256,
      eta: 0.0005,
      augment: MOVED,
      // Hours pass before it is over.
      validation: 5000,
    },
    epochs: 20,
  },
} as const satisfies Readonly<Record<string, Recipe>>;

export type RecipeName = keyof typeof RECIPES;
export const RECIPE_NAMES = Object.keys(RECIPES) as RecipeName[];
