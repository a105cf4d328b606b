// What an optimiser is: the update of one parameter in one step, as mathematics, and the facts that other parts need of it. It does
// not know that it runs in parallel, nor which parameter it updates. The reference takes its steps in float64, the plain kernels
// with the numbers rounded to float32; the fast ones compute the same on slices of all parameters (`updates` in kernels/kernels.ts),
// and the tests judge them by this.

/** The smallest normal float32. */
const SMALLEST = 2 ** -126;

/**
 * x as it is kept: a parameter, or a number kept of it, that has become subnormal becomes 0; a NaN stays. Moments of an input that
 * is rarely lit would decay into subnormal numbers, where 0.9 times the smallest rounds to itself: they would stay for ever, and
 * arithmetic with them takes many times as long on some processors (a Xeon: momentum fell from 42,000 to 13,000 samples/s).
 */
export function settle(x: number): number {
  return Math.abs(x) < SMALLEST ? 0 : x;
}

const SETTLE_EVERY = 32;

/**
 * Whether parameters and states settle after step t (from 0). In each step it would take a fifth of Adam's time; a moment passes through
 * the subnormal numbers in some 150 steps, so that few are there at a time.
 */
export function settles(t: number): boolean {
  return t % SETTLE_EVERY === SETTLE_EVERY - 1;
}

/** Numbers that a user sets, each of which some optimisers read: μ, ρ, β₁, β₂ and ε. */
export const OPTIMISER_NUMBERS = ['momentum', 'rho', 'beta1', 'beta2', 'epsilon'] as const;
export type OptimiserNumber = (typeof OPTIMISER_NUMBERS)[number];

/** The numbers of one step; those that an optimiser does not read may have any value. */
export interface Hyperparameters {
  /** η */
  readonly eta: number;
  /** The factor of the first state (μ, ρ or β₁), and what is left of it to 1. */
  readonly first: number;
  readonly firstRest: number;
  /** β₂, and what is left of it to 1. */
  readonly second: number;
  readonly secondRest: number;
  readonly epsilon: number;
  /** 1 / (1 - β₁^t) and 1 / (1 - β₂^t), t the number of the step, from 1. */
  readonly firstCorrection: number;
  readonly secondCorrection: number;
}

/** The optimiser's state of one parameter: at most two numbers, 0 at the start. */
export interface ParameterState {
  s: number;
  q: number;
}

export interface Optimiser {
  /** What other tools call it. */
  readonly also?: readonly string[];
  /** η where the user names none. */
  readonly eta: number;
  /** Numbers that it keeps for each parameter: s, then q. */
  readonly states: 0 | 1 | 2;
  /** Which of the user's numbers are the `first`, `second` and `epsilon` of its step. */
  readonly reads: { readonly first?: OptimiserNumber; readonly second?: OptimiserNumber; readonly epsilon?: OptimiserNumber };
  /** Whether the L2 term shrinks w by itself, w ← w - η (λ/n) w before the step, instead of being part of ∇C. */
  readonly decoupled: boolean;
  /** Its numbers in words, as the first lines of a run say them after its name. */
  describe(numbers: Readonly<Record<OptimiserNumber, number>>): string;
  /**
   * @param g ∂C/∂w, decay terms included
   * @returns the new w; `state` is changed
   */
  step(w: number, g: number, state: ParameterState, h: Hyperparameters): number;
}
