// Numbers of an array, as they come from a stream, into the cells of a table: turned from their type and byte order, and each put where
// it belongs. The file is held nowhere else.

import type { NablaError } from '../../errors.js';
import type { NumberType } from './element-types.js';
import type { SampleLayout } from './sample-layout.js';

/** What is filled: so many columns of each row, from one on. */
export interface Filled extends Pick<SampleLayout, 'width' | 'columns'> {
  readonly cells: Uint8Array | Float32Array;
  readonly rows: number;
  /** Columns of a row of the table. */
  readonly stride: number;
  /** Column of the first. */
  readonly first: number;
  /** Whether rows count fastest in the order of storage: all values of a column, then those of the next. */
  readonly fortran: boolean;
}

export interface Stored {
  readonly numbers: NumberType;
  readonly little: boolean;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export interface FillErrors {
  /** A number that is none of a table: infinite, or beyond float32. */
  bad(row: number, column: number, value: number): NablaError;
  /** The stream ends after so many values, or goes on after all of them. */
  length(values: number, goesOn: boolean): NablaError;
}

/** @throws {NablaError} as `errors` say; NaN is a missing value */
export async function fill(into: Filled, { numbers, little, chunks }: Stored, errors: FillErrors): Promise<void> {
  const put = new Putter(into, errors);
  // The beginning of a number whose end is in the next piece.
  let open = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = open.length === 0 ? chunk : Buffer.concat([open, chunk]);
    const whole = Math.floor(bytes.length / numbers.bytes);
    if (put.done + whole > into.rows * into.width) throw errors.length(put.done, true);
    if (numbers.isByte && numbers.kind === 'number') put.all(bytes);
    else put.all(decoded(bytes, whole, numbers, little));
    open = bytes.slice(whole * numbers.bytes);
  }
  if (open.length > 0) throw errors.length(put.done, put.done === into.rows * into.width);
  if (put.done < into.rows * into.width) throw errors.length(put.done, false);
}

function decoded(bytes: Uint8Array, count: number, { bytes: each, read }: NumberType, little: boolean): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = new Float64Array(count);
  for (let k = 0; k < count; k++) values[k] = read(view, k * each, little);
  return values;
}

/** Puts values into cells in the order of storage. */
class Putter {
  done = 0;
  readonly #into: Filled;
  readonly #errors: FillErrors;
  /** Of the next value. */
  #row = 0;
  #column = 0;

  constructor(into: Filled, errors: FillErrors) {
    this.#into = into;
    this.#errors = errors;
  }

  all(values: Uint8Array | Float64Array): void {
    if (!this.#into.fortran && this.#into.columns === undefined && values instanceof Uint8Array) this.#rowsOfBytes(values);
    else this.#oneByOne(values);
    this.done += values.length;
  }

  /** Pieces of rows as they stand. */
  #rowsOfBytes(values: Uint8Array): void {
    const { cells, stride, first, width } = this.#into;
    for (let at = 0; at < values.length; ) {
      const taken = Math.min(width - this.#column, values.length - at);
      cells.set(values.subarray(at, at + taken), this.#row * stride + first + this.#column);
      at += taken;
      this.#column += taken;
      if (this.#column < width) break;
      this.#column = 0;
      this.#row++;
    }
  }

  #oneByOne(values: Uint8Array | Float64Array): void {
    const { cells, stride, first, width, rows, columns, fortran } = this.#into;
    let [row, column] = [this.#row, this.#column];
    for (let k = 0; k < values.length; k++) {
      const [value, at] = [values[k], columns === undefined ? column : columns[column]];
      const rounded = Math.fround(value);
      if (rounded === Number.POSITIVE_INFINITY || rounded === Number.NEGATIVE_INFINITY) throw this.#errors.bad(row, first + at, value);
      cells[row * stride + first + at] = rounded;
      if (fortran) {
        row++;
        if (row === rows) {
          row = 0;
          column++;
        }
      } else {
        column++;
        if (column === width) {
          column = 0;
          row++;
        }
      }
    }
    [this.#row, this.#column] = [row, column];
  }
}
