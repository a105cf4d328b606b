// The different texts of one column, as one thread meets them: each once, by a number in the order in which they came. A text is looked up
// by its bytes, and made a string when it is met for the first time.

import { kindOfText, type Seen } from '../kinds.js';

/** A text of a column. */
export interface Entry {
  readonly text: string;
  readonly kind: keyof Seen;
  /** How often it occurs, and the line in which it does first. */
  rows: number;
  line: number;
}

/** A file may have very many columns. */
const FIRST_SLOTS = 16;

export class Dictionary {
  readonly entries: Entry[];
  readonly #isWords: boolean;
  readonly #decimal: '.' | ',';
  /** Open addressing: numbers of entries plus one, 0 for none. At most half are taken. */
  #slots = new Int32Array(FIRST_SLOTS);
  #hashes = new Int32Array(FIRST_SLOTS);
  /** The bytes of all entries, one after another, and where each ends. */
  #bytes = new Uint8Array(FIRST_SLOTS * 8);
  #ends = new Float64Array(FIRST_SLOTS);

  /** @param entries where they are kept */
  constructor(entries: Entry[], isWords: boolean, decimal: '.' | ',') {
    this.entries = entries;
    this.#isWords = isWords;
    this.#decimal = decimal;
  }

  /** The number of the text in bytes `from` to `to`. */
  numberOf(bytes: Uint8Array, from: number, to: number, line: number): number {
    // FNV-1a, with 32 bits.
    let hash = 0x811c9dc5 | 0;
    for (let k = from; k < to; k++) hash = Math.imul(hash ^ bytes[k], 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] - 1;
      if (number < 0) return this.#add(bytes.subarray(from, to), hash, slot, line);
      if (this.#hashes[number] === hash && this.#isSame(number, bytes, from, to)) {
        this.#count(this.entries[number], line);
        return number;
      }
    }
  }

  #count(entry: Entry, line: number): void {
    entry.rows++;
    if (line < entry.line) entry.line = line;
  }

  #isSame(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const begin = number === 0 ? 0 : this.#ends[number - 1];
    if (this.#ends[number] - begin !== to - from) return false;
    for (let k = from; k < to; k++) if (this.#bytes[begin + k - from] !== bytes[k]) return false;
    return true;
  }

  #add(bytes: Uint8Array, hash: number, slot: number, line: number): number {
    const number = this.entries.length;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    this.entries.push({ text, kind: kindOfText(text, this.#isWords, this.#decimal), rows: 1, line });
    const begin = number === 0 ? 0 : this.#ends[number - 1];
    const end = begin + bytes.length;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(2 * end));
    this.#bytes.set(bytes, begin);
    this.#ends[number] = end;
    this.#hashes[number] = hash;
    this.#slots[slot] = number + 1;
    if (2 * this.entries.length > this.#slots.length) this.#grow();
    return number;
  }

  #grow(): void {
    const length = 2 * this.#slots.length;
    this.#ends = grown(this.#ends, new Float64Array(length));
    this.#hashes = grown(this.#hashes, new Int32Array(length));
    this.#slots = new Int32Array(length);
    for (let number = 0; number < this.entries.length; number++) {
      let slot = this.#hashes[number] & (length - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (length - 1);
      this.#slots[slot] = number + 1;
    }
  }
}

function grown<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
