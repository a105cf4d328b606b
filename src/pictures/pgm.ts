// PGM pictures of the Netpbm project, the simplest file of grey levels there is: numbers as text (P2) or as bytes (P5), after
// a header of width, height and the number that means white, in which '#' begins a comment.

import { type BadAt, badAt, checkSize, limitOfDigit, type Picture, type Pixels, type SizeLimit } from './picture.js';

const [HASH, NEWLINE, ZERO, NINE] = [0x23, 0x0a, 0x30, 0x39];
const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/**
 * @param fit whether it will be scaled down, so that it may be large
 * @throws {NablaError} BAD_DATA, naming file and byte
 */
export const readPgm = (name: string, bytes: Uint8Array, fit = false): Picture => decoded(name, bytes, limitOfDigit(fit));

/** @throws {NablaError} BAD_DATA, naming file and byte */
export const readPgmPixels = (name: string, bytes: Uint8Array, limit: SizeLimit): Pixels => ({ ...decoded(name, bytes, limit), channels: 1 });

function decoded(name: string, bytes: Uint8Array, limit: SizeLimit): Picture {
  const bad = badAt(name);
  const text = new Words(bytes, bad);
  const [width, sizeAt] = [text.number('the width'), text.at];
  const height = text.number('the height');
  checkSize(width, height, sizeAt, bad, limit);
  const white = text.number('the number for white');
  if (white < 1 || white > 65_535) throw bad(text.at, `${white} for white; it is 1 to 65535.`);
  const words = bytes[1] === 0x32;
  const size = white > 255 ? 2 : 1;
  const least = text.end + (words ? 2 * width * height : 1 + size * width * height);
  // Before any memory is taken: as text, a level and what divides it from the one before take two bytes.
  if (bytes.length < least)
    throw bad(bytes.length, `the file ends here, but its header states ${width * height} levels, ${words ? 'at least ' : ''}${least} bytes in all.`);
  const values = new Uint8Array(width * height);
  const level = (value: number, at: number): number => {
    if (value > white) throw bad(at, `a level of ${value}, more than the ${white} for white.`);
    return Math.round((255 * value) / white);
  };
  if (words) readWords(text, values, level);
  else readBytes(bytes, text.end + 1, size, values, level, bad);
  return { width, height, values };
}

type Level = (value: number, at: number) => number;

function readWords(text: Words, values: Uint8Array, level: Level): void {
  for (let k = 0; k < values.length; k++) values[k] = level(text.number(`level ${k + 1} of ${values.length}`), text.at);
  text.finish();
}

/** The bytes are there; none may follow. */
function readBytes(bytes: Uint8Array, from: number, size: 1 | 2, values: Uint8Array, level: Level, bad: BadAt): void {
  const end = from + size * values.length;
  if (bytes.length > end) throw bad(end, `the header states ${values.length} levels, but the file goes on after them.`);
  for (let k = 0; k < values.length; k++) {
    const at = from + size * k;
    values[k] = level(size === 1 ? bytes[at] : 256 * bytes[at] + bytes[at + 1], at);
  }
}

/** Numbers between spaces and comments, after the two bytes that name the format. */
class Words {
  /** Where the last number begins, and where it ends. */
  at = 2;
  end = 2;

  constructor(
    readonly bytes: Uint8Array,
    readonly bad: BadAt,
  ) {}

  number(what: string): number {
    const { bytes } = this;
    this.at = this.#next();
    if (this.at === bytes.length) throw this.bad(this.at, `the file ends here, before ${what}.`);
    if (this.at === this.end) throw this.bad(this.at, `expected a space before ${what}.`);
    let value = 0;
    for (this.end = this.at; bytes[this.end] >= ZERO && bytes[this.end] <= NINE && value < 1e9; this.end++)
      value = 10 * value + bytes[this.end] - ZERO;
    const stop = bytes[this.end];
    if (this.end === this.at || !(stop === undefined || isSpace(stop) || stop === HASH))
      throw this.bad(this.end, `expected ${what}, a whole number.`);
    return value;
  }

  /** Nothing but spaces and comments may follow. */
  finish(): void {
    const at = this.#next();
    if (at < this.bytes.length) throw this.bad(at, 'the file goes on after its last level.');
  }

  /** The first byte that is neither space nor comment. */
  #next(): number {
    const { bytes } = this;
    let k = this.end;
    while (k < bytes.length && (isSpace(bytes[k]) || bytes[k] === HASH)) {
      if (bytes[k] === HASH) while (k < bytes.length && bytes[k] !== NEWLINE) k++;
      else k++;
    }
    return k;
  }
}
