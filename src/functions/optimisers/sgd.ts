// Stochastic gradient descent (book, chapter 1, equations 20 and 21):
//
//   w ← w - η ∇C          ∇C the mean over the mini-batch, (1/m) Σ_x ∂C_x/∂w

import type { Optimiser } from './optimiser.js';

export const sgd: Optimiser = {
  also: ['gd', 'gradient-descent', 'vanilla', 'stochastic-gradient-descent', 'plain'],
  eta: 0.5,
  states: 0,
  reads: {},
  decoupled: false,
  describe: () => '',
  step: (w, g, _, { eta }) => w - eta * g,
};
