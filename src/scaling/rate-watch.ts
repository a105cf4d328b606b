// Watches the rate of a run, look by look, and says when it is no longer what was usual. Pure: it is told what was trained in
// what time. scaling/auto.ts asks it.

/** Milliseconds of training between two looks: many times what the system gives a process at once (some 3 ms) when it shares out a core. */
const LOOK = 100;
/** How much slower or faster than usual two looks in a row must be to count as a change: one alone may have met a hiccup. */
const SLOWER = 0.85;
const FASTER = 1.2;
const IN_A_ROW = 2;
/** Share of a look in what is usual from then on. */
const NEW = 0.2;

/** Samples a millisecond, before and after. */
export interface RateChange {
  readonly from: number;
  readonly to: number;
  /** Whether the first looks already were slower than what was asked of them. */
  readonly fellShort: boolean;
}

export class RateWatch {
  #samples = 0;
  #milliseconds = 0;
  #usual: number | undefined;
  /** What the first looks must reach. */
  #least = 0;
  #unusual = 0;
  #change: RateChange | undefined;

  /** Milliseconds of training until the next look. */
  get remaining(): number {
    return Math.max(1, LOOK - this.#milliseconds);
  }

  /** The change that the last looks have seen. */
  get change(): RateChange | undefined {
    return this.#change;
  }

  /** Begins anew: what comes now is usual, if it is not below `least`. */
  restart(least = 0): void {
    this.#usual = undefined;
    this.#least = least;
    this.#unusual = 0;
    this.#change = undefined;
    this.#samples = 0;
    this.#milliseconds = 0;
  }

  /** Notes what was trained. Returns whether that made a look. */
  note(samples: number, milliseconds: number): boolean {
    this.#samples += samples;
    this.#milliseconds += milliseconds;
    if (this.#milliseconds < LOOK) return false;
    this.#look(this.#samples / this.#milliseconds);
    this.#samples = 0;
    this.#milliseconds = 0;
    return true;
  }

  #look(rate: number): void {
    const usual = this.#usual ?? Math.max(rate, this.#least);
    const isUsual = rate >= Math.max(SLOWER * usual, this.#least) && rate <= FASTER * usual;
    this.#unusual = isUsual ? 0 : this.#unusual + 1;
    this.#change = this.#unusual < IN_A_ROW ? undefined : { from: usual, to: rate, fellShort: rate < this.#least };
    if (!isUsual) return;
    this.#usual = usual + NEW * (rate - usual);
    this.#least = 0;
  }
}
