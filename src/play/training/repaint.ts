// When the page draws what has changed: a piece in a frame, so that none takes long. Nothing is drawn in a page that nobody sees, nor out of sight
// until it comes near.

import { watchSight } from '../parts/sight.js';
import { inTurn } from '../turns.js';

/** Least milliseconds between two rounds. */
const INTERVAL = 150;

export class Repaint {
  readonly #pieces: readonly (() => void)[];
  /** The number of the latest round, and whether it is being drawn. */
  #round = 0;
  #isDrawing = false;
  #isDue = false;
  #isUrgent = false;
  #isSeen = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param element that all pieces are in */
  constructor(element: HTMLElement, pieces: readonly (() => void)[]) {
    this.#pieces = pieces;
    watchSight(element, (isSeen) => {
      this.#isSeen = isSeen;
      if (isSeen && this.#isDue) this.ask(true);
    });
  }

  /** There is something new to draw. @param isUrgent because whoever reads the page has done something: a round that is being drawn begins anew */
  ask(isUrgent = false): void {
    this.#isDue = true;
    this.#isUrgent ||= isUrgent;
    if (this.#isUrgent) clearTimeout(this.#timer);
    else if (this.#isDrawing || this.#timer !== undefined || !this.#isSeen) return;
    this.#timer = setTimeout(() => this.#begin(), this.#isUrgent ? 0 : INTERVAL);
  }

  #begin(): void {
    const [round, isUrgent] = [++this.#round, this.#isUrgent];
    this.#timer = undefined;
    this.#isDue = this.#isUrgent = false;
    this.#isDrawing = true;
    const draw = (piece: number): void =>
      inTurn(() => {
        if (round !== this.#round) return;
        this.#isDrawing = piece + 1 < this.#pieces.length;
        // First, for a piece may throw.
        if (this.#isDrawing) draw(piece + 1);
        else if (this.#isDue) this.ask();
        this.#pieces[piece]();
      }, isUrgent);
    draw(0);
  }
}
