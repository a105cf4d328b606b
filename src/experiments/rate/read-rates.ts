// What the cost over rising rates says of a rate to train with. Pure.

/** The mean cost at a rate. */
export interface RatePoint {
  readonly eta: number;
  /** Of its samples, each before its step; null where it is infinite or NaN. */
  readonly cost: number | null;
}

export interface RateReading {
  /** The rate to train with: a third of `largest`. Null where the cost does not fall by more than it varies. */
  readonly eta: number | null;
  /** Where the smoothed cost is least: what a rate that falls may begin with. */
  readonly largest: number | null;
  /** Where it falls fastest. */
  readonly steepest: number | null;
  /** Where the cost has blown up; null where it has not. */
  readonly blowsUp: number | null;
  /** Whether the cost still fell at the largest rate: a larger one may be better. */
  readonly isOpen: boolean;
  /** The mean cost of the rates around each one. */
  readonly smoothed: readonly (RatePoint & { readonly cost: number })[];
}

/**
 * The rate to train with, as a share of the one where the cost is least. L. N. Smith (2017, section 3.3) has a cyclical rate rise from a
 * third or a quarter of the largest to that. Measured with seven networks, from 784-30-10 to 784-100-100-100-10, sgd, momentum and adam,
 * three epochs of 8,000 digits, one seed each: of a tenth, a third, once and three times that rate the best knew up to 3 % more than the third, up to
 * 6 % more than the rate itself. Where the cost falls fastest is at 0.3 to 0.001 times that rate: where sigmoids learn in mini-batches of
 * ten, it is where the biases learn how often each class is.
 */
const SHARE = 1 / 3;
/** Rates on each side that a cost is smoothed over, as a share of all. Over five seeds of five networks `largest` then differs by 1.3 to 2.3 times from the least to the most. */
const AROUND = 1 / 20;
/** By so many of its standard errors a smoothed cost has to fall. */
const CLEARLY = 4;

/**
 * @param points rates, ascending, as far as they were tried
 * @param rates how many there were to try
 */
export function readRates(points: readonly RatePoint[], rates: number): RateReading {
  const around = Math.max(1, Math.round(AROUND * rates));
  const finite = points.flatMap(({ eta, cost }) => (cost === null ? [] : [{ eta, cost }]));
  const smoothed = finite.map(({ eta }, k) => ({ eta, cost: mean(finite.slice(Math.max(0, k - around), k + around + 1).map(({ cost }) => cost)) }));
  const blowsUp = points.length < rates || finite.length < points.length ? (points.at(-1)?.eta ?? null) : null;
  const low = smoothed.reduce((least, { cost }, k) => (cost < smoothed[least].cost ? k : least), 0);
  const nothing = { eta: null, largest: null, steepest: null, blowsUp, isOpen: false, smoothed };
  if (finite.length <= 2 * around) return nothing;
  const noise = Math.sqrt(mean(finite.slice(0, low + 1).map(({ cost }, k) => (cost - smoothed[k].cost) ** 2)) / (2 * around + 1));
  if (smoothed[0].cost - smoothed[low].cost <= CLEARLY * noise) return nothing;
  const largest = smoothed[low].eta;
  return {
    eta: Number((SHARE * largest).toPrecision(2)),
    largest,
    steepest: smoothed[steepestBefore(low, smoothed, around)].eta,
    blowsUp,
    isOpen: blowsUp === null && low >= smoothed.length - 1 - around,
    smoothed,
  };
}

/** Where the smoothed cost falls most over the rates around. */
function steepestBefore(low: number, smoothed: RateReading['smoothed'], around: number): number {
  const fall = (k: number): number => smoothed[Math.max(0, k - around)].cost - smoothed[Math.min(smoothed.length - 1, k + around)].cost;
  let steepest = 0;
  for (let k = 1; k <= low; k++) if (fall(k) > fall(steepest)) steepest = k;
  return steepest;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
