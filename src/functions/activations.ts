// The table of activation functions: for each f and f' as mathematics, in float64, and the facts that other parts need of it.
// The reference computes with the rows, the plain kernels are built from them, exports quote them, and the tests judge every
// fast kernel by them. To add one: a row here, its loops in kernels/assembly/activations.ts, its operators in export/onnx.ts.
// Functions of a user's own are registered beside them (see custom.ts).

/** An f of one number, which maps each z of a layer by itself. */
export interface Activation {
  f(z: number): number;
  /** f'(z) */
  derivative(z: number): number;
}

/** What is known of a built-in f beside its values. */
interface Properties {
  /** f(z) as an expression in JavaScript, for readers of exported files: it gives the same float64. */
  readonly formula: string;
  /** Whether |f| has a limit. Where it has none, errors of one layer are amplified by the next. */
  readonly bounded: boolean;
  /** Whether it passes on what is right of zero and holds back what is left of it: He's variance of initial weights is derived for such. */
  readonly likeRelu: boolean;
  /** How its outputs are read as probabilities of the classes; where nothing is said, by a softmax (see model/probabilities.ts). */
  readonly probabilities?: 'as they are' | 'by their shares';
  /** What other tools call it. */
  readonly also?: readonly string[];
}

/** A row of the table of functions of one number. */
interface ElementwiseActivation extends Activation, Properties {
  /** What the plain kernels compute instead, in float32: f' from a, which they have already, or f with a rounded constant. */
  readonly kernel?: { f?(z: number): number; derivative(z: number, a: number): number };
}

/** A row of the table of functions that map all z of a layer together; they are for the output alone. */
export interface LayerwiseActivation extends Properties {
  /** a from the z of a layer. */
  f(z: readonly number[]): number[];
  /** (∂a/∂z)ᵀ e from a: turns ∂C/∂a into ∂C/∂z. */
  backward(a: readonly number[], e: readonly number[]): number[];
  /** ∂a_j/∂z_j from a_j, and the most that it can be. */
  slope(a: number): number;
  readonly steepest: number;
  /** f as an arrow function in JavaScript. */
  readonly code: string;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** ∂a/∂z of a leaky ReLU left of zero (Maas, Hannun and Ng 2013). */
const LEAK = 0.01;
const LEAK_32 = Math.fround(LEAK);
export const GELU_ROOT = Math.sqrt(2 / Math.PI);
export const GELU_CUBE = 0.044715;
const geluTanh = (z: number): number => Math.tanh(GELU_ROOT * (z + GELU_CUBE * z ** 3));

const ELEMENTWISE_ROWS = {
  /** σ(z) = 1 / (1 + e^-z); σ' = σ (1 - σ) */
  sigmoid: {
    f: sigmoid,
    derivative: (z) => sigmoid(z) * sigmoid(-z),
    kernel: { derivative: (_z, a) => a * (1 - a) },
    formula: '1 / (1 + Math.exp(-z))',
    bounded: true,
    likeRelu: false,
    probabilities: 'by their shares',
    also: ['logistic', 'logsig', 'sigm', 'expit'],
  },
  tanh: {
    f: Math.tanh,
    derivative: (z) => 1 - Math.tanh(z) ** 2,
    kernel: { derivative: (_z, a) => 1 - a * a },
    formula: 'Math.tanh(z)',
    bounded: true,
    likeRelu: false,
    also: ['hyperbolic-tangent', 'tansig'],
  },
  /** max(z, 0); at 0 the derivative is taken as 0 */
  relu: {
    f: (z) => Math.max(z, 0),
    derivative: (z) => (z > 0 ? 1 : 0),
    formula: 'Math.max(z, 0)',
    bounded: false,
    likeRelu: true,
    also: ['rectifier', 'rectified-linear', 'poslin', 'ramp'],
  },
  /** z right of zero, 0.01 z left of it; at 0 the derivative is taken as 0.01 */
  'leaky-relu': {
    f: (z) => (z > 0 ? z : LEAK * z),
    derivative: (z) => (z > 0 ? 1 : LEAK),
    kernel: { f: (z) => (z > 0 ? z : LEAK_32 * z), derivative: (z) => (z > 0 ? 1 : LEAK_32) },
    formula: `z > 0 ? z : ${LEAK} * z`,
    bounded: false,
    likeRelu: true,
    also: ['lrelu', 'leaky', 'leaky-rectifier'],
  },
  /** z right of zero, e^z - 1 left of it (Clevert, Unterthiner and Hochreiter 2016) */
  elu: {
    f: (z) => (z > 0 ? z : Math.expm1(z)),
    derivative: (z) => (z > 0 ? 1 : Math.exp(z)),
    kernel: { derivative: (z, a) => (z > 0 ? 1 : a + 1) },
    formula: 'z > 0 ? z : Math.expm1(z)',
    bounded: false,
    likeRelu: true,
  },
  /** z Φ(z) in its form with tanh: ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))) (Hendrycks and Gimpel 2016) */
  gelu: {
    f: (z) => 0.5 * z * (1 + geluTanh(z)),
    derivative(z) {
      const t = geluTanh(z);
      return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_ROOT * (1 + 3 * GELU_CUBE * z * z);
    },
    formula: `0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + ${GELU_CUBE} * z ** 3)))`,
    bounded: false,
    likeRelu: true,
  },
  /** z σ(z), also called swish (Elfwing, Uchibe and Doya 2018) */
  silu: {
    f: (z) => z * sigmoid(z),
    derivative: (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
    formula: 'z * (1 / (1 + Math.exp(-z)))',
    bounded: false,
    likeRelu: true,
    also: ['swish', 'sil'],
  },
  /** ln(1 + e^z), whose derivative is σ(z) (Dugas et al. 2001) */
  softplus: {
    f: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    derivative: sigmoid,
    formula: 'Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))',
    bounded: false,
    likeRelu: false,
    also: ['smooth-relu'],
  },
  linear: {
    f: (z) => z,
    derivative: () => 1,
    formula: 'z',
    bounded: false,
    likeRelu: false,
    also: ['identity', 'none', 'purelin', 'no', 'id'],
  },
} satisfies Record<string, ElementwiseActivation>;

const LAYERWISE_ROWS = {
  /** a_j = e^{z_j} / Σ_k e^{z_k} (book, chapter 3, equation 78); ∂a_k/∂z_j = a_k ([j = k] - a_j) */
  softmax: {
    f(z) {
      const top = Math.max(...z);
      const powers = z.map((v) => Math.exp(v - top));
      const sum = powers.reduce((s, p) => s + p, 0);
      return powers.map((p) => p / sum);
    },
    backward(a, e) {
      const mean = a.reduce((sum, ak, k) => sum + ak * e[k], 0);
      return a.map((aj, j) => aj * (e[j] - mean));
    },
    slope: (a) => a * (1 - a),
    steepest: 0.25,
    formula: 'Math.exp(z_j - max z) / sum over i of Math.exp(z_i - max z), over the z of the layer',
    code: `(zs) => {
  const top = zs.reduce((largest, z) => Math.max(largest, z));
  const powers = zs.map((z) => Math.exp(z - top));
  const sum = powers.reduce((s, p) => s + p, 0);
  return powers.map((p) => p / sum);
}`,
    bounded: true,
    likeRelu: false,
    probabilities: 'as they are',
    also: ['soft-max', 'normalized-exponential'],
  },
} satisfies Record<string, LayerwiseActivation>;

export type ElementwiseName = keyof typeof ELEMENTWISE_ROWS;
export type LayerwiseName = keyof typeof LAYERWISE_ROWS;
export type ActivationName = ElementwiseName | LayerwiseName;

export const ELEMENTWISE: Readonly<Record<ElementwiseName, ElementwiseActivation>> = ELEMENTWISE_ROWS;
export const LAYERWISE: Readonly<Record<LayerwiseName, LayerwiseActivation>> = LAYERWISE_ROWS;

/** Activations of a hidden layer, a single neuron, or an output. */
export const ELEMENTWISE_NAMES = Object.keys(ELEMENTWISE) as readonly ElementwiseName[];
/** Activations of an output only. */
export const LAYERWISE_NAMES = Object.keys(LAYERWISE) as readonly LayerwiseName[];
export const ACTIVATION_NAMES: readonly ActivationName[] = [...ELEMENTWISE_NAMES, ...LAYERWISE_NAMES];

/** What is known of all of them. */
export const ACTIVATIONS: Readonly<Record<ActivationName, Properties>> = { ...ELEMENTWISE, ...LAYERWISE };
const ROWS: ReadonlyMap<string, Properties> = new Map(Object.entries(ACTIVATIONS));
const OF_LAYERS: ReadonlyMap<string, LayerwiseActivation> = new Map(Object.entries(LAYERWISE));

/** What is known of a built-in f; undefined for a user's own. */
export const activationProperties = (name: string): Properties | undefined => ROWS.get(name);

/** The row of a function that maps a layer's z together; undefined for all others. */
export const layerwiseActivation = (name: string): LayerwiseActivation | undefined => OF_LAYERS.get(name);
