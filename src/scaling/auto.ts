// `--workers auto` without a profile: decides in the first steps of the real run. Worker counts take turns on stretches of
// its first epochs, for a third of a second; nothing of it is thrown away, and since only the count changes, never the
// order of a sum, no bit of the result depends on what is chosen.

import type { EpochPart } from '../parallel/protocol.js';
import type { Division, Session } from '../parallel/session.js';
import { count } from '../text.js';
import { lowerQuartile } from './statistics.js';

/**
 * Milliseconds of training within which the choice is made, from where on stretches count, and what one should take. In the
 * first moments the engine still compiles, in threads that take their cores from workers in lockstep.
 */
const BUDGET = 450;
const COUNTED_FROM = 150;
const STRETCH = 10;
/** A larger count must be faster than a smaller one by this. */
const WORTHWHILE = 1.02;

/** What was chosen, and why. */
export interface WorkersChoice {
  readonly workers: number;
  readonly why: string;
}

/** How far an epoch has been trained on. */
export interface TrainedPart {
  /** Where its last stretch began, and where it ended. */
  readonly from: number;
  readonly upTo: number;
  /** What the workers reported of that stretch; none where the epoch has not begun. */
  readonly parts?: readonly EpochPart[];
}

/** One worker count and its stretches so far. */
interface Side {
  readonly workers: number;
  /** Samples of the next stretch. */
  samples: number;
  /** Milliseconds a sample of each stretch that was long enough. */
  readonly times: number[];
}

export class AutoWorkers {
  readonly #session: Session;
  readonly #division: Division;
  readonly #sides: readonly Side[];
  #attached: number;
  #spent = 0;
  #turn = 0;
  #choice: WorkersChoice | undefined;

  /** @param counts ascending; the last is what the session was planned for, and attached now */
  constructor(session: Session, division: Division, counts: readonly number[]) {
    this.#session = session;
    this.#division = division;
    this.#attached = division.workers;
    this.#sides = counts.toReversed().map((workers) => ({ workers, samples: division.batch, times: [] }));
  }

  /** Undefined until it has been made. */
  get choice(): WorkersChoice | undefined {
    return this.#choice;
  }

  /** Trains on samples begin…end of an order in stretches until the choice is made, or it is told to stop; the chosen count is then attached. */
  async train(order: 0 | 1, begin: number, end: number, isAborted: () => boolean): Promise<TrainedPart> {
    let trained: TrainedPart = { from: begin, upTo: begin };
    while (!this.#choice && trained.upTo < end && !isAborted()) {
      const side = this.#sides[this.#turn % this.#sides.length];
      const from = trained.upTo;
      const upTo = Math.min(end, from + side.samples);
      await this.#attach(side.workers);
      const start = performance.now();
      const parts = await this.#session.runEpoch(order, { from, upTo });
      const took = performance.now() - start;
      trained = { from, upTo, parts };
      if (isStopped(parts)) return trained;
      this.#spent += took;
      // A stretch that the end of the epoch cut off does not count: the same worker count takes the next.
      if (upTo - from >= Math.min(side.samples, end - begin)) this.#note(side, upTo - from, took, end - begin);
    }
    if (this.#choice) await this.#attach(this.#choice.workers);
    return trained;
  }

  async #attach(workers: number): Promise<void> {
    if (this.#attached !== workers) await this.#session.attach({ ...this.#division, workers });
    this.#attached = workers;
  }

  #note(side: Side, samples: number, took: number, training: number): void {
    const { batch } = this.#division;
    this.#turn++;
    // Steps that long need no choice: no barrier shows in them, and to try them all would take too long.
    const all = this.#sides.reduce((sum, { workers }) => sum + (took * side.workers) / workers, 0);
    if (this.#turn === 1 && all > BUDGET) {
      this.#choice = { workers: side.workers, why: `the length of a step: ${Math.round(took)} ms, in which barriers hardly count` };
      return;
    }
    // A short stretch tells of starting rather than of training, but where epochs are that short, so does each epoch.
    if (took >= STRETCH / 2 || samples === training) {
      if (this.#spent > COUNTED_FROM) side.times.push(took / samples);
    } else side.samples = Math.ceil((Math.min(4, STRETCH / Math.max(took, 0.01)) * samples) / batch) * batch;
    const isRound = this.#turn % this.#sides.length === 0;
    if (this.#spent > BUDGET && isRound && this.#sides.every(({ times }) => times.length > 0)) this.#choice = this.#decide();
  }

  /** The fastest by the lower quartile of the stretches, which late compiling does not touch; fewer workers where more are not worth it. */
  #decide(): WorkersChoice {
    const measured = this.#sides.map(({ workers, times }) => ({ workers, rate: 1000 / lowerQuartile(times) })).sort((a, b) => a.workers - b.workers);
    const best = measured.reduce((so, next) => (next.rate > WORTHWHILE * so.rate ? next : so));
    const figures = measured.map(({ workers, rate }) => `${workers}: ${count(Math.round(rate))}`).join(', ');
    return { workers: best.workers, why: `the first steps: samples/s by workers ${figures}` };
  }
}

/** Whether the workers stopped before the last step of what they were to train on. */
export function isStopped(parts: readonly EpochPart[]): boolean {
  return parts.some(({ stopped, divergence }) => stopped !== 0 || divergence);
}
