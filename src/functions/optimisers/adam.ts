// Adam (Kingma and Ba 2015, algorithm 1): running means of the gradient and of its square, both corrected for having started
// at zero.
//
//   v ← β₁ v + (1 - β₁) ∇C             v̂ = v / (1 - β₁^t)
//   r ← β₂ r + (1 - β₂) (∇C)²          r̂ = r / (1 - β₂^t)
//   w ← w - η v̂ / (√r̂ + ε)

import type { Optimiser } from './optimiser.js';

export const adam: Optimiser = {
  eta: 0.001,
  decoupled: false,
  step(w, g, state, { eta, beta1, beta2, epsilon, t }) {
    state.s = beta1 * state.s + (1 - beta1) * g;
    state.q = beta2 * state.q + (1 - beta2) * g * g;
    const mean = state.s / (1 - beta1 ** t);
    const root = Math.sqrt(state.q / (1 - beta2 ** t));
    return w - (eta * mean) / (root + epsilon);
  },
};
