// When the page draws what has changed: with the next frame, and after a drawing that took long not before it has rested, so that the page's
// thread is there for whoever reads it. A page that nobody sees draws nothing.

/** Least milliseconds between two drawings, and so many times what the last one took. */
const INTERVAL = 100;
const REST = 8;

export class Repaint {
  readonly #draw: () => void;
  #isDue = false;
  #interval = 0;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** There is something new to draw. */
  ask(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => requestAnimationFrame(() => this.#now()), this.#interval);
  }

  #now(): void {
    this.#isDue = false;
    const began = performance.now();
    this.#draw();
    this.#interval = Math.max(INTERVAL, REST * (performance.now() - began));
  }
}
