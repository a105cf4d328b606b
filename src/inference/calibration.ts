// Whether probabilities are what they say: of the samples with a probability of about 0.8, are 80 % of that class? In ten bins of equal
// width, as scikit-learn's calibration_curve has them, and as one number, the expected calibration error (Naeini et al. 2015).

/** Samples whose probability lies above `from` and is `to` at most; the first bin has 0 too. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  /** Mean of the probabilities; null where there are no samples. */
  readonly predicted: number | null;
  /** Share of the samples for which it came true; null where there are no samples. */
  readonly observed: number | null;
}

export interface Calibration {
  /** The class whose probability is meant: of two classes the second. Null where it is that of the class that the network names. */
  readonly of: number | null;
  /** What that class is called; absent where it has no name. */
  readonly name?: string;
  /** Mean of |observed - predicted| over the bins, by their samples: 0 where every probability is what it says. */
  readonly error: number;
  readonly bins: readonly CalibrationBin[];
}

const BINS = 10;
/** The upper ends of all bins, as NumPy's linspace has them. */
const ENDS = Float64Array.from({ length: BINS }, (_, b) => (b + 1) * (1 / BINS));

export class CalibrationTally {
  readonly #samples = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS);
  readonly #true = new Float64Array(BINS);

  /** @param p a probability, from 0 to 1 @param came whether it came true */
  add(p: number, came: boolean): void {
    let bin = 0;
    while (bin < BINS - 1 && p > ENDS[bin]) bin++;
    this.#samples[bin]++;
    this.#sums[bin] += p;
    if (came) this.#true[bin]++;
  }

  /** What has come in so far. */
  get figures(): Pick<Calibration, 'error' | 'bins'> {
    const all = this.#samples.reduce((a, b) => a + b, 0);
    const off = this.#sums.reduce((sum, p, b) => sum + Math.abs(p - this.#true[b]), 0);
    const bins = Array.from(this.#samples, (samples, b): CalibrationBin => {
      const mean = (sum: number): number | null => (samples === 0 ? null : sum / samples);
      return { from: b / BINS, to: (b + 1) / BINS, samples, predicted: mean(this.#sums[b]), observed: mean(this.#true[b]) };
    });
    return { error: off / all, bins };
  }
}
