// Whose turn it is to speak for a rank, its main thread's or its heart's (heart.ts): one shared word, so that never two threads of a
// process are in the MPI library at once. The main thread gives the turn away and takes it back; in between the heart speaks now and then.
//
//   MAIN ──give──▶ HEART ──it begins to speak──▶ SPEAKING ──done──▶ HEART
//     ▲              │ take                          │ take: WANTED ──done──▶ MAIN
//     └──────────────┘                               └── the others do not answer ──▶ LOST

//
// The word also counts how often the turn was given: a heart that began to wait under one number does not speak under another. Without that it
// could speak in the moment after the main thread has told the others something and before it takes the turn back; they would take its
// message for the next thing they wait for.

const MAIN = 0;
const HEART = 1;
const SPEAKING = 2;
const WANTED = 3;
const LOST = 4;
/** The word is a state and a multiple of this. */
const STATES = 8;
/** Word 1: which of its texts the heart speaks. */
const TEXT = 1;
/** Milliseconds after which a heart looks again whether it has been given the turn: so nobody has to wake it. */
const LOOK = 250;

const stateOf = (word: number): number => word & (STATES - 1);
/** The word of the same number in another state. */
const as = (word: number, state: number): number => word - stateOf(word) + state;

export class Turn {
  readonly #words: Int32Array;

  constructor(readonly shared = new SharedArrayBuffer(8)) {
    this.#words = new Int32Array(shared);
  }

  /** On the main thread, which has the turn: from now on the heart speaks, until it is taken back. */
  give(text: number): void {
    this.#words[TEXT] = text;
    const word = Atomics.load(this.#words, 0);
    if (stateOf(word) === MAIN) Atomics.store(this.#words, 0, as((word + STATES) | 0, HEART));
  }

  /** On the main thread: takes it back. Returns whether it has it; if not, it has once the heart has spoken, and asks again. */
  take(): boolean {
    const word = Atomics.load(this.#words, 0);
    Atomics.compareExchange(this.#words, 0, as(word, HEART), as(word, MAIN));
    Atomics.compareExchange(this.#words, 0, as(word, SPEAKING), as(word, WANTED));
    return stateOf(Atomics.load(this.#words, 0)) === MAIN;
  }

  /** Whether the others have not answered the heart. */
  get isLost(): boolean {
    return stateOf(Atomics.load(this.#words, 0)) === LOST;
  }

  /** On the heart's thread: sleeps until it has had the turn for so many milliseconds, about. Returns which text it is to speak now. */
  await(milliseconds: number): number {
    for (;;) {
      const word = Atomics.load(this.#words, 0);
      if (stateOf(word) !== HEART) {
        Atomics.wait(this.#words, 0, word, Math.min(LOOK, milliseconds));
        continue;
      }
      Atomics.wait(this.#words, 0, word, milliseconds);
      if (Atomics.compareExchange(this.#words, 0, word, as(word, SPEAKING)) === word) return this.#words[TEXT];
    }
  }

  /** On the heart's thread: it has spoken, and all have answered. */
  spoken(): void {
    const word = Atomics.load(this.#words, 0);
    if (Atomics.compareExchange(this.#words, 0, as(word, SPEAKING), as(word, HEART)) === as(word, WANTED)) {
      Atomics.store(this.#words, 0, as(word, MAIN));
    }
  }

  /** On the heart's thread: it has spoken in vain. */
  lost(): void {
    Atomics.store(this.#words, 0, as(Atomics.load(this.#words, 0), LOST));
  }
}
