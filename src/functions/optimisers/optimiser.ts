// What an optimiser is: what becomes of one parameter in one step, as mathematics in float64. It does not know that it runs in
// parallel, nor which parameter it is. The kernels compute the same on slices of all parameters (`updates` in
// kernels/kernels.ts), and the tests judge them by this.

/** The numbers that a step goes by. Every optimiser reads its own of them. */
interface Hyperparameters {
  /** η */
  readonly eta: number;
  /** μ, of momentum and nesterov */
  readonly momentum: number;
  /** ρ, of rmsprop */
  readonly rho: number;
  /** β₁, β₂ of adam and adamw */
  readonly beta1: number;
  readonly beta2: number;
  /** ε, of rmsprop, adam and adamw */
  readonly epsilon: number;
  /** t, the number of the step, from 1 */
  readonly t: number;
}

/** What a parameter's optimiser remembers: at most two numbers, 0 at the start. */
export interface ParameterState {
  s: number;
  q: number;
}

export interface Optimiser {
  /** η where the user names none. */
  readonly eta: number;
  /** Whether the L2 term shrinks w by itself, instead of being part of ∇C. */
  readonly decoupled: boolean;
  /**
   * @param g ∂C/∂w, decay terms included
   * @returns the new w; `state` is changed
   */
  step(w: number, g: number, state: ParameterState, h: Hyperparameters): number;
}
