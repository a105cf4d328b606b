// The cells of a table while its values come: a matrix in shared memory that holds bytes until the first value that is none, and float32
// from then on. For readers that know how many rows there will be; nothing else is held beside it.

import { NablaError } from '../errors.js';
import { megabytes } from '../text.js';

/** The largest value of a byte. */
const MOST_BYTE = 255;

export class Cells {
  #values: Uint8Array | Float32Array;

  /** @param name of the table, for messages @throws {NablaError} NO_MEMORY */
  constructor(
    readonly name: string,
    readonly rows: number,
    /** Columns; more after `repeat`. */
    public columns: number,
  ) {
    this.#values = new Uint8Array(this.#shared(rows * columns));
  }

  /** [rows][columns] */
  get values(): Uint8Array | Float32Array {
    return this.#values;
  }

  /** @param value NaN where it is missing */
  set(row: number, column: number, value: number): void {
    if (this.#values instanceof Uint8Array && !(value >= 0 && value <= MOST_BYTE && Math.trunc(value) === value)) this.#widen();
    this.#values[row * this.columns + column] = value;
  }

  get(row: number, column: number): number {
    return this.#values[row * this.columns + column];
  }

  /** Bytes of one row, from a column on. */
  setBytes(row: number, column: number, bytes: Uint8Array): void {
    this.#values.set(bytes, row * this.columns + column);
  }

  /** Puts each of some columns there `times` times, side by side; those after them move on. @throws {NablaError} NO_MEMORY */
  repeat(first: number, count: number, times: number): void {
    const [before, from] = [this.#values, this.columns];
    const to = from + count * (times - 1);
    const after = before instanceof Uint8Array ? new Uint8Array(this.#shared(this.rows * to)) : new Float32Array(this.#shared(4 * this.rows * to));
    for (let row = 0; row < this.rows; row++) {
      const [old, own] = [before.subarray(row * from, (row + 1) * from), after.subarray(row * to, (row + 1) * to)];
      own.set(old.subarray(0, first));
      for (let k = 0; k < count * times; k++) own[first + k] = old[first + Math.floor(k / times)];
      own.set(old.subarray(first + count), first + count * times);
    }
    this.#values = after;
    this.columns = to;
  }

  #widen(): void {
    const wide = new Float32Array(this.#shared(4 * this.#values.length));
    wide.set(this.#values);
    this.#values = wide;
  }

  #shared(bytes: number): SharedArrayBuffer {
    try {
      return new SharedArrayBuffer(bytes);
    } catch {
      throw new NablaError('NO_MEMORY', `${this.name}: no memory for its ${this.rows} rows of ${this.columns} columns (${megabytes(bytes)}).`);
    }
  }
}
