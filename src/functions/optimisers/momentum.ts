// Momentum in the book's form (chapter 3, equations 107 and 108): a velocity v that friction 1 - μ slows down.
//
//   v ← μ v - η ∇C
//   w ← w + v

import type { Optimiser } from './optimiser.js';

export const momentum: Optimiser = {
  also: ['sgdm', 'sgd-momentum', 'heavy-ball', 'polyak'],
  eta: 0.1,
  states: 1,
  reads: { first: 'momentum' },
  decoupled: false,
  describe: ({ momentum }) => `μ ${momentum}`,
  step(w, g, state, { eta, first: mu }) {
    state.s = mu * state.s - eta * g;
    return w + state.s;
  },
};
