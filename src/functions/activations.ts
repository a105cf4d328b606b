// The activation functions as mathematics, in float64: f and f' of one weighted input. The reference computes with them,
// and the tests judge every kernel by them. The softmax is not among them: it maps a whole row (see reference.ts). Functions
// of a user's own are registered beside them (see own-functions.ts).

export const ACTIVATION_NAMES = ['sigmoid', 'tanh', 'relu', 'leaky-relu', 'elu', 'gelu', 'silu', 'softplus', 'linear', 'softmax'] as const;
export type ActivationName = (typeof ACTIVATION_NAMES)[number];

export interface Activation {
  f(z: number): number;
  /** f'(z) */
  derivative(z: number): number;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** ∂a/∂z of a leaky ReLU left of zero (Maas, Hannun and Ng 2013). */
export const LEAK = 0.01;
export const GELU_ROOT = Math.sqrt(2 / Math.PI);
export const GELU_CUBE = 0.044715;
const geluTanh = (z: number): number => Math.tanh(GELU_ROOT * (z + GELU_CUBE * z ** 3));

export const ACTIVATIONS: Readonly<Record<Exclude<ActivationName, 'softmax'>, Activation>> = {
  /** σ(z) = 1 / (1 + e^-z); σ' = σ (1 - σ) */
  sigmoid: { f: sigmoid, derivative: (z) => sigmoid(z) * sigmoid(-z) },
  tanh: { f: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 },
  /** max(z, 0); at 0 the derivative is taken as 0 */
  relu: { f: (z) => Math.max(z, 0), derivative: (z) => (z > 0 ? 1 : 0) },
  /** z right of zero, 0.01 z left of it; at 0 the derivative is taken as 0.01 */
  'leaky-relu': { f: (z) => (z > 0 ? z : LEAK * z), derivative: (z) => (z > 0 ? 1 : LEAK) },
  /** z right of zero, e^z - 1 left of it (Clevert, Unterthiner and Hochreiter 2016) */
  elu: { f: (z) => (z > 0 ? z : Math.expm1(z)), derivative: (z) => (z > 0 ? 1 : Math.exp(z)) },
  /** z Φ(z) in its form with tanh: ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))) (Hendrycks and Gimpel 2016) */
  gelu: {
    f: (z) => 0.5 * z * (1 + geluTanh(z)),
    derivative: (z) => {
      const t = geluTanh(z);
      return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_ROOT * (1 + 3 * GELU_CUBE * z * z);
    },
  },
  /** z σ(z), also called swish (Elfwing, Uchibe and Doya 2018) */
  silu: { f: (z) => z * sigmoid(z), derivative: (z) => sigmoid(z) * (1 + z * sigmoid(-z)) },
  /** ln(1 + e^z), whose derivative is σ(z) (Dugas et al. 2001) */
  softplus: { f: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), derivative: sigmoid },
  linear: { f: (z) => z, derivative: () => 1 },
};
