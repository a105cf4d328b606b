// The strongest paths from one weight to the cost, and the sum over all of them, also where there are too many to write out: column by column,
// since what leads on from a neuron does not depend on how a path came there. paths.ts, which writes all of them out, judges it.

import type { Path, RateFactors } from './paths.js';

/**
 * The paths with the largest |product|, the largest first.
 * Of those that come to a neuron only the `most` strongest can lead on to one of them, as all go on by the same factors.
 */
export function strongestPaths({ first, start, stages }: RateFactors, most: number): Path[] {
  let begun: readonly (readonly Path[])[] = [[{ route: [start], factors: [first.rate], product: first.rate }]];
  for (const { to, rates } of stages) {
    begun = rates.map((row, q) => {
      const come = begun.flatMap((paths) => paths.map((path) => ({ path, product: path.product * row[path.route[path.route.length - 1] - 1] })));
      return strongest(come, most).map(({ path: { route, factors }, product }) => ({
        route: to.symbol === 'C' ? route : [...route, q + 1],
        factors: [...factors, row[route[route.length - 1] - 1]],
        product,
      }));
    });
  }
  return strongest(begun.flat(), most);
}

function strongest<P extends { readonly product: number }>(paths: readonly P[], most: number): P[] {
  return paths.toSorted((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, most);
}

/** Σ over all paths of their products, and of the sizes of these: at each neuron the sum over all that come to it. */
export function pathSums({ first, start, stages }: RateFactors): { sum: number; absolute: number } {
  const size = stages[0].rates[0].length;
  const at = (value: number): number[] => Array.from({ length: size }, (_, p) => (p === start - 1 ? value : 0));
  let [sums, sizes] = [at(first.rate), at(Math.abs(first.rate))];
  for (const { rates } of stages) {
    sums = rates.map((row) => row.reduce((sum, rate, p) => sum + rate * sums[p], 0));
    sizes = rates.map((row) => row.reduce((sum, rate, p) => sum + Math.abs(rate) * sizes[p], 0));
  }
  return { sum: sums[0], absolute: sizes[0] };
}
