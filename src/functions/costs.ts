// The table of costs C_x: for each the term that one output adds and its gradient as mathematics, in float64, the output activations
// that it is defined on, and the facts that other parts need of it. Every cost fits the book's two assumptions: an
// average over samples, and a function of the output activations a^L. To add one: a row here and its loops in
// kernels/assembly/costs.ts. Costs of a user's own are registered beside them (see custom.ts).

import { ACTIVATION_NAMES, type ActivationName } from './activations.js';

export interface Cost {
  /** The term of C_x that one output adds. */
  term(a: number, y: number): number;
  /** ∂C_x/∂a_j */
  gradient(a: number, y: number): number;
  /** Output activations whose range the cost is defined on; the first is the one that a user who names none gets. */
  readonly outputs: readonly string[];
}

/**
 * The output activation with which BP1 gives δ^L = a - y, so that f' is not needed; and C_x from its weighted inputs, which stays
 * finite and right where a has rounded to 0 or 1. The kernels are called by both names: `sigmoidCrossEntropyCost`.
 */
interface MatchedPair {
  readonly output: ActivationName;
  /** The term of one output; `shared` is what `sharedOf` makes of the z of all outputs, or 0. */
  term(z: number, y: number, shared: number): number;
  sharedOf?(z: Float32Array): number;
}

/** A row of the table. */
interface CostRow extends Cost {
  /** What the plain kernels compute instead, in float32: with a kept from 0 and 1, where an activation that was rounded may be. */
  readonly kernel?: Pick<Cost, 'term' | 'gradient'>;
  readonly matched?: MatchedPair;
  /** Whether |∂C_x/∂a_j| grows without a limit with the distance of an output from its target; else it is at most 1. */
  readonly steep: boolean;
  /** The targets that it has a meaning for: one-hot classes only, shares of the classes that sum to 1 too, numbers from 0 to 1 too, any numbers too. */
  readonly targets: 'classes' | 'distributions' | 'shares' | 'numbers';
  /** What other tools call it. */
  readonly also?: readonly string[];
}

/** The output activations of a cost that is defined for every a: all of them, the usual one first. */
const anyOutput = (first: ActivationName): readonly ActivationName[] => [first, ...ACTIVATION_NAMES.filter((name) => name !== first)];

/** The smallest normal float32. */
const TINY = 1.1754943508222875e-38;
const above0 = (a: number): number => Math.max(a, TINY);

const ROWS = {
  /** C_x = ½ ‖y - a‖² */
  quadratic: {
    term: (a, y) => 0.5 * (a - y) ** 2,
    gradient: (a, y) => a - y,
    outputs: anyOutput('sigmoid'),
    steep: true,
    targets: 'numbers',
    also: ['mse', 'mean-squared-error', 'squared-error', 'squared-loss', 'l2-loss', 'least-squares', 'rmse', 'sse'],
  },
  /** C_x = -Σ_j [y_j ln a_j + (1 - y_j) ln(1 - a_j)] (book, chapter 3, equation 57) */
  'cross-entropy': {
    term: (a, y) => -(y === 0 ? 0 : y * Math.log(a)) - (y === 1 ? 0 : (1 - y) * Math.log1p(-a)),
    gradient: (a, y) => (y === 1 ? 0 : (1 - y) / (1 - a)) - (y === 0 ? 0 : y / a),
    kernel: {
      term: (a, y) => -y * Math.log(above0(a)) - (1 - y) * Math.log(above0(1 - a)),
      gradient: (a, y) => (1 - y) / above0(1 - a) - y / above0(a),
    },
    outputs: ['sigmoid', 'softmax'],
    matched: { output: 'sigmoid', term: (z, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))) },
    steep: true,
    targets: 'shares',
    also: ['bce', 'binary-cross-entropy', 'bce-loss', 'ce', 'sigmoid-cross-entropy', 'cross-entropy-loss'],
  },
  /** C_x = -Σ_j y_j ln a_j, for a one-hot y the book's -ln a_y (chapter 3, equation 80) */
  'log-likelihood': {
    term: (a, y) => (y === 0 ? 0 : -y * Math.log(a)),
    gradient: (a, y) => (y === 0 ? 0 : -y / a),
    kernel: { term: (a, y) => -y * Math.log(above0(a)), gradient: (a, y) => -y / above0(a) },
    outputs: ['softmax', 'sigmoid'],
    /** y (ln Σ_k e^{z_k} - z) */
    matched: {
      output: 'softmax',
      term: (z, y, logSum) => y * (logSum - z),
      sharedOf(z) {
        const top = z.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY);
        return top + Math.log(z.reduce((sum, v) => sum + Math.exp(v - top), 0));
      },
    },
    steep: true,
    targets: 'distributions',
    also: [
      'nll',
      'nll-loss',
      'log-loss',
      'categorical-cross-entropy',
      'sparse-categorical-cross-entropy',
      'softmax-cross-entropy',
      'negative-log-likelihood',
    ],
  },
  /** C_x = Σ_j h(a_j - y_j), h(d) = ½ d² up to |d| = 1 and |d| - ½ beyond (Huber 1964) */
  huber: {
    term: (a, y) => (Math.abs(a - y) <= 1 ? 0.5 * (a - y) ** 2 : Math.abs(a - y) - 0.5),
    gradient: (a, y) => Math.max(-1, Math.min(1, a - y)),
    outputs: anyOutput('linear'),
    steep: false,
    targets: 'numbers',
    also: ['smooth-l1', 'smooth-l1-loss', 'huber-loss'],
  },
  /** C_x = Σ_j max(0, 1 - t_j a_j), t_j = 1 for the sample's class and -1 for all others: t = 2y - 1 (Cortes and Vapnik 1995) */
  hinge: {
    term: (a, y) => Math.max(0, 1 - (2 * y - 1) * a),
    gradient: (a, y) => ((2 * y - 1) * a < 1 ? 1 - 2 * y : 0),
    outputs: ['linear', 'tanh'],
    steep: false,
    targets: 'classes',
    also: ['svm', 'hinge-loss', 'multi-margin', 'max-margin'],
  },
} satisfies Record<string, CostRow>;

export type CostName = keyof typeof ROWS;
export const COSTS: Readonly<Record<CostName, CostRow>> = ROWS;
export const COST_NAMES = Object.keys(COSTS) as readonly CostName[];

/** The matched pairs, with the name of the cost. */
export const MATCHED_PAIRS = COST_NAMES.flatMap((cost) => {
  const { matched } = COSTS[cost];
  return matched === undefined ? [] : [{ cost, ...matched }];
});

const BY_NAME: ReadonlyMap<string, CostRow> = new Map(Object.entries(COSTS));

/** The row of a built-in cost; undefined for a user's own. */
export const costRow = (name: string): CostRow | undefined => BY_NAME.get(name);
