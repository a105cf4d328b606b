// Networks to begin with, each a set of options.

import type { PlayOptions } from '../address.js';

export interface Preset {
  readonly name: string;
  /** What it shows. */
  readonly text: string;
  readonly options: PlayOptions;
}

/** The first is what the page begins with. */
export const PRESETS: readonly Preset[] = [
  {
    name: '784-30-10',
    text: 'The network of the book, as chapter 3 has it: 30 hidden neurons, cross-entropy, weights that begin small.',
    options: { layers: [784, 30, 10], cost: 'cross-entropy', init: 'scaled', eta: 0.5, batch: 10, epochs: 30 },
  },
  {
    name: 'chapter 1',
    text: 'The same as chapter 1 has it: quadratic cost, η = 3, large weights. Outputs that begin saturated and wrong hardly learn (BP1).',
    options: { layers: [784, 30, 10], cost: 'quadratic', init: 'normal', eta: 3, batch: 10, epochs: 30 },
  },
  {
    name: '784-10',
    text: 'No hidden layer: each output sees the pixels alone.',
    options: { layers: [784, 10], cost: 'cross-entropy', init: 'scaled', eta: 0.5, batch: 10, epochs: 30 },
  },
  {
    name: '784-100-10',
    text: 'The network of chapter 3: 100 hidden neurons, cross-entropy, weights of 1/√n, λ.',
    options: { layers: [784, 100, 10], cost: 'cross-entropy', init: 'scaled', eta: 0.5, lambda: 1, batch: 10, epochs: 30 },
  },
  {
    name: 'deep and slow',
    text: 'Four hidden layers of sigmoids: the first learn far more slowly than the last (chapter 5).',
    options: { layers: [784, 30, 30, 30, 30, 10], cost: 'cross-entropy', init: 'normal', eta: 0.1, batch: 10, epochs: 30 },
  },
];
