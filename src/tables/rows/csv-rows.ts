// Rows of CSV and its relatives as they come, by the same rules as a table of it is read: separator and header are seen in its
// beginning, and fields end where the scanner of the fast reader says. A row that cannot be split is one error, and the next line the
// next row.

import type { NablaError } from '../../errors.js';
import { count } from '../../text.js';
import { LINE_FEED, lineEnds, markLength, RETURN } from '../csv/bytes.js';
import { badLine, type Dialect, dialectOf, FAULTS, headerOf, lineWithoutUtf8 } from '../csv/dialect.js';
import { FieldFault, FieldScanner } from '../csv/fields.js';
import type { TableOptions } from '../options.js';
import type { Source } from '../source.js';
import { MOST_ROW_BYTES, type RawRow, type RowColumns, type RowGroup, type RowReader } from './row-reader.js';

const isText = (bytes: Uint8Array): boolean => lineWithoutUtf8(bytes) === undefined;

const WANTED = { what: 'CSV', most: Number.POSITIVE_INFINITY };

export function csvRows(source: Source, options: TableOptions): RowReader {
  return {
    name: source.name,
    format: 'csv',
    texts: 'parsed',
    decimal: options.decimal ?? '.',
    place: (line) => `${source.name}: line ${line}`,
    async *groups() {
      const splitter = new Splitter(source.name, dialectOf(await source.start(), options), options);
      for await (const chunk of source.stream(WANTED).chunks) yield* nonEmpty(splitter.add(chunk));
      yield splitter.end();
    },
  };
}

function* nonEmpty(group: RowGroup): Generator<RowGroup> {
  if (group.rows.length > 0) yield group;
}

/** Takes bytes in and gives the rows that end in them. */
class Splitter {
  readonly #name: string;
  readonly #options: TableOptions;
  readonly #separator: string;
  readonly #scanner: FieldScanner;
  /** Bytes from the first row that has not ended, and one more. */
  #bytes: Uint8Array = new Uint8Array(1);
  #end = 0;
  #line = 1;
  #isFirst = true;
  #columns: RowColumns | undefined;
  #rows: RawRow[] = [];

  constructor(name: string, dialect: Dialect, options: TableOptions) {
    this.#name = name;
    this.#options = options;
    this.#separator = dialect.separator;
    this.#scanner = new FieldScanner(dialect);
  }

  /** @throws {NablaError} BAD_DATA for a header that cannot be one, or a row without an end */
  add(chunk: Uint8Array): RowGroup {
    const bytes = new Uint8Array(this.#end + chunk.length + 1);
    bytes.set(this.#bytes.subarray(0, this.#end));
    bytes.set(chunk, this.#end);
    this.#take(bytes, this.#end + chunk.length, false);
    if (this.#end > MOST_ROW_BYTES) throw badLine(this.#name, this.#line, `expected a row of at most ${count(MOST_ROW_BYTES)} bytes, got more.`);
    return this.#group();
  }

  /** The last row may have no line end. */
  end(): RowGroup {
    this.#take(this.#bytes, this.#end, true);
    return this.#group();
  }

  #group(): RowGroup {
    const rows = this.#rows;
    this.#rows = [];
    return { ...(this.#columns && { columns: this.#columns }), rows };
  }

  #take(bytes: Uint8Array, end: number, isLast: boolean): void {
    bytes[end] = LINE_FEED;
    const isAllText = isText(bytes.subarray(0, end));
    let at = this.#isFirst ? markLength(bytes) : 0;
    for (let next = at; at < end; at = next) {
      next = this.#row(bytes, at, end, isLast, isAllText);
      if (next === at) break;
    }
    this.#bytes = bytes.subarray(at, end + 1);
    this.#end = end - at;
  }

  /** Takes the row that begins at `at`. @returns where the next one begins; `at` where this one has not ended */
  #row(bytes: Uint8Array, at: number, end: number, isLast: boolean, isAllText: boolean): number {
    const feed = bytes.indexOf(LINE_FEED, at);
    if (feed >= end && !isLast && bytes.indexOf(RETURN, at) < 0) return at;
    const simple = this.#simpleFields(bytes, at, feed);
    const { fields, to, fault } = simple ? { fields: simple, to: feed, fault: undefined } : this.#scanned(bytes, at, end);
    // The \n of \r\n may still be to come.
    const isWhole = to < end && !(bytes[to] === RETURN && to + 1 === end);
    if (!isWhole && !isLast) return at;
    const next = to + (bytes[to] === RETURN && to + 1 < end && bytes[to + 1] === LINE_FEED ? 2 : 1);
    const broken = !isAllText && !isText(bytes.subarray(at, Math.min(to, end))) ? FAULTS.notUtf8 : fault;
    const line = this.#line;
    this.#line += lineEnds(bytes, at, Math.min(next, end));
    if (broken !== undefined) this.#bad(line, broken);
    else if (fields.length > 1 || fields[0] !== '') this.#add(fields, line);
    return Math.min(next, end);
  }

  /** Of a row without quotes, at once. */
  #simpleFields(bytes: Uint8Array, at: number, feed: number): string[] | undefined {
    if (this.#scanner.runs) return undefined;
    const to = bytes[feed - 1] === RETURN && feed > at ? feed - 1 : feed;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, to - at).toString('utf8');
    if (text.includes('"') || text.includes('\r')) return undefined;
    return text.split(this.#separator).map((field) => field.trim());
  }

  /** Field by field. @returns where the row ends; where a field is at fault, at the end of its line */
  #scanned(bytes: Uint8Array, at: number, end: number): { fields: string[]; to: number; fault?: string } {
    const scanner = this.#scanner;
    const fields: string[] = [];
    scanner.load(bytes, end);
    let k = scanner.beginRow(at);
    try {
      while (true) {
        k = scanner.read(k);
        fields.push(scanner.string());
        if (scanner.isRowEnd(k)) return { fields, to: k };
        k = scanner.skipSeparators(k);
        if (scanner.runs && scanner.isRowEnd(k)) return { fields, to: k };
      }
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      // Quotes that are still open may be closed by what comes.
      const to = error.message === FAULTS.neverClosed ? end : bytes.indexOf(LINE_FEED, k);
      return { fields, to, fault: error.message };
    }
  }

  #add(fields: readonly string[], line: number): void {
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#columns = headerOf(fields, this.#options, (what) => badLine(this.#name, line, what));
      if (this.#columns.named) return;
    }
    const expected = this.#columns?.names.length ?? fields.length;
    if (fields.length !== expected) this.#bad(line, FAULTS.ragged(expected, fields.length));
    else this.#rows.push({ line, values: fields });
  }

  #bad(line: number, what: string): void {
    const error: NablaError = badLine(this.#name, line, what);
    // What the columns are, no other row can say.
    if (this.#isFirst) throw error;
    this.#rows.push({ line, error });
  }
}
