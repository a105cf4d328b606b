// `--workers auto` without a profile: how many workers train now. The first steps of a run decide, and from then on it watches:
// where the rate has changed, and every few seconds in any case, other counts take turns with the current one on short stretches
// of the run itself. Nothing of them is thrown away, and since only the count changes, never the order of a sum, no bit of the
// result depends on it. Pure: it says with how many workers to train for how long, and is told how far that came;
// training/epoch-trainer.ts trains.
//
//   warming up ──▶ first comparison ──▶ watching ◀──▶ comparison
//        └───────────────────────────────▲ where steps are so long that comparing them would take too long

import { count } from '../text.js';
import { CountComparison, TURN } from './count-comparison.js';
import { type RateChange, RateWatch } from './rate-watch.js';
import { TrialBudget } from './trial-budget.js';

/** Milliseconds until stretches count. In its first moments the engine still compiles, in threads that take their cores from workers in lockstep. */
const WARM_UP = 150;
/** Milliseconds that the first comparison takes at least, and may take at most by what the steps before it say. */
const FIRST = 300;
const MOST_FIRST = 450;
/** By so much a larger count must be faster than a smaller one to be chosen by it. */
const WORTHWHILE = 1.02;
/** A later comparison goes on for so many milliseconds while another count is ahead, and by so much one must be ahead to take over. */
const CONFIRMED = 125;
const GAIN = 1.08;
/**
 * Milliseconds that a trial of all counts may take though they have not been earned, where the rate has changed; and what may still be
 * owed for the last one where the rate has fallen to the half, twice that at a third, and so on up to the most: a run that does a fifth of
 * what it did loses more by waiting than by a trial.
 */
const OVERDRAFT = 150;
const MOST_OWED = 600;

/** What was chosen, and why. */
export interface WorkersChoice {
  readonly workers: number;
  readonly why: string;
}

/** How to train next. */
export interface WorkersTurn {
  readonly workers: number;
  /** About how long; at least a step. */
  readonly milliseconds: number;
  /** Whether that shows how a count does, and not yet what goes on. */
  readonly isTrial: boolean;
}

/** A comparison that runs, and why. */
interface Trial {
  readonly comparison: CountComparison;
  readonly why: string;
  /** Whether something had changed; else it was only time for one. */
  readonly hadCause: boolean;
}

export class AutoWorkers {
  /** Ascending. */
  readonly #counts: readonly number[];
  #workers: number;
  /** The choice before. */
  #former: number | undefined;
  /** Milliseconds of warming up that are left; undefined after it. */
  #warmUp: number | undefined = WARM_UP;
  #trial: Trial | undefined;
  readonly #watch = new RateWatch();
  readonly #budget = new TrialBudget();
  /** Milliseconds of a step with the current count. */
  #step = 0;

  /** @param counts ascending; the last is what the session was planned for */
  constructor(counts: readonly number[]) {
    this.#counts = counts;
    this.#workers = counts[counts.length - 1];
  }

  /** The current choice; the most until there is one. */
  get workers(): number {
    return this.#workers;
  }

  next(): WorkersTurn {
    if (this.#trial) return { ...this.#trial.comparison.next(), isTrial: true };
    if (this.#warmUp !== undefined) return { workers: this.#workers, milliseconds: this.#warmUp, isTrial: true };
    return { workers: this.#workers, milliseconds: this.#watch.remaining, isTrial: false };
  }

  /** Notes how far a turn came. Returns the choice that it led to. */
  note(samples: number, steps: number, milliseconds: number): WorkersChoice | undefined {
    if (steps === 0) return undefined;
    if (this.#trial) {
      const { comparison } = this.#trial;
      comparison.note(samples, milliseconds);
      return comparison.isOver ? this.#decide(this.#trial) : undefined;
    }
    this.#step = milliseconds / steps;
    if (this.#warmUp !== undefined) return this.#noteWarmUp(this.#warmUp - milliseconds);
    this.#budget.earn(milliseconds, 2 * this.#costOf(this.#others));
    return this.#watch.note(samples, milliseconds) ? this.#look() : undefined;
  }

  #noteWarmUp(left: number): WorkersChoice | undefined {
    this.#warmUp = left > 0 ? left : undefined;
    if (left > 0) return undefined;
    if (this.#costOf(this.#counts) <= MOST_FIRST) {
      const comparison = new CountComparison(this.#counts.toReversed(), { milliseconds: FIRST, worthwhile: WORTHWHILE });
      this.#trial = { comparison, why: 'the first steps', hadCause: true };
      return undefined;
    }
    // The others are tried when the run has lasted longer.
    return this.#choose(this.#workers, `the length of a step: ${Math.round(this.#step)} ms, in which barriers hardly count`);
  }

  /** Milliseconds of a turn of each of these counts, if a step takes the longer the fewer workers there are. */
  #costOf(counts: readonly number[]): number {
    return counts.reduce((sum, workers) => sum + Math.max(TURN, this.#step * Math.max(1, this.#workers / workers)), 0);
  }

  get #others(): readonly number[] {
    return this.#counts.filter((workers) => workers !== this.#workers);
  }

  /** The next fewer and the next more. */
  get #neighbours(): readonly number[] {
    const k = this.#counts.indexOf(this.#workers);
    return this.#counts.filter((_, other) => Math.abs(other - k) === 1);
  }

  /** After a look at the rate: goes back where the last change was a mistake, or begins a trial where one is due. */
  #look(): WorkersChoice | undefined {
    const { change } = this.#watch;
    const { credit } = this.#budget;
    if (change) {
      const [from, to] = [change.from, change.to].map(perSecond);
      if (change.fellShort && this.#former !== undefined) {
        this.#budget.spend(0, false);
        return this.#choose(this.#former, `the rate of ${this.#workers}: ${to} samples/s, where ${this.#former} had ${from}`);
      }
      // What is known of the others holds no longer either, and it cannot wait: a trial may be paid for afterwards.
      const others = this.#costOf(this.#others) <= Math.max(credit, OVERDRAFT) ? this.#others : this.#neighbours;
      if (credit >= -owed(change)) this.#compare(others, `a new trial, after the rate went from ${from} to ${to} samples/s`, true);
    } else if (this.#budget.isDue(this.#costOf(this.#neighbours))) this.#compare(this.#neighbours, 'a new trial', false);
    return undefined;
  }

  #compare(others: readonly number[], why: string, hadCause: boolean): void {
    const rules = { milliseconds: CONFIRMED, worthwhile: WORTHWHILE, current: this.#workers, gain: GAIN };
    this.#trial = { comparison: new CountComparison([...others, this.#workers], rules), why, hadCause };
  }

  #decide({ comparison, why, hadCause }: Trial): WorkersChoice | undefined {
    const { best, rates } = comparison;
    this.#trial = undefined;
    const isFirst = comparison.current === undefined;
    if (!isFirst) this.#budget.spend(comparison.spentBesides(this.#workers), hadCause);
    if (isFirst || best !== this.#workers) {
      const figures = rates.map(({ workers, rate }) => `${workers}: ${perSecond(rate)}`).join(', ');
      return this.#choose(best, `${why}: samples/s by workers ${figures}`, isFirst ? 0 : comparison.rateOf(this.#workers));
    }
    if (hadCause) this.#watch.restart();
    return undefined;
  }

  /** @param least samples a millisecond that it must reach, or it was a mistake */
  #choose(workers: number, why: string, least = 0): WorkersChoice {
    this.#former = this.#workers;
    this.#workers = workers;
    this.#watch.restart(least);
    return { workers, why };
  }
}

/** Milliseconds that may be owed for a trial when another one begins. */
function owed({ from, to }: RateChange): number {
  return Math.min(MOST_OWED, OVERDRAFT * Math.max(0, from / to - 1));
}

/** Of samples a millisecond. */
function perSecond(rate: number): string {
  return count(Math.round(1000 * rate));
}
