// The costs C_x as mathematics, in float64, and which output activations each can stand on. Every cost fits the book's two
// assumptions: an average over samples, and a function of the output activations a^L.

import type { ActivationName } from '../kernels/kernels.js';

export const COST_NAMES = ['quadratic', 'cross-entropy', 'log-likelihood'] as const;
export type CostName = (typeof COST_NAMES)[number];

export interface Cost {
  /** The term of C_x that one output adds. */
  term(a: number, y: number): number;
  /** ∂C_x/∂a_j */
  gradient(a: number, y: number): number;
  /** Output activations whose range the cost is defined on; the first is the one that a user who names none gets. */
  readonly outputs: readonly ActivationName[];
}

export const COSTS: Readonly<Record<CostName, Cost>> = {
  /** C_x = ½ ‖y - a‖² */
  quadratic: {
    term: (a, y) => 0.5 * (a - y) ** 2,
    gradient: (a, y) => a - y,
    outputs: ['sigmoid', 'tanh', 'relu', 'linear', 'softmax'],
  },
  /** C_x = -Σ_j [y_j ln a_j + (1 - y_j) ln(1 - a_j)] */
  'cross-entropy': {
    term: (a, y) => -(y === 0 ? 0 : y * Math.log(a)) - (y === 1 ? 0 : (1 - y) * Math.log1p(-a)),
    gradient: (a, y) => (y === 1 ? 0 : (1 - y) / (1 - a)) - (y === 0 ? 0 : y / a),
    outputs: ['sigmoid', 'softmax'],
  },
  /** C_x = -Σ_j y_j ln a_j, for a one-hot y the book's -ln a_y */
  'log-likelihood': {
    term: (a, y) => (y === 0 ? 0 : -y * Math.log(a)),
    gradient: (a, y) => (y === 0 ? 0 : -y / a),
    outputs: ['softmax', 'sigmoid'],
  },
};
