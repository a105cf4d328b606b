// How long a worker polls before it sleeps, by what its waits were like: long while its siblings have cores, briefly once one of
// them has lost its core to another process. Pure: it is told the time. Its caller is the barrier.
//
// Whoever polls uses up its own share of a core that it has to share, and is then kept off it for milliseconds, in which the
// sibling polls in vain; whoever sleeps gets the core back at once. (bench/barrier, two workers, 6 µs of work before each
// crossing, one busy process on two cores: 120 to 130 µs a crossing with 20,000 polls at most, 20 to 27 with 200 or none,
// 26 to 46 as here; undisturbed 7 with 20,000, 18 to 31 with 200 or none, and 7 to 10 as here.)

/**
 * Polls that a thread with a core of its own makes before it sleeps: some tens of µs, about what a sleep and a wake-up cost
 * (measured by bench/barrier on two cores: 0.1 to 0.2 µs a crossing when nobody sleeps, 9 to 30 when one of two does).
 */
export const SPINS_WITH_A_CORE = 20_000;

/** Polls while a sibling has no core: enough for one that is all but there. */
const BRIEF = 200;
/** Milliseconds: no sibling that has a core is so late, unless steps are so long that a sleep does not count. */
const STALL = 1;
/** Milliseconds to poll briefly after a stall: the first time, the most, and how it grows where stalls follow one another. */
const FIRST = 4;
const MOST = 256;
const GROWTH = 4;
/** Milliseconds without a stall after which the next one is the first again. */
const CALM = 50;

export class Patience {
  readonly #spins: number;
  readonly #brief: number;
  #isLong = true;
  /** Since when polls are long, or until when they are brief. */
  #since = 0;
  #until = 0;
  #pause = FIRST;

  /** @param spins the most polls of a wait */
  constructor(spins: number) {
    this.#spins = spins;
    this.#brief = Math.min(BRIEF, spins);
  }

  /** Polls before the next wait goes to sleep. */
  get spins(): number {
    return this.#isLong ? this.#spins : this.#brief;
  }

  /** Notes a wait that polling did not end: when its sleep began and ended, in milliseconds. */
  noteSleep(begin: number, end: number): void {
    if (!this.#isLong) {
      if (end < this.#until) return;
      this.#isLong = true;
      this.#since = end;
    } else if (end - begin > STALL) {
      this.#pause = begin - this.#since > CALM ? FIRST : Math.min(MOST, GROWTH * this.#pause);
      this.#isLong = false;
      this.#until = end + this.#pause;
    }
  }
}
