// RMSProp (Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012): each parameter's η is divided by
// the root of a running mean of its squared gradients.
//
//   r ← ρ r + (1 - ρ) (∇C)²
//   w ← w - η ∇C / (√r + ε)

import type { Optimiser } from './optimiser.js';

export const rmsprop: Optimiser = {
  eta: 0.001,
  decoupled: false,
  step(w, g, state, { eta, rho, epsilon }) {
    state.s = rho * state.s + (1 - rho) * g * g;
    return w - (eta * g) / (Math.sqrt(state.s) + epsilon);
  },
};
