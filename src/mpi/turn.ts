// Whose turn it is to speak for a rank, its main thread's or its heart's (heart.ts): one shared word, so that never two threads of a
// process are in the MPI library at once. The main thread gives the turn away and takes it back; in between the heart speaks now and then.
//
//   MAIN ──give──▶ HEART ──it begins to speak──▶ SPEAKING ──done──▶ HEART
//     ▲              │ take                          │ take: WANTED ──done──▶ MAIN
//     └──────────────┘                               └── the others do not answer ──▶ LOST

const MAIN = 0;
const HEART = 1;
const SPEAKING = 2;
const WANTED = 3;
const LOST = 4;
/** Word 1: which of its texts the heart speaks. */
const TEXT = 1;
/** Milliseconds after which a heart looks again whether it has been given the turn: so nobody has to wake it. */
const LOOK = 250;

export class Turn {
  readonly #words: Int32Array;

  constructor(readonly shared = new SharedArrayBuffer(8)) {
    this.#words = new Int32Array(shared);
  }

  /** On the main thread: from now on the heart speaks, until the turn is taken back. */
  give(text: number): void {
    this.#words[TEXT] = text;
    Atomics.compareExchange(this.#words, 0, MAIN, HEART);
  }

  /** On the main thread: takes it back. Returns whether it has it; if not, it has once the heart has spoken, and asks again. */
  take(): boolean {
    Atomics.compareExchange(this.#words, 0, HEART, MAIN);
    Atomics.compareExchange(this.#words, 0, SPEAKING, WANTED);
    return Atomics.load(this.#words, 0) === MAIN;
  }

  /** Whether the others have not answered the heart. */
  get isLost(): boolean {
    return Atomics.load(this.#words, 0) === LOST;
  }

  /** On the heart's thread: sleeps until it has had the turn for so many milliseconds, about. Returns which text it is to speak now. */
  await(milliseconds: number): number {
    for (;;) {
      while (Atomics.load(this.#words, 0) !== HEART) Atomics.wait(this.#words, 0, MAIN, Math.min(LOOK, milliseconds));
      Atomics.wait(this.#words, 0, HEART, milliseconds);
      if (Atomics.compareExchange(this.#words, 0, HEART, SPEAKING) === HEART) return this.#words[TEXT];
    }
  }

  /** On the heart's thread: it has spoken, and all have answered. */
  spoken(): void {
    if (Atomics.compareExchange(this.#words, 0, SPEAKING, HEART) === WANTED) Atomics.store(this.#words, 0, MAIN);
  }

  /** On the heart's thread: it has spoken in vain. */
  lost(): void {
    Atomics.store(this.#words, 0, LOST);
  }
}
