// Stochastic weight averaging: the mean of the weights and biases at the end of each epoch from a given one on. It is what a run
// evaluates, judges and ends with, while training goes on from the weights themselves (run.ts). Once an epoch, on the main thread: a
// mean of every step would read w and w̄ and write w̄ in each, 7.6 MB with 784-800-10, where the step of plain descent moves 5.1 MB.

/** A mean of networks. Those of no epoch yet are none. */
export interface Averaged {
  /** Networks that it is the mean of. */
  readonly networks: number;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
}

/**
 * The mean with one more network, w̄ ← w̄ + (w - w̄)/n (P. Izmailov, D. Podoprikhin, T. Garipov, D. Vetrov and A. G. Wilson, Averaging
 * weights leads to wider optima and better generalization, UAI 2018, algorithm 1, with a cycle of one epoch). What was the mean before
 * stays as it is.
 * @param parameters those at the end of an epoch, [P] in the book's order
 */
export function withNetwork(mean: Averaged | undefined, parameters: Float32Array): Averaged {
  const networks = (mean?.networks ?? 0) + 1;
  if (!mean) return { networks, parameters };
  return { networks, parameters: mean.parameters.map((w, k) => w + (parameters[k] - w) / networks) };
}
