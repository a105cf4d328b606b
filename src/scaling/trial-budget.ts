// What trials of other worker counts may cost a run: a share of its time, earned while it trains undisturbed and spent by trials, and
// a pause between them that grows. Pure: it is told the time. scaling/auto.ts asks it.

/** The share of all time that may go into other counts than the current one. */
const SHARE = 0.03;
/**
 * Milliseconds of training between two trials while the rate is as usual, at first; they double up to the most. Where one worker trains
 * and a core comes free, nothing but such a trial shows it.
 */
const FIRST_PAUSE = 500;
const MOST_PAUSE = 2000;

export class TrialBudget {
  #credit = 0;
  #since = 0;
  #pause = FIRST_PAUSE;

  /** Milliseconds that trials may take now; negative where the last one took more than there was. */
  get credit(): number {
    return this.#credit;
  }

  /** Whether it is time for a trial that would take so many milliseconds though nothing has changed. */
  isDue(cost: number): boolean {
    return this.#since >= this.#pause && this.#credit >= cost;
  }

  /** Earns by so many milliseconds of undisturbed training, as long as no more than `most` is saved up. */
  earn(milliseconds: number, most: number): void {
    this.#since += milliseconds;
    if (this.#credit < most) this.#credit = Math.min(most, this.#credit + SHARE * milliseconds);
  }

  /** Pays for a trial; the next pause is longer, or the first again where the trial had a cause. */
  spend(milliseconds: number, hadCause: boolean): void {
    this.#credit -= milliseconds;
    this.#since = 0;
    this.#pause = hadCause ? FIRST_PAUSE : Math.min(MOST_PAUSE, 2 * this.#pause);
  }
}
