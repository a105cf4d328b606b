// The costs C_x as mathematics, in float64, and which output activations each can stand on. Every cost fits the book's two
// assumptions: an average over samples, and a function of the output activations a^L. Costs of a user's own are registered
// beside them (see own-functions.ts).

import { ACTIVATION_NAMES, type ActivationName } from './activations.js';

export const COST_NAMES = ['quadratic', 'cross-entropy', 'log-likelihood', 'huber', 'hinge'] as const;
export type CostName = (typeof COST_NAMES)[number];

export interface Cost {
  /** The term of C_x that one output adds. */
  term(a: number, y: number): number;
  /** ∂C_x/∂a_j */
  gradient(a: number, y: number): number;
  /** Output activations whose range the cost is defined on; the first is the one that a user who names none gets. */
  readonly outputs: readonly string[];
}

/** Those that a cost takes which is defined for every a, the usual one first. */
const anyOutput = (first: ActivationName): readonly ActivationName[] => [first, ...ACTIVATION_NAMES.filter((name) => name !== first)];

export const COSTS: Readonly<Record<CostName, Cost>> = {
  /** C_x = ½ ‖y - a‖² */
  quadratic: {
    term: (a, y) => 0.5 * (a - y) ** 2,
    gradient: (a, y) => a - y,
    outputs: anyOutput('sigmoid'),
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
  /** C_x = Σ_j h(a_j - y_j), h(d) = ½ d² up to |d| = 1 and |d| - ½ beyond (Huber 1964) */
  huber: {
    term: (a, y) => (Math.abs(a - y) <= 1 ? 0.5 * (a - y) ** 2 : Math.abs(a - y) - 0.5),
    gradient: (a, y) => Math.max(-1, Math.min(1, a - y)),
    outputs: anyOutput('linear'),
  },
  /** C_x = Σ_j max(0, 1 - t_j a_j), t_j = 1 for the sample's class and -1 for all others: t = 2y - 1 (Cortes and Vapnik 1995) */
  hinge: {
    term: (a, y) => Math.max(0, 1 - (2 * y - 1) * a),
    gradient: (a, y) => ((2 * y - 1) * a < 1 ? 1 - 2 * y : 0),
    outputs: ['linear', 'tanh'],
  },
};
