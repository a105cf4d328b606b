// The rows that a program gives to a network which was trained on the columns of a file: objects with values by the names of columns,
// or arrays in their order. They become inputs as rows of files do; what is wrong with one is the program's mistake, and named by its place.

import { reading } from '../check.js';
import { featureNames } from '../data/columns/locate.js';
import type { Preparation } from '../data/columns/preparation.js';
import { RowPreparer } from '../data/columns/prepare-rows.js';
import { inOwnUnits } from '../data/columns/target.js';
import { wrongKind, wrongValue } from '../errors.js';
import { flatRow } from '../tables/row-values.js';
import type { RowValues } from '../tables/rows/row-reader.js';
import { MOST_COLUMNS, quoted } from '../tables/table.js';
import { numbersSaid } from './judge-rows.js';

export class RawRows {
  readonly #preparation: Preparation;
  readonly #preparer: RowPreparer;
  /** What plain columns are multiplied with. */
  readonly #factor: number;

  constructor(preparation: Preparation, scale = 1) {
    this.#preparation = preparation;
    this.#preparer = new RowPreparer(preparation, { texts: 'words', decimal: '.', answers: false });
    this.#factor = preparation.plain ? Math.fround(scale) : 1;
  }

  /** [n_1] of one row. @throws {TypeError | RangeError} naming the value that cannot be one */
  inputs(what: string, given: unknown): Float32Array {
    const values = reading(what, given, () => flat(valuesOf(what, given)));
    if (values === undefined) throw wrongKind(what, 'an object with values by the names of columns, or an array of values', given);
    const absent = Array.isArray(values) ? undefined : featureNames(this.#preparation)?.find((name) => !Object.hasOwn(values, name));
    if (absent !== undefined) throw wrongKind(what, `a value for each column, also for ${quoted(absent)} (null where it is missing)`, given);
    const inputs = new Float32Array(this.#preparer.inputs);
    this.#preparer.row(
      values,
      undefined,
      ({ name, at }, expected, got, next) =>
        wrongValue(at === undefined ? (name === '' ? what : `${what}.${name}`) : `${what}[${at}]`, expected, got, next),
      inputs,
    );
    return this.#factor === 1 ? inputs : inputs.map((value) => value * this.#factor);
  }

  /** What the network says, as `nabla predict` says it. @param outputs [n_L], a^L */
  numbers(outputs: readonly number[]): number[] {
    return numbersSaid(outputs, this.#preparation);
  }

  /** The same in float64; outputs of classes as they are. */
  ownUnits(outputs: number[]): number[] {
    const { target } = this.#preparation;
    return target.kind === 'numbers' ? inOwnUnits(outputs, target.columns) : outputs;
  }
}

const flat = (values: RowValues | undefined): RowValues | undefined => values && flatRow(values);

/** A copy, read once. */
function valuesOf(what: string, given: unknown): RowValues | undefined {
  if (typeof given !== 'object' || given === null || given instanceof DataView) return undefined;
  const { length } = given as { readonly length?: unknown };
  if (typeof length === 'number' && length > MOST_COLUMNS) throw wrongValue(what, `at most ${MOST_COLUMNS} values`, given);
  if (Array.isArray(given)) return Array.from(given);
  if (ArrayBuffer.isView(given)) return Array.from(given as unknown as ArrayLike<unknown>);
  return Object.prototype.toString.call(given) === '[object Object]' ? { ...given } : undefined;
}
