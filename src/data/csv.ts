// Samples as comma-separated values, a row each, split by `csv-parse`: with or without a row of names before them, and with
// their class in the first or last column or none. Rows become numbers one by one as they are split, so that no
// more than one row is held as texts.

import { NablaError } from '../errors.js';
import { transpose } from '../pictures/picture.js';
import { printableAscii } from '../text.js';
import { checkLabels } from './labels.js';
import type { HEADERS } from './reading.js';

export const CSV_LABELS = ['none', 'first', 'last'] as const;

export interface CsvOptions {
  /** Numbers of a sample: n_1. */
  readonly inputs: number;
  /** Whether the first row holds names. 'auto': where none of its fields is a number, or those that are count from 0. */
  readonly header: (typeof HEADERS)[number];
  /** What divides the columns. Default: the first of comma, semicolon and tab in the file. */
  readonly separator?: string;
  /** Of numbers. Default: '.'. */
  readonly decimal?: '.' | ',';
  /** Which column holds the class of a sample. */
  readonly label: (typeof CSV_LABELS)[number];
  /** Classes that a label may be of: n_L. */
  readonly classes: number;
  /** What they are called, where they have names: a label may then be one. */
  readonly classNames?: readonly string[];
  /** Whether the network was trained on bytes: values are then numbers from 0 to 255. */
  readonly bytes: boolean;
  /** Whether pictures are stored column by column, in rows of CSV and in IDX files. */
  readonly transpose: boolean;
}

export interface CsvSamples {
  /** [samples][inputs], as they stand in the file. */
  readonly values: Float32Array;
  /** Where there is a column of them. */
  readonly labels: number[] | undefined;
}

/** Longest text of a number, with what surrounds it. */
const FIELD_BYTES = 64;
const MOST_BYTE = 255;
const MOST_16_BIT = 65_535;
/** Fewer columns 0, 1, 2, … may as well be a sample: 0,1 is one of XOR. */
const FEWEST_COUNTED = 8;
/** Most characters of a field that a message repeats. */
const LONGEST = 40;

/** @throws {NablaError} BAD_DATA, naming file, line and column, both counted from 1 */
export async function readCsv(name: string, bytes: Uint8Array, options: CsvOptions): Promise<CsvSamples> {
  // Loaded only where there is a file to read.
  const { CsvError, parse } = await import('csv-parse/sync');
  const rows = new Rows(name, options);
  const most = FIELD_BYTES * (options.inputs + 2);
  let refused: NablaError | undefined;
  try {
    parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
      bom: true,
      delimiter: options.separator ?? delimiterOf(bytes),
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: most,
      on_record: (fields: string[], { lines }: { lines: number }) => {
        try {
          rows.add(fields, lines);
        } catch (error) {
          refused = error as NablaError;
          throw error;
        }
        return null;
      },
    });
  } catch (error) {
    if (refused) throw refused;
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_MAX_RECORD_SIZE') throw rows.tooLong(error.lines as number, most);
    throw new NablaError('BAD_DATA', `${name}: ${printableAscii(error.message.replace(/\.$/, ''), 200)}.`);
  }
  return rows.samples();
}

/** The first of comma, semicolon and tab in the file. */
function delimiterOf(bytes: Uint8Array): string {
  const first = bytes.subarray(0, 1 << 16).find((byte) => byte === 0x2c || byte === 0x3b || byte === 0x09);
  return String.fromCharCode(first ?? 0x2c);
}

/** Whether a row holds names: no numbers, or none but 0, 1, 2, …, which is what pandas calls columns without a name. */
function areNames(fields: readonly string[]): boolean {
  const numbers = fields.filter(isNumber);
  return numbers.length === 0 || (numbers.length >= FEWEST_COUNTED && numbers.every((field, k) => field === String(k)));
}

const isNumber = (field: string): boolean => !Number.isNaN(Number(field));

/** What to do where a value is no byte. */
function otherScale(value: number): string {
  if (value < 0) return 'Standardised numbers have to be turned back into those first; --scale 1 takes them as they are.';
  return value <= MOST_16_BIT ? 'Values of 16 bits take --scale 1/65535; other numbers need another --scale.' : 'Other numbers need --scale.';
}

/** What has been read so far. */
class Rows {
  readonly #name: string;
  readonly #options: CsvOptions;
  readonly #rows: Float32Array[] = [];
  readonly #labels: number[] = [];
  /** Of the labels. */
  readonly #lines: number[] = [];
  #first = true;
  /** What to do where the current row cannot be read. */
  #hint = '';

  constructor(name: string, options: CsvOptions) {
    this.#name = name;
    this.#options = options;
  }

  add(given: readonly string[], line: number): void {
    const { inputs, header, label, decimal } = this.#options;
    const fields = decimal === ',' ? given.map((field) => field.replace(',', '.')) : given;
    const first = this.#first;
    this.#first = false;
    if (first && header === 'yes') return;
    this.#hint = first && header === 'auto' && !fields.every(isNumber) ? ' If this row holds names, say so: --header yes.' : '';
    if (fields.length !== this.#columns) throw this.#bad(line, `: expected ${this.#expected}, got ${fields.length}.${this.#advice(fields.length)}`);
    if (first && header === 'auto' && areNames(fields)) return;
    const from = label === 'first' ? 1 : 0;
    const row = new Float32Array(inputs);
    for (let k = 0; k < inputs; k++) row[k] = this.#value(fields[from + k], line, from + k);
    this.#rows.push(row);
    if (label === 'none') return;
    this.#labels.push(this.#label(fields[this.#labelColumn], line));
    this.#lines.push(line);
  }

  samples(): CsvSamples {
    const { inputs, classes, header, label, transpose: columns } = this.#options;
    if (this.#rows.length === 0) {
      const names = this.#first ? '' : `, only a row of names${header === 'auto' ? '; --header no takes it for a sample' : ''}`;
      throw new NablaError('BAD_DATA', `${this.#name}: there are no samples in it${names}.`);
    }
    checkLabels(this.#labels, classes, (sample) => `${this.#name}: line ${this.#lines[sample]}, column ${this.#labelColumn + 1}`);
    const values = new Float32Array(this.#rows.length * inputs);
    for (const [k, row] of this.#rows.entries()) values.set(row, k * inputs);
    if (columns) transpose(values, this.#side, this.#side);
    return { values, labels: label === 'none' ? undefined : this.#labels };
  }

  /** A row of more bytes than numbers can take. */
  tooLong(line: number, most: number): NablaError {
    return new NablaError('BAD_DATA', `${this.#name}: line ${line}: expected ${this.#expected}, got a row of more than ${most} bytes.`);
  }

  #value(field: string, line: number, column: number): number {
    const value = this.#number(field, line, column);
    if (this.#options.bytes && (value < 0 || value > MOST_BYTE)) {
      const expected = `a number from 0 to ${MOST_BYTE}, as the network was trained on`;
      throw this.#bad(line, `, column ${column + 1}: expected ${expected}, got '${printableAscii(field, LONGEST)}'. ${otherScale(value)}`);
    }
    return value;
  }

  /** By its name, if the classes have names, or its number. */
  #label(field: string, line: number): number {
    const names = this.#options.classNames;
    const named = names?.indexOf(field) ?? -1;
    return named >= 0 ? named : this.#number(field, line, this.#labelColumn, names ? 'the name or the number of a class' : undefined);
  }

  #number(field: string, line: number, column: number, expected = 'a number'): number {
    const value = Math.fround(Number(field));
    if (field === '' || !Number.isFinite(value))
      throw this.#bad(line, `, column ${column + 1}: expected ${expected}, got '${printableAscii(field, LONGEST)}'.`);
    return value;
  }

  get #labelColumn(): number {
    return this.#options.label === 'first' ? 0 : this.#options.inputs;
  }

  /** Of the square pictures that rows hold, without whose sides they cannot be transposed. */
  get #side(): number {
    const side = Math.sqrt(this.#options.inputs);
    if (Number.isInteger(side)) return side;
    const what = `expected rows of square pictures, to be transposed, got rows of ${this.#options.inputs} values`;
    throw new NablaError('BAD_DATA', `${this.#name}: ${what}. Say --no-transpose to take them as they are.`);
  }

  get #columns(): number {
    return this.#options.inputs + (this.#options.label === 'none' ? 0 : 1);
  }

  get #expected(): string {
    return `${this.#columns} columns, one for each input of the network${this.#options.label === 'none' ? '' : ' and one for the class'}`;
  }

  /** What to do about too many columns or too few. */
  #advice(columns: number): string {
    const { inputs, label } = this.#options;
    if (columns === 1) return ' Commas, semicolons or tabs divide columns.';
    if (label === 'none' && columns === inputs + 1) return ' If one holds the class, say so: --label first, or last.';
    return label !== 'none' && columns === inputs ? ' Without a class in it: --label none.' : '';
  }

  #bad(line: number, what: string): NablaError {
    return new NablaError('BAD_DATA', `${this.#name}: line ${line}${what}${this.#hint}`);
  }
}
