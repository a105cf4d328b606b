// A text of JSON as its values, one by one as they come: one in each line (JSON Lines), or the entries of one list. No more than one
// value is held as text.

import type { NablaError } from '../../errors.js';
import { parseJson } from '../../system/json-text.js';
import { count } from '../../text.js';

export interface JsonValue {
  readonly value: unknown;
  /** In which it begins, from 1. */
  readonly line: number;
  readonly text: string;
}

/** @param column within the line, where that is known */
export type BadLine = (line: number, what: string, column?: string) => NablaError;

/** Bytes of the longest value that is read. */
const MOST_BYTES = 1 << 28;
const [NEWLINE, QUOTE, BACKSLASH, COMMA] = [0x0a, 0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const isBlank = (byte: number): boolean => byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;

/**
 * Whether a text of JSON holds one list of all rows, not a row in each line. A list of lists may be either: it is lines where the first
 * line is a list that is whole, and something follows.
 */
export function isOneList(start: Uint8Array): boolean {
  const text = new TextDecoder()
    .decode(start)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^\[\s*(?:[{\]]|$)/.test(text)) return true;
  if (!/^\[\s*\[/.test(text)) return false;
  const [line] = text.split('\n', 1);
  return !(parseJson(line).fault === undefined && text.slice(line.length).trim() !== '');
}

/** The values of lines; blank ones are passed over. */
export async function* valuesOfLines(chunks: AsyncIterable<Uint8Array>, bad: BadLine): AsyncGenerator<JsonValue> {
  let line = 0;
  for await (const bytes of cutAt(chunks, bad)) {
    line++;
    const text = decoded(bytes, line, bad);
    if (text.trim() !== '') yield { ...parsed(text, line, bad), line, text };
  }
}

/** The bytes of each line. */
async function* cutAt(chunks: AsyncIterable<Uint8Array>, bad: BadLine): AsyncGenerator<Uint8Array> {
  let open: Uint8Array[] = [];
  let [lines, length] = [0, 0];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const rest = chunk.subarray(from, end);
      yield open.length === 0 ? rest : Buffer.concat([...open, rest]);
      [open, length, from] = [[], 0, end + 1];
      lines++;
    }
    if (from < chunk.length) open.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MOST_BYTES) throw tooLong(lines + 1, bad);
  }
  if (open.length > 0) yield Buffer.concat(open);
}

const tooLong = (line: number, bad: BadLine): NablaError => bad(line, `expected a row of at most ${count(MOST_BYTES)} bytes, got more.`);

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Uint8Array, line: number, bad: BadLine): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw bad(line, 'expected JSON, got bytes that are no text in UTF-8.');
  }
}

/** Where a value spans several lines, places in it count from its first. */
function parsed(text: string, line: number, bad: BadLine): { readonly value: unknown } {
  const { value, fault } = parseJson(text);
  if (!fault) return { value };
  const mended = parseJson(withoutPythonNumbers(text));
  if (!mended.fault) return { value: mended.value };
  const [, below = '1', column, rest = fault.text] = /^line (\d+), column (\d+): (.*)$/s.exec(fault.text) ?? [];
  const isCut = rest.endsWith(END);
  const next = isCut && text.trimStart().startsWith('{') ? ' A row stands in one line, or all rows in one list.' : '';
  throw bad(line + Number(below) - 1, `${isCut ? `${rest.slice(0, -END.length)}the end of the row` : rest}.${next}`, column);
}

/** How a text that is cut short is said to end. */
const END = 'the end of the file';

/** NaN and Infinity are no JSON, but what Python writes: missing, and beyond all numbers. */
const withoutPythonNumbers = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|\bNaN\b|\bInfinity\b/g, (found) => (found.startsWith('"') ? found : found === 'NaN' ? 'null' : '1e999'));

/** The entries of one list, cut where its commas are. */
export async function* valuesOfList(chunks: AsyncIterable<Uint8Array>, bad: BadLine): AsyncGenerator<JsonValue> {
  const cutter = new ListCutter(bad);
  for await (const chunk of chunks) {
    for (const { bytes, line } of cutter.entriesIn(chunk)) {
      const text = decoded(bytes, line, bad);
      if (text === '') throw bad(line, 'expected a row before and after each comma, got none.');
      yield { ...parsed(text, line, bad), line, text };
    }
  }
  cutter.end();
}

interface Cut {
  readonly bytes: Uint8Array;
  readonly line: number;
}

/** Goes through a list byte by byte: depth of brackets, texts, lines. What stands between commas is for the parser. */
class ListCutter {
  readonly #bad: BadLine;
  #state: 'before' | 'within' | 'after' = 'before';
  #line = 1;
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  /** Pieces of the entry that is open, and the line of its first byte; 0 before it. */
  #open: Uint8Array[] = [];
  #from = 0;
  #length = 0;
  #entries = 0;

  constructor(bad: BadLine) {
    this.#bad = bad;
  }

  *entriesIn(chunk: Uint8Array): Generator<Cut> {
    let start = 0;
    for (let k = 0; k < chunk.length; k++) {
      const byte = chunk[k];
      if (byte === NEWLINE) this.#line++;
      if (this.#state !== 'within') {
        // A byte order mark stands before all.
        if (isBlank(byte) || (this.#state === 'before' && byte >= 0x80)) continue;
        if (this.#state === 'after' || byte !== OPEN_LIST) throw this.#bad(this.#line, 'expected the end of the file after the list, got more.');
        this.#state = 'within';
        start = k + 1;
      } else if (this.#isText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isText = false;
      } else if (byte === COMMA && this.#depth === 0) {
        yield this.#closed(chunk.subarray(start, k));
        start = k + 1;
      } else if (byte === CLOSE_LIST && this.#depth === 0) {
        // An empty list has no entry, and after a comma there must be one.
        if (this.#from !== 0 || this.#entries > 0) yield this.#closed(chunk.subarray(start, k));
        this.#state = 'after';
      } else if (!isBlank(byte)) {
        if (this.#from === 0) this.#from = this.#line;
        if (byte === QUOTE) this.#isText = true;
        else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
        else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth = Math.max(0, this.#depth - 1);
      }
    }
    if (this.#state !== 'within') return;
    this.#open.push(chunk.subarray(start));
    this.#length += chunk.length - start;
    if (this.#length > MOST_BYTES) throw tooLong(this.#from, this.#bad);
  }

  end(): void {
    if (this.#state !== 'after') throw this.#bad(this.#line, 'expected a comma or ], got the end of the file: the list is cut short.');
  }

  #closed(rest: Uint8Array): Cut {
    const bytes = Buffer.concat([...this.#open, rest]);
    const line = this.#from || this.#line;
    [this.#open, this.#length, this.#from] = [[], 0, 0];
    this.#entries++;
    // Blanks before an entry are no part of it, so that its first line is that of its first byte.
    const first = bytes.findIndex((byte) => !isBlank(byte));
    return { bytes: first < 0 ? bytes.subarray(0, 0) : bytes.subarray(first), line };
  }
}
