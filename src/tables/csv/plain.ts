// CSV and its relatives as a table, the plain way: csv-parse splits the rows, one thread, texts held until the end. It reads small files,
// and judges the fast reader.

import { NablaError } from '../../errors.js';
import { printableAscii } from '../../text.js';
import { Collector } from '../collect.js';
import type { TableOptions } from '../options.js';
import type { Table } from '../table.js';
import { lineEnds } from './bytes.js';
import { badLine, type Dialect, dialectOf, FAULTS, headerOf, lineWithoutUtf8 } from './dialect.js';

/**
 * @param source name for messages, title for the table
 * @throws {NablaError} BAD_DATA, naming file, line and column, both counted from 1
 */
export async function readPlainly(
  source: { readonly name: string; readonly title: string },
  bytes: Uint8Array,
  options: TableOptions,
): Promise<Table> {
  const { CsvError, parse } = await import('csv-parse/sync');
  const broken = lineWithoutUtf8(bytes);
  if (broken !== undefined) throw badLine(source.name, broken, FAULTS.notUtf8);
  const dialect = dialectOf(bytes, options);
  const text = dialect.separator === ' ' ? withSingleBlanks(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const rows = new PlainRows(source, text, options);
  try {
    parse(text, { ...parserOptions(dialect), on_record: (record: string[], { bytes: end }) => rows.add(record, end) });
  } catch (error) {
    throw error instanceof CsvError ? unsplit(source.name, text, error) : error;
  }
  return rows.table();
}

const parserOptions = ({ separator }: Dialect) => ({
  bom: true,
  delimiter: separator,
  record_delimiter: ['\r\n', '\n', '\r'],
  trim: true,
  relax_column_count: true,
  skip_empty_lines: true,
});

/** Rows as they come; the first one tells how many columns there are. */
class PlainRows {
  readonly #source: { readonly name: string; readonly title: string };
  readonly #options: TableOptions;
  readonly #lineOf: (end: number) => number;
  readonly #lines: number[] = [];
  #collector: Collector | undefined;
  #width = 0;

  constructor(source: { readonly name: string; readonly title: string }, text: Uint8Array, options: TableOptions) {
    this.#source = source;
    this.#options = options;
    this.#lineOf = lineCounter(text);
  }

  /** @param end the byte behind it. Returns null: csv-parse need not keep it */
  add(fields: readonly string[], end: number): null {
    const line = this.#lineOf(end);
    if (!this.#collector) {
      const named = this.#begin(fields, line);
      if (named) return null;
    }
    if (fields.length !== this.#width) throw badLine(this.#source.name, line, FAULTS.ragged(this.#width, fields.length));
    this.#lines.push(line);
    this.#collector?.add(fields);
    return null;
  }

  /** @throws {NablaError} BAD_DATA */
  table(): Table {
    if (!this.#collector || this.#collector.rows === 0) throw noSamples(this.#source.name, this.#collector !== undefined);
    return this.#collector.table();
  }

  #begin(fields: readonly string[], line: number): boolean {
    const { name, title } = this.#source;
    const { names, named } = headerOf(fields, this.#options, (what) => badLine(name, line, what));
    const { categorical, decimal } = this.#options;
    const place = (row: number): string => `${name}: line ${this.#lines[row]}`;
    this.#width = names.length;
    this.#collector = new Collector({ name: title, names, named, categorical, texts: 'parsed', decimal, place });
    return named;
  }
}

/** What csv-parse says, in this reader's words: a code, how many fields the row has had, and where the last one ended. */
function unsplit(
  name: string,
  text: Uint8Array,
  error: Error & { readonly code: string; readonly bytes?: number; readonly index?: number },
): NablaError {
  const what = WORDS[error.code] ?? printableAscii(error.message, 200);
  return badLine(name, 1 + lineEnds(text, 0, error.bytes ?? 0), what, (error.index ?? 0) + 1);
}

const WORDS: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: FAULTS.quoteInside,
  CSV_INVALID_CLOSING_QUOTE: FAULTS.textBehind,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: FAULTS.textBehind,
  CSV_QUOTE_NOT_CLOSED: FAULTS.neverClosed,
};

export const noSamples = (name: string, hasNames: boolean): NablaError =>
  new NablaError('BAD_DATA', `${name}: there are no samples in it${hasNames ? ', only a row of names' : ''}.`);

/** Blanks and tabs outside quotes as one blank, and none at the ends of a line. */
function withSingleBlanks(bytes: Uint8Array): Buffer {
  const parts = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').split('"');
  const single = (part: string): string => part.replace(/[ \t]+/g, ' ').replace(/ ?(\r\n|\n|\r) ?/g, '$1');
  const text = parts.map((part, k) => (k % 2 === 0 ? single(part) : part)).join('"');
  return Buffer.from(text.replace(/^(\ufeff?) | $/g, '$1'));
}

const LINE_END = /(?:\r\n|\n|\r)$/;

/** Tells the line in which a row begins from the byte behind its end. */
function lineCounter(text: Uint8Array): (end: number) => number {
  let [at, line] = [0, 1];
  return (end) => {
    // Lines without anything belong to no row.
    const row = Buffer.from(text.buffer, text.byteOffset + at, end - at)
      .toString('utf8')
      .replace(LINE_END, '');
    const begin = line + (/^\s*/.exec(row)?.[0].match(/\r\n|\n|\r/g)?.length ?? 0);
    line += lineEnds(text, at, end);
    at = end;
    return begin;
  };
}
