// Nesterov's accelerated gradient (Sutskever, Martens, Dahl and Hinton 2013, equations 3 and 4), written for the point w + μ v
// at which the gradient is taken: what is stored as w is that point, so that a step needs the gradient at w alone.
//
//   v ← μ v - η ∇C
//   w ← w + μ v - η ∇C

import type { Optimiser } from './optimiser.js';

export const nesterov: Optimiser = {
  also: ['nag', 'nesterov-momentum', 'nesterovs', 'accelerated-gradient'],
  eta: 0.1,
  states: 1,
  reads: { first: 'momentum' },
  decoupled: false,
  describe: ({ momentum }) => `μ ${momentum}`,
  step(w, g, state, { eta, first: mu }) {
    state.s = mu * state.s - eta * g;
    return w + mu * state.s - eta * g;
  },
};
