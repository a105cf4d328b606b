// The right of way of whoever shows a run over those that train: while a page draws a frame, the workers rest before their next step. Where it has no
// core to itself, a frame would have to share one with them, and takes two to three times as long. The bits are the same.

/** Milliseconds after which workers go on in any case: whoever took the right of way may be gone, or held up. */
const LONGEST = 100;

/** Of a page's thread. */
export class RightOfWay {
  /** Shared with the workers: 1 while it is taken. */
  readonly word = new Int32Array(new SharedArrayBuffer(4));

  take(): void {
    Atomics.store(this.word, 0, 1);
  }

  give(): void {
    Atomics.store(this.word, 0, 0);
    Atomics.notify(this.word, 0);
  }
}

/** A worker's side, between two steps: rests while the right of way is taken. */
export function giveWay(word: Int32Array | undefined): void {
  if (word === undefined || Atomics.load(word, 0) === 0) return;
  if (Atomics.wait(word, 0, 1, LONGEST) === 'timed-out') Atomics.store(word, 0, 0);
}
