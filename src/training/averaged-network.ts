// Weight averaging: the mean of the weights and biases at the end of each epoch from a given one on, plain or exponential. It is what a run
// evaluates, judges and ends with, while training goes on from the weights themselves (run.ts). Once an epoch, on the main thread: a
// mean of every step would read w and w̄ and write w̄ in each, 7.6 MB with 784-800-10, where the step of plain descent moves 5.1 MB.

import { power } from '../functions/schedules.js';

/** A mean of networks. Those of no epoch yet are none. */
export interface Averaged {
  /** Networks that it is the mean of. */
  readonly networks: number;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
}

/**
 * The mean with one more network. What was the mean before stays as it is.
 * @param parameters those at the end of an epoch, [P] in the book's order
 * @param beta of an exponential mean
 */
export function withNetwork(mean: Averaged | undefined, parameters: Float32Array, beta?: number): Averaged {
  const networks = (mean?.networks ?? 0) + 1;
  if (!mean) return { networks, parameters };
  const share = shareOfLast(networks, beta);
  return { networks, parameters: mean.parameters.map((w, k) => w + (parameters[k] - w) * share) };
}

/**
 * What the last of n networks counts in their mean, w̄ ← w̄ + share·(w - w̄): 1/n (P. Izmailov, D. Podoprikhin, T. Garipov, D. Vetrov and
 * A. G. Wilson, Averaging weights leads to wider optima and better generalization, UAI 2018, algorithm 1, with a cycle of one epoch); or
 * (1 - β)/(1 - β^n), with which the network k epochs ago counts β^k and all together 1. For large n that is w̄ ← β w̄ + (1 - β) w (A. Tarvainen
 * and H. Valpola, Mean teachers are better role models, NIPS 2017, section 2); for fewer it is corrected as Adam's means are (D. P. Kingma
 * and J. Ba, 2015, section 3), so that the first network does not stand for all that there were none of.
 */
function shareOfLast(n: number, beta: number | undefined): number {
  return beta === undefined ? 1 / n : (1 - beta) / (1 - power(beta, n));
}
