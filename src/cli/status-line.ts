// One line on the terminal that says what is going on and then goes away; nothing where the stream is no terminal, so that
// neither results nor logs carry it.
//
// The cursor waits at the line's beginning. So whatever the width becomes, one sequence clears the line with all that a
// terminal has broken it into, and what is printed next begins where the line began. Every change is a single write in which
// the new text comes before the clearing of what is left of the old one: nothing flickers.

import { cutTo, type Environment, fitted, isLive, type Painter, type Piece, painter, roomOn, type Screen } from './terminal.js';

/** Clears from the cursor to the end of the screen. */
const CLEAR = '\x1b[J';

/** Milliseconds between two updates, at least. */
const INTERVAL = 100;

export class StatusLine {
  readonly #screen: Screen;
  readonly #live: boolean;
  readonly #paint: Painter;
  #pieces: string | readonly Piece[] = '';
  #shown = false;
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param screen where results go too, so that they can take the line's place; or standard error, apart from them */
  constructor(screen: Screen, environment: Environment = process.env) {
    this.#screen = screen;
    this.#live = isLive(screen, environment);
    this.#paint = painter(screen, environment);
  }

  /** Shows a text, or those of its pieces that fit; at once, or when the last update has been seen for a moment. */
  show(pieces: string | readonly Piece[]): void {
    if (!this.#live) return;
    this.#pieces = pieces;
    const wait = this.#last + INTERVAL - performance.now();
    if (wait <= 0) this.#draw();
    else this.#timer ??= setTimeout(this.#draw, wait).unref();
  }

  /** Prints lines in the line's place. */
  print(text: string): void {
    const lines = `${text}\n`;
    // The cursor may have moved: Ctrl-C shows as ^C.
    this.#screen.write(this.#shown ? `\r${lines.replace('\n', `${CLEAR}\n`)}` : lines);
    this.#forget();
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.#screen.write(`\r${CLEAR}`);
    this.#forget();
  }

  readonly #draw = (): void => {
    this.#rest();
    const width = roomOn(this.#screen);
    const text = typeof this.#pieces === 'string' ? cutTo(this.#pieces, width) : fitted(this.#pieces, ', ', width);
    this.#screen.write(`\r${this.#paint('dim', text)}${CLEAR}\r`);
    this.#last = performance.now();
    if (this.#shown) return;
    this.#shown = true;
    this.#screen.on('resize', this.#draw);
    // A second Ctrl-C ends the process at once.
    process.on('exit', this.#leave);
  };

  readonly #leave = (): void => this.end();

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #forget(): void {
    this.#rest();
    this.#shown = false;
    this.#screen.off('resize', this.#draw);
    process.off('exit', this.#leave);
  }
}
