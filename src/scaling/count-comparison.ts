// A comparison of worker counts in short stretches of real training that take turns. Pure: it says whose turn is next and is told
// what that turn did. What it measures is samples over time, summed: beside a busy process a count that mostly runs fast and
// then stands still must not look fast.

/**
 * Milliseconds of a stretch; a single step may take longer. The system shares a core out in pieces of some 3 ms: in 10 ms, two workers
 * beside a busy process may still look like two.
 */
const STRETCH = 25;
/** Milliseconds at its beginning that do not count: a thread that was woken gets its first piece before its turn, and its caches are cold. */
const SETTLING = 5;
/** How much of either is enough: timers may be early, and an epoch may end. */
const ENOUGH = 0.8;
/** Milliseconds that one count takes in a round, at least. */
export const TURN = SETTLING + STRETCH;

/** One worker count and what its stretches did so far. */
interface Side {
  readonly workers: number;
  samples: number;
  milliseconds: number;
  /** Milliseconds that did not count. */
  settling: number;
}

export interface ComparisonRules {
  /** After at least so many milliseconds that count it ends with the round. */
  readonly milliseconds: number;
  /** By how much a larger count must be faster than a smaller one. */
  readonly worthwhile: number;
  /** The count that goes on unless others beat it by `gain`: those that do not in a round are out, and without others it ends. */
  readonly current?: number;
  readonly gain?: number;
}

export class CountComparison {
  readonly #rules: ComparisonRules;
  readonly #all: readonly Side[];
  /** Those still in it. */
  #sides: readonly Side[];
  #turn = 0;
  /** Milliseconds of the stretch that runs, or of its settling. */
  #stretch = 0;
  #isSettled = false;
  #isOver = false;

  constructor(counts: readonly number[], rules: ComparisonRules) {
    this.#rules = rules;
    this.#all = counts.map((workers) => ({ workers, samples: 0, milliseconds: 0, settling: 0 }));
    this.#sides = this.#all;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get current(): number | undefined {
    return this.#rules.current;
  }

  /** Whose turn is next, and for how long. */
  next(): { workers: number; milliseconds: number } {
    return { workers: this.#sides[this.#turn].workers, milliseconds: (this.#isSettled ? STRETCH : SETTLING) - this.#stretch };
  }

  /** Notes what the count whose turn it was has done; several times where an epoch is shorter than a stretch. */
  note(samples: number, milliseconds: number): void {
    const side = this.#sides[this.#turn];
    this.#stretch += milliseconds;
    // A single step that is as long as a stretch is one.
    this.#isSettled ||= milliseconds >= ENOUGH * STRETCH;
    if (this.#isSettled) {
      side.samples += samples;
      side.milliseconds += milliseconds;
    } else side.settling += milliseconds;
    if (this.#stretch < ENOUGH * (this.#isSettled ? STRETCH : SETTLING)) return;
    this.#stretch = 0;
    this.#isSettled = !this.#isSettled;
    if (this.#isSettled) return;
    this.#turn++;
    if (this.#turn === this.#sides.length) this.#endRound();
  }

  #endRound(): void {
    const { milliseconds, current, gain = 1 } = this.#rules;
    this.#turn = 0;
    if (current !== undefined) {
      const least = gain * this.rateOf(current);
      this.#sides = this.#sides.filter(({ workers }) => workers === current || this.rateOf(workers) > least);
    }
    const measured = this.#all.reduce((sum, side) => sum + side.milliseconds, 0);
    this.#isOver = this.#sides.length < 2 || measured >= milliseconds;
  }

  /** Samples a millisecond; 0 of a count that has had no turn. */
  rateOf(count: number): number {
    const { samples, milliseconds } = this.#all.find(({ workers }) => workers === count) as Side;
    return milliseconds > 0 ? samples / milliseconds : 0;
  }

  /** Milliseconds that other counts than this one took. */
  spentBesides(count: number): number {
    return this.#all.reduce((sum, { workers, milliseconds, settling }) => sum + (workers === count ? 0 : milliseconds + settling), 0);
  }

  /** The fastest of those still in it. */
  get best(): number {
    const ascending = this.#sides.map(({ workers }) => workers).sort((a, b) => a - b);
    return ascending.reduce((so, next) => (this.rateOf(next) > this.#rules.worthwhile * this.rateOf(so) ? next : so));
  }

  /** Samples a millisecond of all counts, ascending. */
  get rates(): { workers: number; rate: number }[] {
    return this.#all.map(({ workers }) => ({ workers, rate: this.rateOf(workers) })).sort((a, b) => a.workers - b.workers);
  }
}
