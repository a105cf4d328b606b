// One line on the terminal that says what is going on and then goes away: on standard error, and only where that is a
// terminal, so that neither results nor logs carry it.

export class StatusLine {
  #shown = false;

  show(text: string): void {
    if (process.stderr.isTTY !== true) return;
    process.stderr.write(`\r${text.slice(0, (process.stderr.columns || 80) - 1)}\x1b[K`);
    this.#shown = true;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
    this.#shown = false;
  }
}
