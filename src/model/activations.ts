// The activation functions as mathematics, in float64: f and f' of one weighted input. The reference computes with them,
// and the tests judge every kernel by them. The softmax is not among them: it maps a whole row (see reference.ts).

import type { ActivationName } from '../kernels/kernels.js';

export interface Activation {
  f(z: number): number;
  /** f'(z) */
  derivative(z: number): number;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

export const ACTIVATIONS: Readonly<Record<Exclude<ActivationName, 'softmax'>, Activation>> = {
  /** σ(z) = 1 / (1 + e^-z); σ' = σ (1 - σ) */
  sigmoid: { f: sigmoid, derivative: (z) => sigmoid(z) * sigmoid(-z) },
  tanh: { f: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 },
  /** max(z, 0); at 0 the derivative is taken as 0 */
  relu: { f: (z) => Math.max(z, 0), derivative: (z) => (z > 0 ? 1 : 0) },
  linear: { f: (z) => z, derivative: () => 1 },
};
