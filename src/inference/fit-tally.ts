// How near predicted numbers come to those that samples state, counted as they come: what a file is too long for to be held. The same
// figures as those of an evaluation (regression.ts).

interface Sums {
  /** Mean of the stated numbers, and Σ(y - ȳ)² (Welford's). */
  mean: number;
  spread: number;
  /** Σ(a - y)² and Σ|a - y|. */
  squares: number;
  sizes: number;
}

export class FitTally {
  #samples = 0;
  readonly #sums: Sums[] = [];

  get samples(): number {
    return this.#samples;
  }

  /** @param predicted [K], as `stated` is */
  add(predicted: readonly number[], stated: readonly number[]): void {
    this.#samples++;
    for (const [k, y] of stated.entries()) {
      this.#sums[k] ??= { mean: 0, spread: 0, squares: 0, sizes: 0 };
      const sums = this.#sums[k];
      const [off, step] = [predicted[k] - y, y - sums.mean];
      sums.mean += step / this.#samples;
      sums.spread += step * (y - sums.mean);
      sums.squares += off * off;
      sums.sizes += Math.abs(off);
    }
  }

  /** Over all outputs; R² is the mean of those that have one. */
  figures(): { readonly r2: number | null; readonly rmse: number; readonly mae: number } {
    const known = this.#sums.filter(({ spread }) => spread > 0).map(({ squares, spread }) => 1 - squares / spread);
    const all = (of: 'squares' | 'sizes'): number => this.#sums.reduce((sum, sums) => sum + sums[of], 0) / (this.#samples * this.#sums.length);
    return { r2: known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length, rmse: Math.sqrt(all('squares')), mae: all('sizes') };
  }
}
