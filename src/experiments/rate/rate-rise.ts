// Training while η rises: rate after rate, each for as many samples, on and on through the epochs; until all are done, or the cost is so
// far above its least that nothing more can be learnt from it, or is no number any more.

import { checkSignal } from '../../check.js';
import type { Session } from '../../parallel/session.js';
import type { RatePoint } from './read-rates.js';

interface During {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number, of: number) => void) | undefined;
}

/** It ends where the mean over so many rates is so many times the least one before. */
const OVER = 5;
const BLOWN_UP = 4;

export class RateRise {
  readonly #session: Session;
  /** Training samples, and how many of them a rate has. */
  readonly #training: number;
  readonly #ofRate: number;
  #epoch = 1;
  #at = 0;
  /** Sum of C_x over the epoch so far. */
  #cost = 0;
  #trained = 0;

  constructor(session: Session, training: number, ofRate: number) {
    this.#session = session;
    this.#training = training;
    this.#ofRate = ofRate;
    session.drawOrder(0, 1);
  }

  /** Samples trained on so far. */
  get trained(): number {
    return this.#trained;
  }

  /** The cost at each of the rates, or at the first of them. */
  async through(etas: readonly number[], { signal, onProgress }: During): Promise<RatePoint[]> {
    const points: RatePoint[] = [];
    let least = Number.POSITIVE_INFINITY;
    for (const [k, eta] of etas.entries()) {
      checkSignal(signal, 'all rates were tried');
      onProgress?.(k, etas.length);
      const cost = await this.#costAt(eta);
      points.push({ eta, cost: Number.isFinite(cost) ? cost : null });
      if (!Number.isFinite(cost)) break;
      const last = points.slice(-OVER).map((point) => point.cost ?? 0);
      const mean = last.reduce((sum, one) => sum + one, 0) / last.length;
      if (mean > BLOWN_UP * least) break;
      if (last.length === OVER) least = Math.min(least, mean);
    }
    return points;
  }

  /** NaN where it diverges. */
  async #costAt(eta: number): Promise<number> {
    this.#session.eta = eta;
    let [sum, samples] = [0, 0];
    while (samples < this.#ofRate) {
      const upTo = Math.min(this.#training, this.#at + this.#ofRate - samples);
      const before = this.#cost;
      const parts = await this.#session.runEpoch(0, { from: this.#at, upTo });
      if (parts.some(({ divergence }) => divergence)) return Number.NaN;
      this.#cost = this.#session.state.cost;
      sum += this.#cost - before;
      samples += upTo - this.#at;
      this.#goTo(upTo);
    }
    this.#trained += samples;
    return sum / samples;
  }

  #goTo(at: number): void {
    this.#at = at;
    if (at < this.#training) return;
    this.#epoch++;
    this.#at = 0;
    this.#cost = 0;
    this.#session.drawOrder(0, this.#epoch);
  }
}
