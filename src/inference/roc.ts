// How well a score tells one class from the other, whatever the threshold: the receiver operating characteristic and the area under it,
// from the scores of all samples, sorted where they lie. The area is of all of them, the curve of points enough to draw it.

/** Samples with at least this score said to be of the class. */
export interface RocPoint {
  /** Share of the samples of the other class that are taken for it. */
  readonly falsePositives: number;
  /** Share of the samples of the class that are found. */
  readonly truePositives: number;
  /** Null at the beginning, where nothing is said to be of the class. */
  readonly threshold: number | null;
}

export interface RocCurve {
  /** The chance that a sample of the class has a larger score than one of the other; a tie counts half. */
  readonly auc: number;
  /** From (0, 0) to (1, 1), at most MOST_POINTS. */
  readonly curve: readonly RocPoint[];
}

/** The way from (0, 0) to (1, 1) along the axes is 2 long, and has a point after each of these shares of it at the most. */
const STEP = 1 / 200;
export const MOST_POINTS = 2 / STEP + 2;

/**
 * The area is scikit-learn's roc_auc_score, each point one of its roc_curve with drop_intermediate=False.
 * @param positives scores of the samples of the class, of which there is one at least; they are sorted
 * @param negatives the same of the other
 */
export function rocOf(positives: Float64Array, negatives: Float64Array): RocCurve {
  const [P, N] = [positives.length, negatives.length];
  positives.sort();
  negatives.sort();
  const curve: RocPoint[] = [{ falsePositives: 0, truePositives: 0, threshold: null }];
  // Samples from p and n on have a score of the threshold at least.
  let [p, n] = [P, N];
  let area = 0;
  let drawn = 0;
  while (p > 0 || n > 0) {
    const threshold = Math.max(p > 0 ? positives[p - 1] : Number.NEGATIVE_INFINITY, n > 0 ? negatives[n - 1] : Number.NEGATIVE_INFINITY);
    const [found, passed] = [P - p, n];
    while (p > 0 && positives[p - 1] === threshold) p--;
    while (n > 0 && negatives[n - 1] === threshold) n--;
    area += ((passed - n) * (found + P - p)) / 2;
    const way = (P - p) / P + (N - n) / N;
    if (way - drawn < STEP && p + n > 0) continue;
    drawn = way;
    curve.push({ falsePositives: (N - n) / N, truePositives: (P - p) / P, threshold });
  }
  return { auc: area / P / N, curve };
}
