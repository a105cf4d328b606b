// Adam (Kingma and Ba 2015, algorithm 1): running means of the gradient and of its square, both corrected for having started
// at zero.
//
//   v ← β₁ v + (1 - β₁) ∇C             v̂ = v / (1 - β₁^t)
//   r ← β₂ r + (1 - β₂) (∇C)²          r̂ = r / (1 - β₂^t)
//   w ← w - η v̂ / (√r̂ + ε)

import type { Optimiser } from './optimiser.js';

export const adam: Optimiser = {
  eta: 0.001,
  states: 2,
  reads: { first: 'beta1', second: 'beta2', epsilon: 'epsilon' },
  decoupled: false,
  describe: ({ beta1, beta2 }) => `β ${beta1}, ${beta2}`,
  step(w, g, state, { eta, first: beta1, firstRest, second: beta2, secondRest, epsilon, firstCorrection, secondCorrection }) {
    state.s = beta1 * state.s + firstRest * g;
    state.q = beta2 * state.q + secondRest * g * g;
    const root = Math.sqrt(state.q * secondCorrection);
    return w - (eta * state.s * firstCorrection) / (root + epsilon);
  },
};
