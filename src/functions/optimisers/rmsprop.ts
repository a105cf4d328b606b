// RMSProp (Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012): each parameter's η is divided by
// the root of a running mean of its squared gradients.
//
//   r ← ρ r + (1 - ρ) (∇C)²
//   w ← w - η ∇C / (√r + ε)

import type { Optimiser } from './optimiser.js';

export const rmsprop: Optimiser = {
  also: ['rms'],
  eta: 0.001,
  states: 1,
  reads: { first: 'rho', epsilon: 'epsilon' },
  decoupled: false,
  describe: ({ rho }) => `ρ ${rho}`,
  step(w, g, state, { eta, first: rho, firstRest, epsilon }) {
    state.s = rho * state.s + firstRest * g * g;
    return w - (eta * g) / (Math.sqrt(state.s) + epsilon);
  },
};
