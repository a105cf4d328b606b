// McNemar's test, exact, and an interval for the difference that it is about: whether two models differ by more than luck that have judged the same samples, from those alone that one of them has right
// and the other wrong (Q. McNemar, Note on the sampling error of the difference between correlated proportions, 1947).

/** Terms below this share of the largest add nothing to a sum in float64. */
const NOTHING = 1e-20;

/**
 * How likely it is by luck that so many of the samples on which two models differ fall on one side: the p of a binomial test on both
 * sides, each sample being as likely on either.
 * @param first samples that only the first has right @param second those that only the second has
 */
export function mcNemar(first: number, second: number): number {
  const n = first + second;
  const less = Math.min(first, second);
  if (2 * less >= n) return 1;
  // Σ_{k ≤ less} C(n, k) / 2^n, from the largest term down: C(n, k-1) = C(n, k) k / (n-k+1).
  let logOfLargest = -n * Math.LN2;
  for (let k = 1; k <= less; k++) logOfLargest += Math.log((n - k + 1) / k);
  let [sum, term] = [0, 1];
  for (let k = less; k >= 0 && term > NOTHING; k--) {
    sum += term;
    term *= k / (n - k + 1);
  }
  return Math.min(1, 2 * Math.exp(logOfLargest) * sum);
}

/** P(|Z| ≤ z) = 0.95. */
const Z = 1.959963984540054;

/**
 * By how much the share of the first is larger, with 95 % confidence: Wald's interval for paired shares with half a sample added to each of
 * the four kinds of samples, which holds what it promises where few of them differ, too (A. Agresti, Y. Min, Simple improved confidence
 * intervals for comparing matched proportions, Statistics in Medicine 24, 2005).
 * @param samples of which the two differ on `first` + `second`
 */
export function pairedShares(first: number, second: number, samples: number): readonly [number, number] {
  const n = samples + 2;
  const difference = (first - second) / n;
  const reach = (Z * Math.sqrt(first + second + 1 - n * difference * difference)) / n;
  return [Math.max(-1, difference - reach), Math.min(1, difference + reach)];
}
