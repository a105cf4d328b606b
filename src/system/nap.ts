// A thread that sleeps for a moment, without its event loop: for one that polls something outside of JavaScript. Nobody wakes it.

const word = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps so many milliseconds, or a little longer. */
export function nap(milliseconds: number): void {
  Atomics.wait(word, 0, 0, milliseconds);
}
