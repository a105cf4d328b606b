// Applies a preparation to rows one by one, as files and programs have them: values as they stand become inputs, with the bits that a
// table of them would give (apply.ts), and what a row says of its answer is taken along. What is wrong with a value is an error about
// that row alone; who asks says in what words.

import { booleanOf, isMissingText, numberOf } from '../../tables/kinds.js';
import type { RowColumns, RowReader, RowValues } from '../../tables/rows/row-reader.js';
import { numberedNames } from '../../tables/table.js';
import { plural } from '../../text.js';
import { REFUSED, writeInputs } from './apply.js';
import { type ColumnNames, featureNames, type Places, placesOf, targetNamesOf } from './locate.js';
import { inputsOf, inputsOfColumn, type Preparation, type PreparedColumn } from './preparation.js';
import { classCalled, namesText } from './target.js';
import { unknownWordsText } from './unknown-words.js';

/** A value's column: what it is called, and its number from 0 where values are in order. */
export interface CellPlace {
  readonly name: string;
  readonly at?: number;
}

/** Makes an error about a value. @param expected with what comes next, as a sentence or several */
export type Blame = (cell: CellPlace, expected: string, got: unknown, next?: string) => Error;

/** What a row says of its answer; null where it says nothing. */
export interface RowAnswer {
  readonly label: number | null;
  /** [K], as they stand */
  readonly targets: readonly number[] | null;
}

interface Feature {
  readonly name: string;
  /** Absent of plain columns. */
  readonly column?: PreparedColumn;
  /** Its first input. */
  readonly to: number;
  readonly width: number;
  /** The input of each word. */
  readonly words?: ReadonlyMap<string, number>;
  /** Of all other words; -1: none. */
  readonly other: number;
  /** Words that training did not know, and one of them. */
  readonly unknown: { rows: number; example: string };
}

const NO_ANSWER: RowAnswer = { label: null, targets: null };

export class RowPreparer {
  /** n_1 */
  readonly inputs: number;
  readonly #preparation: Preparation;
  readonly #texts: RowReader['texts'];
  readonly #decimal: '.' | ',';
  readonly #features: readonly Feature[];
  readonly #answers: boolean;
  readonly #targetNames: readonly string[];
  readonly #classes: ReadonlyMap<string, number>;
  readonly #byWidth = new Map<number, Places>();

  /** @param how whether texts stand for numbers, and what those look like; and whether what rows say of their answers is looked at */
  constructor(preparation: Preparation, { texts, decimal, answers = true }: Pick<RowReader, 'texts' | 'decimal'> & { readonly answers?: boolean }) {
    const { plain, columns, target } = preparation;
    this.#answers = answers;
    this.inputs = inputsOf(preparation);
    this.#preparation = preparation;
    this.#texts = texts;
    this.#decimal = decimal;
    this.#features = plain ? plainFeatures(plain.count, plain.names) : featuresOf(columns);
    this.#targetNames = targetNamesOf(preparation);
    this.#classes = new Map(target.kind === 'classes' ? target.names.map((name, k) => [name, k]) : []);
  }

  /** Where rows with these columns have theirs. @throws {NablaError} BAD_DATA for a column that is missing */
  places(columns: ColumnNames): Places {
    return placesOf(columns, this.#preparation, false);
  }

  /** Columns that are neither inputs nor answers. */
  ignored({ names, named }: RowColumns): string[] {
    if (!named || !this.#preparation.named) return [];
    const used = new Set([...(featureNames(this.#preparation) ?? []), ...this.#targetNames]);
    return names.filter((name) => !used.has(name));
  }

  /**
   * Inputs of a row, and its answer.
   * @param places where its values stand, if they are in an order that is known
   * @param out [n_1] from `first` on
   */
  row(values: RowValues, places: Places | undefined, blame: Blame, out: Float32Array, first = 0): RowAnswer {
    if (Array.isArray(values)) return this.#take(values, places ?? this.#placesOf(values.length, blame), blame, out, first);
    if (featureNames(this.#preparation) === undefined)
      throw blame({ name: '' }, `a list of ${plural(this.#features.length, 'value')}, because the columns have no names`, values);
    return this.#take(values as Readonly<Record<string, unknown>>, undefined, blame, out, first);
  }

  /** What training did not know of the rows so far: a sentence for each column of words. */
  unknownWords(): string[] {
    return this.#features.flatMap(({ name, other, unknown }) => (unknown.rows === 0 ? [] : [unknownWordsText(name, unknown, other >= 0)]));
  }

  /** Of rows that come without names of columns. */
  #placesOf(width: number, blame: Blame): Places {
    const places = this.#byWidth.get(width) ?? this.#placesByOrder(width);
    if (!places) throw blame({ name: '' }, `${plural(this.#features.length, 'value')}, one for each column that the network was trained on`, width);
    this.#byWidth.set(width, places);
    return places;
  }

  /** Undefined for a number of columns that there cannot be. */
  #placesByOrder(width: number): Places | undefined {
    const n = this.#features.length;
    if (this.#preparation.named && width !== n && width !== n + this.#targetNames.length) return undefined;
    try {
      return this.places({ name: '', names: numberedNames(width), named: false });
    } catch {
      return undefined;
    }
  }

  #take(values: RowValues, places: Places | undefined, blame: Blame, out: Float32Array, first: number): RowAnswer {
    for (let f = 0; f < this.#features.length; f++) this.#write(this.#features[f], values, places?.features[f], blame, out, first);
    if (!this.#answers || places?.targets.length === 0) return NO_ANSWER;
    const answers = this.#targetNames.map((name, t) => valueIn(values, places?.targets[t], name));
    if (answers.some((answer) => this.#isMissing(answer))) return NO_ANSWER;
    const { target } = this.#preparation;
    if (target.kind === 'numbers')
      return { label: null, targets: answers.map((answer, t) => this.#number(answer, this.#targetNames[t], places?.targets[t], blame)) };
    return { label: this.#class(answers[0], { name: target.name, at: places?.targets[0] }, target.names, blame), targets: null };
  }

  #write(feature: Feature, values: RowValues, at: number | undefined, blame: Blame, out: Float32Array, first: number): void {
    const { name, column, to, width } = feature;
    const value = valueIn(values, at, name);
    if (this.#isMissing(value)) {
      if (column?.fill === undefined) throw blame({ name, at }, 'a value', undefined, MEND);
      writeInputs(column, Number.NaN, out, first + to, width);
      return;
    }
    const x = feature.words ? this.#word(feature, value, at, blame) : this.#number(value, name, at, blame);
    if (column) writeInputs(column, x, out, first + to, width);
    else out[first + to] = x;
  }

  #isMissing(value: unknown): boolean {
    if (value === null || value === undefined) return true;
    return typeof value === 'string' ? this.#texts === 'parsed' && isMissingText(value) : typeof value === 'number' && Number.isNaN(value);
  }

  /** As float32 has it. */
  #number(value: unknown, name: string, at: number | undefined, blame: Blame): number {
    const number = this.#numberOf(value);
    if (number === undefined) throw blame({ name, at }, 'a number, as in training', value);
    const rounded = Math.fround(number);
    if (!Number.isFinite(rounded)) throw blame({ name, at }, 'a number that float32 can hold', value);
    return rounded;
  }

  #numberOf(value: unknown): number | undefined {
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value);
    return typeof value === 'string' && this.#texts === 'parsed' ? (numberOf(value, this.#decimal) ?? booleanOf(value)) : undefined;
  }

  #word({ name, words, other, unknown }: Feature, value: unknown, at: number | undefined, blame: Blame): number {
    const word = textOf(value);
    if (word === undefined) throw blame({ name, at }, 'a word, as in training', value);
    const input = words?.get(word);
    if (input !== undefined) return input;
    if (unknown.rows++ === 0) unknown.example = word;
    return other;
  }

  #class(value: unknown, cell: CellPlace, names: readonly string[], blame: Blame): number {
    const label = classCalled(textOf(value) ?? '', this.#classes);
    if (label === undefined) throw blame(cell, `one of the ${names.length} classes ${namesText(names)}`, value);
    return label;
  }
}

/** What to do about a missing value. */
const MEND = REFUSED.slice(REFUSED.indexOf('Mend'));

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : undefined;
}

/** What a program or a line of JSON calls by a name is its own. */
function valueIn(values: RowValues, at: number | undefined, name: string): unknown {
  if (Array.isArray(values)) return at === undefined ? undefined : values[at];
  return Object.hasOwn(values, name) ? (values as Readonly<Record<string, unknown>>)[name] : undefined;
}

function plainFeatures(inputs: number, names?: readonly string[]): Feature[] {
  return Array.from({ length: inputs }, (_, k) => ({
    name: names?.[k] ?? String(k + 1),
    to: k,
    width: 1,
    other: -1,
    unknown: { rows: 0, example: '' },
  }));
}

function featuresOf(columns: readonly PreparedColumn[]): Feature[] {
  let to = 0;
  return columns.map((column) => {
    const width = inputsOfColumn(column);
    const feature = { name: column.name, column, to, width, other: -1, unknown: { rows: 0, example: '' } };
    to += width;
    if (column.kind !== 'words') return feature;
    return { ...feature, words: new Map(column.words.map((word, n) => [word, n])), other: column.other ? column.words.length : -1 };
  });
}
