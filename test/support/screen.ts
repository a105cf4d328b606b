// A small terminal for tests: what a person sees of what was written to it. Lines are kept as they were written, and broken
// into rows by the width of the moment, as terminals do that reflow.

import { stripVTControlCharacters } from 'node:util';

export class FakeTerminal {
  readonly isTTY = true;
  columns: number;
  /** Every write, as it came. */
  readonly writes: string[] = [];
  #lines: string[][] = [[]];
  #line = 0;
  #column = 0;
  #listeners = new Set<() => void>();

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): boolean {
    this.writes.push(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal lives on them
    for (const [token] of text.matchAll(/\x1b\[[\d;?]*[A-Za-z]|\r\n|.|\s/gu)) this.#take(token);
    return true;
  }

  on(_: 'resize', listener: () => void): void {
    this.#listeners.add(listener);
  }

  off(_: 'resize', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Changes the width, and tells of it. */
  resize(columns: number): void {
    this.columns = columns;
    for (const listener of [...this.#listeners]) listener();
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** What stands in each line, without blanks at its end; the line of the cursor is the last. */
  get lines(): string[] {
    return this.#lines.map((cells) => cells.join('').trimEnd());
  }

  /** Lines that are broken, because they are wider than the terminal. */
  get broken(): string[] {
    return this.#lines.filter((cells) => cells.length > this.columns).map((cells) => cells.join(''));
  }

  /** Column of the cursor in its row. */
  get cursor(): number {
    return this.#column % this.columns;
  }

  #take(token: string): void {
    const cells = this.#lines[this.#line];
    if (token === '\r') this.#column -= this.#column % this.columns;
    else if (token === '\n' || token === '\r\n') this.#newLine();
    else if (token === '\x1b[K') this.#clearRow(cells);
    else if (token === '\x1b[J') {
      cells.splice(this.#column);
      this.#lines.splice(this.#line + 1);
    } else if (token.startsWith('\x1b')) {
      if (!token.endsWith('m')) throw new Error(`This terminal does not know ${JSON.stringify(token)}.`);
    } else if (stripVTControlCharacters(token) !== '') this.#put(token);
  }

  /** Clears to the end of the row, which may not be that of the line. */
  #clearRow(cells: string[]): void {
    const end = this.#column - (this.#column % this.columns) + this.columns;
    if (cells.length <= end) cells.splice(this.#column);
    else cells.fill(' ', this.#column, end);
  }

  /** A character in its cell; a wide one takes another, and one that is set on another none. */
  #put(character: string): void {
    const cells = this.#lines[this.#line];
    if (/\p{Mark}|\p{Cf}/u.test(character)) return;
    while (cells.length < this.#column) cells.push(' ');
    const wide = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Hangul}|\p{Emoji_Presentation}/u.test(character);
    cells.splice(this.#column, wide ? 2 : 1, character, ...(wide ? [''] : []));
    this.#column += wide ? 2 : 1;
  }

  #newLine(): void {
    this.#line++;
    this.#column = 0;
    if (this.#line === this.#lines.length) this.#lines.push([]);
  }
}
