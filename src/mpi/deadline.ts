// The words that whoever exchanges with other processes shares with the watchdog (watchdog.ts): by when what is under way must be over, and
// when this process must be gone.

/** How often it looks, in milliseconds; the unit of the shared words, too. */
export const LOOK = 500;
/** Milliseconds after a wait's limit in which a call is to return, or a process that has given up is to save and to end. */
const GRACE = 2000;

/** Of the shared words: the look by which what is under way must be over, 0 while nothing is. */
const UNTIL = 0;
/** Looks so far. */
export const LOOKS = 1;
/** The look by which this process must be gone; 0 while it is to go on. */
const LAST = 2;

export function newWatch(): SharedArrayBuffer {
  return new SharedArrayBuffer(16);
}

export class Deadline {
  readonly #words: Int32Array;
  readonly #looks: number;

  /** @param limit of a wait, in milliseconds */
  constructor(shared: SharedArrayBuffer, limit: number) {
    this.#words = new Int32Array(shared);
    this.#looks = looksIn(limit + GRACE);
  }

  /** Something begins that may hang. */
  begin(): void {
    this.#words[UNTIL] = this.#words[LOOKS] + this.#looks;
  }

  /** It is over. */
  end(): void {
    this.#words[UNTIL] = 0;
  }

  /** The others are lost: whatever begins or ends from here on, this process is gone so many milliseconds later. The earliest counts. */
  giveUp(milliseconds = GRACE): void {
    const look = this.#words[LOOKS] + looksIn(milliseconds);
    if (this.#words[LAST] === 0 || look < this.#words[LAST]) this.#words[LAST] = look;
  }

  /** Whether this process has given up the others. */
  get hasGivenUp(): boolean {
    return this.#words[LAST] !== 0;
  }
}

/**
 * Why this process is to be ended at a look; undefined where it is not. Each word is read once: between two readings whoever exchanges
 * may have written it, a million times a second, and nothing that is under way would have been taken for something that hangs.
 */
export function overdue(words: ArrayLike<number>, look: number): string | undefined {
  const { [LAST]: last, [UNTIL]: until } = words;
  if (last !== 0 && look > last) return 'The other processes of this run, or what started this one, are lost, and saving and ending took too long.';
  if (until !== 0 && look > until)
    return 'The other processes of this run do not answer or have not started, and no call of the MPI library returns (--timeout allows more seconds).';
  return undefined;
}

function looksIn(milliseconds: number): number {
  return Math.ceil(milliseconds / LOOK);
}
