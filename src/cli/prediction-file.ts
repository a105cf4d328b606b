// What `nabla predict --out` writes: predictions as rows for other programs, into a file that is there when it is complete, or to
// standard output as they come.

import { resolve } from 'node:path';
import { checkOneOf } from '../check.js';
import { NablaError, wrongValue } from '../errors.js';
import type { FailedFile, FileOutcome } from '../inference/predict.js';
import {
  fieldsOf,
  formatOfName,
  givenNames,
  PREDICTION_FORMAT_NAMES,
  PREDICTION_FORMATS,
  type PredictionColumns,
  type PredictionFormat,
} from '../report/data/prediction-rows.js';
import { checkOutputPath, OutputFile } from '../system/output-file.js';
import { count, listed } from '../text.js';

export interface OutFlags {
  out?: string;
  to?: string;
  probabilities?: boolean;
  withInputs?: boolean;
}

/** Refuses what cannot be, before anything is read. @returns the format; undefined without --out */
export function checkOut({ out, to, probabilities, withInputs }: OutFlags, files: readonly string[], format: string): PredictionFormat | undefined {
  if (out === undefined) {
    const vain = Object.entries({ to, probabilities, 'with-inputs': withInputs }).find(([, value]) => value !== undefined);
    if (vain) throw wrongValue(vain[0], 'none without --out', vain[1]);
    return undefined;
  }
  const given = to === undefined ? undefined : checkOneOf('to', to, PREDICTION_FORMAT_NAMES);
  if (out === '-') {
    if (format === 'json') throw wrongValue('out', 'a file beside --format json, which has standard output for itself', out);
    return given ?? 'csv';
  }
  checkOutputPath('out', out);
  if (files.some((file) => file !== '-' && resolve(file) === resolve(out))) throw wrongValue('out', 'a file that is not read at the same time', out);
  const found = given ?? formatOfName(out);
  if (found) return found;
  const endings = PREDICTION_FORMAT_NAMES.flatMap((name) => PREDICTION_FORMATS[name].endings);
  throw wrongValue(
    'out',
    `a name that ends with ${listed(endings, 'or')}`,
    out,
    `Or say what it is: --to ${PREDICTION_FORMAT_NAMES.join(', --to ')}.`,
  );
}

export class PredictionFile {
  readonly #format: PredictionFormat;
  readonly #columns: PredictionColumns;
  readonly #withInputs: boolean;
  /** Undefined: standard output. */
  readonly #file: OutputFile | undefined;
  /** What the columns of all files are called, where rows are written under a header. */
  #header: string | undefined;
  #rows = 0;

  constructor(out: string, format: PredictionFormat, columns: PredictionColumns, withInputs: boolean) {
    this.#format = format;
    this.#columns = columns;
    this.#withInputs = withInputs;
    this.#file = out === '-' ? undefined : new OutputFile('The predictions', out);
  }

  get rows(): number {
    return this.#rows;
  }

  /** @returns what standard output gets of it @throws {NablaError} BAD_DATA where a file has other columns than those before */
  add(outcome: Exclude<FileOutcome, FailedFile>): string {
    const { predictions, given, file } = outcome;
    if (predictions.length === 0) return '';
    if (this.#withInputs && !given) throw new NablaError('BAD_DATA', `${file}: --with-inputs carries columns of rows along, and pictures have none.`);
    const names = this.#withInputs && given ? givenNames(given) : [];
    const { header, line } = PREDICTION_FORMATS[this.#format];
    const rows = predictions.map((prediction, k) =>
      fieldsOf(prediction, this.#columns, this.#withInputs && given ? { names, values: given.rows[k] } : undefined),
    );
    const text = this.#begin(header(rows[0].map(([name]) => name)), file) + rows.map(line).join('');
    this.#rows += rows.length;
    this.#file?.write(text);
    return this.#file ? '' : text;
  }

  /** The header, once. */
  #begin(header: string, file: string): string {
    if (header === this.#header) return '';
    if (this.#header !== undefined)
      throw new NablaError(
        'BAD_DATA',
        `${file}: its columns are not those of the files before, and CSV has one header. Write JSON Lines: --to jsonl.`,
      );
    this.#header = header;
    return header;
  }

  /** Puts the file in its place if it has rows, or leaves nothing of it. */
  end(isGood: boolean): void {
    if (isGood) this.#file?.finish();
    else this.#file?.discard();
  }
}

/** 'predictions.csv: 150 predictions' */
export const writtenText = (out: string, rows: number): string => `${out}: ${count(rows)} ${rows === 1 ? 'prediction' : 'predictions'}`;
