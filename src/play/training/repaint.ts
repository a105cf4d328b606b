// When the page draws what has changed: a piece in a frame, so that none takes long. Nothing is drawn in a page that nobody sees, nor out of sight
// until it comes near.

import { watchSight } from '../parts/sight.js';
import { inTurn } from '../turns.js';

/** Least milliseconds between two rounds. */
const INTERVAL = 150;

export class Repaint {
  readonly #pieces: readonly (() => void)[];
  /** The piece that is drawn next; undefined while nothing is to be drawn. */
  #next: number | undefined;
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

  /** There is something new to draw. @param isUrgent because whoever reads the page has done something */
  ask(isUrgent = false): void {
    this.#isDue = true;
    this.#isUrgent ||= isUrgent;
    if (this.#next !== undefined) return;
    if (this.#isUrgent) clearTimeout(this.#timer);
    else if (this.#timer !== undefined || !this.#isSeen) return;
    this.#timer = setTimeout(() => this.#begin(), this.#isUrgent ? 0 : INTERVAL);
  }

  #begin(): void {
    const isUrgent = this.#isUrgent;
    this.#timer = undefined;
    this.#isDue = this.#isUrgent = false;
    this.#next = 0;
    inTurn(() => this.#draw(isUrgent), isUrgent);
  }

  #draw(isUrgent: boolean): void {
    const piece = this.#next ?? 0;
    this.#pieces[piece]();
    this.#next = piece + 1 < this.#pieces.length ? piece + 1 : undefined;
    if (this.#next !== undefined) inTurn(() => this.#draw(isUrgent), isUrgent);
    else if (this.#isDue) this.ask();
  }
}
