// Learning rate and early stopping: η of each epoch, and whether the run ends early because it no longer gets
// better (book, chapter 3, "no improvement in n"). By which figure is said in options/figure.ts.

import { rateFactor } from '../functions/schedules.js';
import { batchesOf } from '../model/batch-growth.js';
import type { BestEpoch, EpochEvent, Figure } from '../options/events.js';
import { figureAt, merit } from '../options/figure.js';
import type { Configuration } from '../options/options.js';
import type { RateState } from '../runs/checkpoint.js';
import { plural } from '../text.js';

/** By `halve` the run ends when η has fallen to this share of its start (book, chapter 3). */
const LEAST_SHARE = 1 / 128;

/** What of an epoch says how good its network is. */
export type Measured = Pick<
  EpochEvent,
  'epoch' | 'trainingCost' | 'trainingAccuracy' | 'validationCost' | 'validationAccuracy' | 'testCost' | 'testAccuracy'
>;

/** What stands for a cost that is infinite or NaN: JSON has neither. */
const WORST = -Number.MAX_VALUE;

const INITIAL: RateState = { halvings: 0, sinceBest: 0, sinceChange: 0, judged: true };

export class RateAndStopping {
  readonly #configuration: Configuration;
  readonly #by: Figure;
  /** Steps of an epoch, from 1. */
  readonly #steps: (epoch: number) => number;
  #state: RateState;

  /**
   * @param training samples of an epoch
   * @param by the figure that epochs are compared by
   * @param state where a run goes on, how it stood
   */
  constructor(configuration: Configuration, training: number, by: Figure, state: RateState = INITIAL) {
    this.#state = state;
    this.#by = by;
    this.#configuration = configuration;
    const batchAt = batchesOf(configuration, training);
    this.#steps = (epoch) => Math.ceil(training / batchAt(epoch));
  }

  /** η of the next epoch, before the schedule changes it from step to step. */
  get eta(): number {
    return this.#configuration.eta / 2 ** this.#state.halvings;
  }

  /** η of the last step of an epoch, from 1. */
  etaAfter(epoch: number): number {
    return this.#etaAt(epoch, this.#steps(epoch) - 1);
  }

  /** The larger η of the first and the last step of an epoch. */
  largestEta(epoch: number): number {
    return Math.max(this.etaAfter(epoch), this.#etaAt(epoch, 0));
  }

  /** η of a step of an epoch, from 0. */
  #etaAt(epoch: number, step: number): number {
    const { learning, epochs } = this.#configuration;
    const steps = this.#steps(epoch);
    return this.eta * rateFactor(learning.schedule, (epoch - 1) * steps + step, epochs, steps);
  }

  /** The state, for another RateAndStopping to go on from. */
  get state(): RateState {
    return this.#state;
  }

  /** The best epoch so far. */
  get best(): BestEpoch | undefined {
    const { best } = this.#state;
    return best && { epoch: best.epoch, by: this.#by, value: merit(this.#by, best.figure) };
  }

  /** Takes note of how an epoch went. Returns whether it is the best so far. */
  note(measured: Measured): boolean {
    const seen = merit(this.#by, figureAt(this.#by, measured));
    const figure = Number.isNaN(seen) ? WORST : Math.max(seen, WORST);
    const before = this.#state;
    const better = before.best === undefined || figure > before.best.figure;
    const best = better ? { epoch: measured.epoch, figure, measured } : before.best;
    this.#state = {
      ...before,
      judged: false,
      best,
      sinceBest: better ? 0 : before.sinceBest + 1,
      sinceChange: better ? 0 : before.sinceChange + 1,
    };
    return better;
  }

  /**
   * Decides what follows from the last epoch, before another one begins: η may change, or the run end. After the run's last epoch
   * nothing does, until the run is resumed with more.
   */
  judge(): void {
    if (this.#state.judged) return;
    this.#state = { ...this.#state, judged: true };
    const { patience, learning, eta } = this.#configuration;
    const { schedule } = learning;
    const { sinceBest, sinceChange, halvings } = this.#state;
    if (patience !== undefined && sinceBest >= patience)
      this.#state = { ...this.#state, stopped: `no better ${this.#by} in ${plural(patience, 'epoch')}` };
    else if (schedule.kind === 'halve' && sinceChange >= schedule.patience) {
      this.#state = { ...this.#state, halvings: halvings + 1, sinceChange: 0 };
      const least = `η has been halved to 1/${Math.round(1 / LEAST_SHARE)} of what it was`;
      if (this.eta <= eta * LEAST_SHARE) this.#state = { ...this.#state, stopped: least };
    }
  }
}
