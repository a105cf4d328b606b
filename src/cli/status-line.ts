// One line on the terminal that says what is going on and then goes away; nothing where the stream is no terminal, so that
// neither results nor logs carry it.

import type { WriteStream } from 'node:tty';

export class StatusLine {
  readonly #stream: WriteStream;
  #shown = false;

  /** @param stream where results go too, so that they can take the line's place; or standard error, apart from them */
  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (this.#stream.isTTY !== true) return;
    this.#stream.write(`\r${text.slice(0, (this.#stream.columns || 80) - 1)}\x1b[K`);
    this.#shown = true;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}
