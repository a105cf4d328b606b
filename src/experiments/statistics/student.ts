// Student's t distribution, through the regularised incomplete beta function: how likely a mean is so far from 0 by luck, and how far it
// is with a given likelihood. In float64, with a relative error below 1e-10 for up to some thousand degrees of freedom.

/**
 * How likely |T| ≥ |t| is: the p of a test on both sides.
 * P(|T| ≥ t) = I_x(ν/2, 1/2) with x = ν/(ν + t²) (Abramowitz and Stegun, 26.7.1 and 26.5.27).
 * @param freedom ν, degrees of freedom: above 0, whole or not
 */
export function bothTails(t: number, freedom: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0;
  const square = t * t;
  const [a, b] = [freedom / 2, 0.5];
  // Of the two arguments, which add up to 1, each is computed by itself: near 1 the other would have lost its digits.
  return incompleteBeta(freedom / (freedom + square), square / (freedom + square), a, b);
}

/** The t with P(|T| ≥ t) = p. @param p above 0, below 1 */
export function quantile(p: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (bothTails(high, freedom) > p) [low, high] = [high, 2 * high];
  // Bisection down to the last bit: some fifty steps.
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (bothTails(middle, freedom) > p) low = middle;
    else high = middle;
  }
}

/** I_x(a, b). @param y 1 - x */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // The fraction converges fast below the mean of the distribution; above it, I_x(a, b) = 1 - I_y(b, a).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(y, x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta(a, b));
  return (front * continuedFraction(x, a, b)) / a;
}

const MOST_TERMS = 10_000;
/** In place of a 0 below a fraction. */
const TINY = 1e-300;

/** The continued fraction of I_x(a, b) (Abramowitz and Stegun, 26.5.8), by the method of Lentz. */
function continuedFraction(x: number, a: number, b: number): number {
  const nonZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 2 * Number.EPSILON) break;
  }
  return fraction;
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** Coefficients of Lanczos's approximation with g = 7 and nine terms, which are good for fifteen digits. */
const G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
  9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x), x > 0 (C. Lanczos, A Precision Approximation of the Gamma Function, 1964). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const series = LANCZOS.reduce((sum, coefficient, k) => (k === 0 ? coefficient : sum + coefficient / (z + k)), 0);
  const t = z + G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series);
}
