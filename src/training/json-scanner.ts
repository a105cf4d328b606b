// JSON read in place, for files that are one large list of numbers: a walk over the bytes that keeps nothing but what its
// caller keeps. JSON.parse would take several times the file's size, and of a file that is something else any amount; and it
// could not say in which field a mistake stands. It is stricter than it need be only in one thing: texts and numbers are short.

import { asError, NablaError } from '../errors.js';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const SPACES = [0x20, 0x0a, 0x0d, 0x09];

/** For each byte: 1 where it ends a number or a word, 2 where it is also white space. */
const ENDS = new Uint8Array(256);
for (const c of [QUOTE, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]) ENDS[c] = 1;
for (const c of SPACES) ENDS[c] = 2;

/** A number as JSON writes it (RFC 8259, section 6). */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Bytes of the longest text or number: a float64 takes 24, or some hundreds where all its digits are written out. */
const LONGEST = 1000;

export class JsonScanner {
  readonly #path: string;
  readonly #bytes: Buffer;
  #at = 0;

  /** @param path to name the file in errors */
  constructor(path: string, bytes: Buffer) {
    this.#path = path;
    this.#bytes = bytes;
  }

  /** The byte that is read next. */
  get position(): number {
    return this.#at;
  }

  set position(byte: number) {
    this.#at = byte;
  }

  bad(what: string): NablaError {
    return new NablaError('BAD_DATA', `${this.#path}: ${what}.`);
  }

  /** Reads an object; `each` reads the value of a key. `what` names it in errors, as it does everywhere below. */
  object(what: string, each: (key: string) => void): void {
    if (this.#next(what) !== OPEN_OBJECT) throw this.expected(what, "'{'");
    this.#at++;
    if (this.#next(what) === CLOSE_OBJECT) {
      this.#at++;
      return;
    }
    do {
      const key = this.text(what);
      if (this.#next(what) !== COLON) throw this.expected(`${what}, after '${printable(key)}'`, "':'");
      this.#at++;
      each(key);
    } while (this.#goesOn(what, CLOSE_OBJECT));
  }

  /** Reads a list; `each` reads element k. Returns the number of elements. */
  list(what: string, each: (k: number) => void): number {
    if (this.#next(what) !== OPEN_LIST) throw this.expected(what, 'a list');
    this.#at++;
    if (this.#next(what) === CLOSE_LIST) {
      this.#at++;
      return 0;
    }
    let k = 0;
    do each(k++);
    while (this.#goesOn(what, CLOSE_LIST));
    return k;
  }

  /** Reads element k of the list `what`, a number. */
  number(what: string, k: number): number {
    this.#next(what);
    const begin = this.#at;
    const token = this.#token(what);
    if (NUMBER.test(token)) return Number(token);
    this.#at = begin;
    throw this.expected(`${what}, number ${k}`, 'a finite number');
  }

  text(what: string): string {
    if (this.#next(what) !== QUOTE) throw this.expected(what, 'a text in quotes');
    let end = this.#at + 1;
    while (end < this.#bytes.length && this.#bytes[end] !== QUOTE) end += this.#bytes[end] === BACKSLASH ? 2 : 1;
    if (end >= this.#bytes.length) throw this.#ended(what);
    if (end - this.#at > LONGEST) throw this.#tooLong(what);
    try {
      const text = JSON.parse(this.#bytes.toString('utf8', this.#at, end + 1));
      this.#at = end + 1;
      return text;
    } catch (error) {
      throw this.bad(`byte ${this.#at}, in ${what}: ${printable(asError(error).message)}`);
    }
  }

  /** Steps over any value; of lists and objects it looks at the brackets alone. */
  skip(what: string): void {
    let depth = 0;
    do {
      const c = this.#next(what);
      const opens = c === OPEN_LIST || c === OPEN_OBJECT;
      if (c === QUOTE) this.text(what);
      else if (opens || (depth > 0 && ENDS[c])) {
        if (opens) depth++;
        else if (c === CLOSE_LIST || c === CLOSE_OBJECT) depth--;
        this.#at++;
      } else if (ENDS[c]) throw this.expected(what, 'a value');
      else this.#at = this.#wordEnd(this.#bytes.length);
    } while (depth > 0);
  }

  /** Sees to it that nothing but white space follows. */
  end(): void {
    while (this.#at < this.#bytes.length && ENDS[this.#bytes[this.#at]] === 2) this.#at++;
    if (this.#at < this.#bytes.length) throw this.expected('the file', 'its end');
  }

  /** The error for something other than what was expected at this byte. */
  expected(what: string, expected: string): NablaError {
    const begin = this.#at;
    const c = this.#bytes[begin];
    const single = ENDS[c] ? String.fromCharCode(c) : this.#bytes.toString('latin1', begin, this.#wordEnd(begin + 40));
    return this.bad(`${what}: expected ${expected}, got ${printable(single)} (byte ${begin})`);
  }

  /** The next byte that is no white space. */
  #next(what: string): number {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < bytes.length && ENDS[bytes[at]] === 2) at++;
    this.#at = at;
    if (at >= bytes.length) throw this.#ended(what);
    return bytes[at];
  }

  /** Steps over a comma, or over what closes the list or object. */
  #goesOn(what: string, close: number): boolean {
    const c = this.#next(what);
    if (c !== COMMA && c !== close) throw this.expected(what, `',' or '${String.fromCharCode(close)}'`);
    this.#at++;
    return c === COMMA;
  }

  /** What may be a number; empty where there is none. */
  #token(what: string): string {
    const begin = this.#at;
    this.#at = this.#wordEnd(this.#bytes.length);
    // Numbers are read in lists: the file cannot end with one.
    if (this.#at === this.#bytes.length) throw this.#ended(what);
    if (this.#at - begin > LONGEST) throw this.#tooLong(what);
    return this.#bytes.toString('latin1', begin, this.#at);
  }

  #wordEnd(limit: number): number {
    const bytes = this.#bytes;
    const end = Math.min(limit, bytes.length);
    let at = this.#at;
    while (at < end && ENDS[bytes[at]] === 0) at++;
    return at;
  }

  #ended(what: string): NablaError {
    return this.bad(`the file ends inside ${what}, after ${this.#bytes.length} bytes`);
  }

  #tooLong(what: string): NablaError {
    return this.bad(`${what}: a text or number of more than ${LONGEST} bytes (byte ${this.#at})`);
  }
}

/** As much of a text as a message shows, without what could steer a terminal. */
export function printable(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}
