// How fast a run learns and how long: the learning rate of each epoch, and whether the run ends early because it no longer gets
// better (book, chapter 3, "no improvement in n"). What counts is the validation's accuracy; of a regression its cost; and where
// there is no validation, the training's cost.

import { rateFactor } from '../model/schedules.js';
import type { EpochEvent } from './events.js';
import type { Configuration } from './options.js';

/** By `halve` the run ends when η has fallen to this share of its start (book, chapter 3). */
const LEAST = 1 / 128;

type Seen = Pick<EpochEvent, 'trainingCost' | 'validationCost' | 'validationAccuracy'>;

export class Pace {
  readonly #configuration: Configuration;
  /** Steps of an epoch. */
  readonly #steps: number;
  #halvings = 0;
  #best = Number.NEGATIVE_INFINITY;
  /** Epochs since the best, and since the best or the last halving. */
  #sinceBest = 0;
  #sinceChange = 0;

  constructor(configuration: Configuration, training: number) {
    this.#configuration = configuration;
    this.#steps = Math.ceil(training / configuration.batch);
  }

  /** η of the next epoch, before the schedule changes it from step to step. */
  get eta(): number {
    return this.#configuration.eta / 2 ** this.#halvings;
  }

  /** η of the last step of an epoch, from 1. */
  etaAfter(epoch: number): number {
    const { learning, epochs } = this.#configuration;
    return this.eta * rateFactor(learning.schedule, epoch * this.#steps - 1, epochs, this.#steps);
  }

  /** The larger η of the first and the last step of an epoch. */
  largestEta(epoch: number): number {
    const { learning, epochs } = this.#configuration;
    return Math.max(this.etaAfter(epoch), this.eta * rateFactor(learning.schedule, (epoch - 1) * this.#steps, epochs, this.#steps));
  }

  /** Takes note of how an epoch went; returns why the run should end with it, if it should. */
  note({ trainingCost, validationCost, validationAccuracy }: Seen): string | undefined {
    const { schedule } = this.#configuration.learning;
    const { patience } = this.#configuration;
    const figure = validationAccuracy ?? -(validationCost ?? trainingCost);
    const better = figure > this.#best;
    if (better) this.#best = figure;
    this.#sinceBest = better ? 0 : this.#sinceBest + 1;
    this.#sinceChange = better ? 0 : this.#sinceChange + 1;
    if (patience !== undefined && this.#sinceBest >= patience) return `no improvement in ${patience} epochs`;
    if (schedule.kind !== 'halve' || this.#sinceChange < schedule.patience) return undefined;
    this.#halvings++;
    this.#sinceChange = 0;
    return this.eta <= this.#configuration.eta * LEAST ? `η has been halved to 1/${Math.round(1 / LEAST)} of what it was` : undefined;
  }
}
