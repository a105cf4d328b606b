// What a network says of the rows of a file whose columns it knows by the preparation of its run. A file is looked through before
// anything is said of it, so that a fault at its end keeps its beginning from passing for all of it; what comes through a pipe is answered
// row by row, and a bad row there is one error among the answers.

import type { Preparation } from '../data/columns/preparation.js';
import { type Blame, type CellPlace, type RowAnswer, RowPreparer } from '../data/columns/prepare-rows.js';
import { inOwnUnits } from '../data/columns/target.js';
import { scaleDoubt } from '../data/scale-doubt.js';
import { isBadInput, NablaError } from '../errors.js';
import type { TableOptions } from '../tables/options.js';
import { openRows } from '../tables/rows/formats.js';
import type { RawRow, RowColumns, RowGroup, RowReader, RowValues } from '../tables/rows/row-reader.js';
import type { Source } from '../tables/source.js';
import { quoted } from '../tables/table.js';
import { count, listed, plural, shortestDecimal } from '../text.js';
import { Forward } from './forward.js';
import { type Judge, likeliest, type Prediction, scaled } from './judge.js';

/** A network, how columns become its inputs, and how files of them are read. */
export interface RowJudge extends Judge {
  readonly preparation: Preparation;
  readonly reading: TableOptions;
}

/** Some of a file's samples, or what is wrong with one or with all of them. */
export type RowOutcome =
  | {
      readonly predictions: readonly Prediction[];
      /** What is odd about them, or about the file; said once. */
      readonly warnings: readonly string[];
      /** The rows as they were given, and what their columns are called. */
      readonly given: GivenRows;
      readonly error?: undefined;
    }
  | { readonly error: Error /** The row that it is about, from 0, where the others are answered. */; readonly index?: number };

export interface GivenRows {
  /** Absent where rows bring names of their own. */
  readonly columns?: RowColumns;
  readonly rows: readonly RowValues[];
}

/** Columns that a warning names. */
const MOST_NAMED = 5;

/** Of a file: its fault alone, or all its samples. @param file as results call it */
export async function* judgedFile(file: string, source: Source, judge: RowJudge): AsyncGenerator<RowOutcome> {
  yield* failing(async function* () {
    const reader = await openRows(source, judge.reading);
    yield* new RowsJudged(file, reader, judge, await checked(reader, judge)).outcomes();
  });
}

/** Of standard input: what has come so far, before more is waited for. */
export async function* judgedStream(file: string, source: Source, judge: RowJudge): AsyncGenerator<RowOutcome> {
  yield* failing(async function* () {
    yield* new RowsJudged(file, await openRows(source, judge.reading), judge, null).outcomes();
  });
}

/** What is wrong with the whole file is its last outcome. */
async function* failing(outcomes: () => AsyncGenerator<RowOutcome>): AsyncGenerator<RowOutcome> {
  try {
    yield* outcomes();
  } catch (error) {
    if (!isBadInput(error)) throw error;
    yield { error };
  }
}

/** How many rows there are, all of which can be judged. @throws {NablaError} BAD_DATA */
async function checked(reader: RowReader, { preparation }: RowJudge): Promise<number> {
  const rows = new PreparedRows(reader, preparation);
  const inputs = new Float32Array(rows.preparer.inputs);
  let [of, hasNames] = [0, false];
  for await (const group of reader.groups()) {
    hasNames ||= group.columns?.named === true;
    rows.begin(group);
    for (const row of group.rows) rows.read(row, inputs, 0);
    of += group.rows.length;
  }
  if (of === 0) throw noSamples(reader.name, hasNames);
  return of;
}

const noSamples = (name: string, hasNames: boolean): NablaError =>
  new NablaError('BAD_DATA', `${name}: there are no samples in it${hasNames ? ', only a row of names' : ''}.`);

/** Rows as inputs. */
class PreparedRows {
  readonly preparer: RowPreparer;
  readonly #reader: RowReader;
  #columns: RowColumns | undefined;
  #places: ReturnType<RowPreparer['places']> | undefined;

  constructor(reader: RowReader, preparation: Preparation) {
    this.preparer = new RowPreparer(preparation, reader);
    this.#reader = reader;
  }

  /** Finds the columns. @throws {NablaError} BAD_DATA for one that is missing */
  begin({ columns }: RowGroup): void {
    if (columns === this.#columns) return;
    this.#columns = columns;
    this.#places = columns && this.preparer.places({ name: this.#reader.name, ...columns });
  }

  /** @throws {NablaError} BAD_DATA for a row that cannot be used */
  read({ line, ...row }: RawRow, out: Float32Array, first: number): { answer: RowAnswer; values: RowValues } {
    if (row.error) throw row.error;
    const blame: Blame = (cell, expected, got, next) => this.#fault(line, cell, expected, got, next);
    return { answer: this.preparer.row(row.values, this.#places, blame, out, first), values: row.values };
  }

  #fault(line: number, { name, at }: CellPlace, expected: string, got: unknown, next = ''): NablaError {
    const called = name === '' || (at !== undefined && String(at + 1) === name) ? '' : quoted(name);
    const column = at === undefined ? called && `, column ${called}` : `, column ${at + 1}${called && ` (${called})`}`;
    return new NablaError('BAD_DATA', `${this.#reader.place(line)}${column}: expected ${expected}, got ${shown(got)}.${next && ` ${next}`}`);
  }
}

function shown(got: unknown): string {
  if (got === undefined || got === null) return 'none';
  if (typeof got === 'string') return quoted(got);
  return typeof got === 'object' ? (Array.isArray(got) ? 'a list' : 'an object') : String(got);
}

/** A row that waits for its answer. */
interface Waiting {
  readonly index: number;
  readonly answer: RowAnswer;
  readonly values: RowValues;
}

/** Takes rows, and gives what the network says of them. */
class RowsJudged {
  readonly #file: string;
  readonly #reader: RowReader;
  readonly #judge: RowJudge;
  /** How many rows there will be; null where nobody knows. */
  readonly #of: number | null;
  readonly #prepared: PreparedRows;
  readonly #inputs: Float32Array;
  #waiting: Waiting[] = [];
  #next = 0;
  #warnings: string[] = [];

  constructor(file: string, reader: RowReader, judge: RowJudge, of: number | null) {
    this.#file = file;
    this.#reader = reader;
    this.#judge = judge;
    this.#of = of;
    this.#prepared = new PreparedRows(reader, judge.preparation);
    this.#inputs = new Float32Array(Forward.rows * this.#prepared.preparer.inputs);
  }

  async *outcomes(): AsyncGenerator<RowOutcome> {
    let hasNames = false;
    for await (const group of this.#reader.groups()) {
      if (this.#next === 0) this.#warnIgnored(group);
      hasNames ||= group.columns?.named === true;
      yield* this.#group(group);
    }
    if (this.#next === 0) throw noSamples(this.#reader.name, hasNames);
    const warnings = this.#prepared.preparer.unknownWords().map((what) => `${this.#reader.name}: ${what}`);
    if (warnings.length > 0) yield { predictions: [], warnings, given: { rows: [] } };
  }

  *#group(group: RowGroup): Generator<RowOutcome> {
    this.#prepared.begin(group);
    for (const row of group.rows) {
      const error = this.#add(row);
      if (error || this.#waiting.length === Forward.rows) yield* this.#answers(group);
      if (error) yield { error, index: this.#next - 1 };
    }
    yield* this.#answers(group);
  }

  /** @returns what is wrong with the row, if anything */
  #add(row: RawRow): Error | undefined {
    const index = this.#next++;
    try {
      const read = this.#prepared.read(row, this.#inputs, this.#waiting.length * this.#prepared.preparer.inputs);
      this.#waiting.push({ index, ...read });
      return undefined;
    } catch (error) {
      // All rows of a file were good when they were looked through.
      if (!isBadInput(error) || this.#of !== null) throw error;
      return error;
    }
  }

  *#answers({ columns }: RowGroup): Generator<RowOutcome> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const { network, forward, scale, preparation } = this.#judge;
    const K = network.layers[network.layers.length - 1];
    const values = this.#inputs.subarray(0, waiting.length * this.#prepared.preparer.inputs);
    if (waiting[0].index === 0) this.#doubtScale(values, waiting.length);
    const outputs = forward.outputs(preparation.plain ? scaled(values, scale) : values);
    const predictions = waiting.map((one, s) => this.#prediction(one, outputs.subarray(s * K, (s + 1) * K)));
    const warnings = this.#warnings;
    this.#warnings = [];
    yield { predictions, warnings, given: { ...(columns && { columns }), rows: waiting.map((one) => one.values) } };
  }

  #prediction({ index, answer }: Waiting, a: Float32Array): Prediction {
    const { network, top, classNames, preparation } = this.#judge;
    const { target } = preparation;
    const says =
      target.kind === 'numbers'
        ? { top: [], outputs: numbersSaid(a, preparation), outputNames: target.columns.map(({ name }) => name), targets: answer.targets }
        : { top: likeliest(network, a, top, classNames), outputs: null };
    const file = { file: this.#file, kind: this.#reader.format, index, of: this.#of };
    return { ...file, inverted: false, warnings: [], label: answer.label, ...says };
  }

  /** Of plain columns the first rows are looked at: their values may already be what those of training became. */
  #doubtScale(values: Float32Array, samples: number): void {
    const { preparation, given, scale, trained } = this.#judge;
    const doubt = preparation.plain && !given ? scaleDoubt(values, { scale, samples, scalable: true, usual: trained?.rms }) : undefined;
    if (doubt) this.#warnings.push(`${this.#reader.name}: ${doubt.text}`);
  }

  #warnIgnored({ columns, rows: [first] }: RowGroup): void {
    const values = first?.error ? undefined : first?.values;
    const keys = values === undefined || Array.isArray(values) ? undefined : Object.keys(values);
    const own = columns ?? (keys && { names: keys, named: true });
    const ignored = own ? this.#prepared.preparer.ignored(own) : [];
    if (ignored.length === 0) return;
    const named = ignored.slice(0, MOST_NAMED).map(quoted);
    const all = listed(ignored.length > named.length ? [...named, `${count(ignored.length - named.length)} more`] : named);
    const which = `${plural(ignored.length, 'column')} that the network was not trained on ${ignored.length === 1 ? 'is' : 'are'} left out`;
    this.#warnings.push(`${this.#reader.name}: ${which}: ${all}.`);
  }
}

/** Numbers that were predicted, in their own units, each in the fewest digits that give back its float32. */
export function numbersSaid(a: ArrayLike<number>, { target }: Pick<Preparation, 'target'>): number[] {
  return target.kind === 'numbers' ? inOwnUnits(a, target.columns).map((y) => Number(shortestDecimal(Math.fround(y)))) : Array.from(a);
}
