// One field of a row at a time, in bytes: where it ends, and what its text is without blanks around it and without quotes. By the
// rules of RFC 4180 and as csv-parse reads it: a quote begins a field or stands in none, and is written twice within quotes.

import { isNarrowBlank, LINE_FEED, lineEnds, QUOTE, RETURN, SPACE, TAB, wideBlank } from './bytes.js';
import { type Dialect, FAULTS } from './dialect.js';

/** Why a field cannot be read, in the words of FAULTS. */
export class FieldFault extends Error {}

export class FieldScanner {
  /** What is read: bytes up to `end`, and a line feed behind them. */
  bytes: Uint8Array = new Uint8Array(1);
  end = 0;
  /** The text of the field that was read last: bytes `from` to `to` of `text`. */
  text: Uint8Array = this.bytes;
  from = 0;
  to = 0;
  /** Lines that ended within it. */
  lines = 0;
  /** The byte that divides columns; and another one, or the same. */
  readonly separator: number;
  readonly alternative: number;
  /** Whether any number of separators is one. */
  readonly runs: boolean;
  /** Fields whose quotes are taken out. */
  #scratch = new Uint8Array(256);

  constructor({ separator }: Dialect) {
    this.separator = separator.charCodeAt(0);
    this.runs = this.separator === SPACE;
    this.alternative = this.runs ? TAB : this.separator;
  }

  /** Takes bytes in. @param bytes at least one longer than `end`: a line feed is written there, so that every field has an end */
  load(bytes: Uint8Array, end: number): void {
    bytes[end] = LINE_FEED;
    this.bytes = bytes;
    this.end = end;
  }

  /** Behind blanks that are no separators. */
  skipBlanks(at: number): number {
    const { bytes, separator, alternative } = this;
    let k = at;
    while (true) {
      const byte = bytes[k];
      if (isNarrowBlank(byte) && byte !== separator && byte !== alternative) k++;
      else if (byte < 0xc2) return k;
      else {
        const wide = wideBlank(bytes, k);
        if (wide === 0) return k;
        k += wide;
      }
    }
  }

  /** Where a row begins: behind blanks, and where blanks are separators, behind those. */
  beginRow(at: number): number {
    const k = this.skipBlanks(at);
    return this.runs ? this.skipSeparators(k) : k;
  }

  /** Behind a separator; where the row has ended with it, at its end. */
  skipSeparators(at: number): number {
    if (!this.runs) return at + 1;
    let k = at;
    while (this.bytes[k] === SPACE || this.bytes[k] === TAB) k++;
    return k;
  }

  /**
   * Reads the field that begins at `at`.
   * @returns where it ends: at a separator or at the end of a row
   * @throws {FieldFault}
   */
  read(at: number): number {
    this.lines = 0;
    const begin = this.skipBlanks(at);
    const { bytes, separator, alternative } = this;
    if (bytes[begin] === QUOTE) return this.#quoted(begin);
    let k = begin;
    let byte = bytes[k];
    while (byte !== separator && byte !== alternative && byte !== LINE_FEED && byte !== RETURN) {
      if (byte === QUOTE) throw new FieldFault(FAULTS.quoteInside);
      byte = bytes[++k];
    }
    this.text = bytes;
    this.from = begin;
    this.to = this.#withoutBlanks(begin, k);
    return k;
  }

  /** The text of the field that was read last. */
  string(): string {
    const { text, from, to } = this;
    return Buffer.from(text.buffer, text.byteOffset + from, to - from).toString('utf8');
  }

  /**
   * Reads all fields of the row that begins at `at`.
   * @param take called behind each
   * @returns the end of the row
   * @throws {FieldFault}
   */
  readRow(at: number, take: () => void): number {
    for (let k = at; ; ) {
      k = this.read(k);
      take();
      if (!this.isRowEnd(k)) k = this.skipSeparators(k);
      else return k;
      if (this.runs && this.isRowEnd(k)) return k;
    }
  }

  isRowEnd(at: number): boolean {
    return this.bytes[at] === LINE_FEED || this.bytes[at] === RETURN;
  }

  /** Behind the end of a row; the line feed behind the last byte belongs to none. */
  behindRow(at: number): number {
    return this.bytes[at] === RETURN && this.bytes[at + 1] === LINE_FEED && at + 1 < this.end ? at + 2 : at + 1;
  }

  #withoutBlanks(from: number, to: number): number {
    const { bytes } = this;
    let k = to;
    while (k > from) {
      const last = bytes[k - 1];
      if (isNarrowBlank(last)) k--;
      else if (last < 0x80) return k;
      else if (k - 3 >= from && wideBlank(bytes, k - 3) === 3) k -= 3;
      else if (k - 2 >= from && wideBlank(bytes, k - 2) === 2) k -= 2;
      else return k;
    }
    return k;
  }

  #quoted(at: number): number {
    const { bytes, end } = this;
    const from = at + 1;
    let [k, doubled] = [from, 0];
    while (true) {
      while (k < end && bytes[k] !== QUOTE) k++;
      if (k >= end) throw new FieldFault(FAULTS.neverClosed);
      if (bytes[k + 1] !== QUOTE || k + 1 >= end) break;
      doubled++;
      k += 2;
    }
    this.lines += lineEnds(bytes, from, k);
    const next = this.skipBlanks(k + 1);
    if (k === from && bytes[next] === QUOTE) return this.#quoted(next);
    if (bytes[next] !== this.separator && bytes[next] !== this.alternative && !this.isRowEnd(next)) throw new FieldFault(FAULTS.textBehind);
    if (doubled > 0) this.#takeOut(from, k, doubled);
    else [this.text, this.from, this.to] = [bytes, from, k];
    return next;
  }

  /** The text between quotes with one quote for two. */
  #takeOut(from: number, to: number, doubled: number): void {
    const length = to - from - doubled;
    if (this.#scratch.length < length) this.#scratch = new Uint8Array(2 * length);
    let at = 0;
    for (let k = from; k < to; k++) {
      this.#scratch[at++] = this.bytes[k];
      if (this.bytes[k] === QUOTE) k++;
    }
    [this.text, this.from, this.to] = [this.#scratch, 0, length];
  }
}
