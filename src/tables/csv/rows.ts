// Rows of a piece of a file into cells: the loop in which all the time of reading goes. Numbers are read where they stand, byte by byte;
// texts become numbers of entries of a dictionary, until all of them are known. What does not fit is counted, and judged when the whole
// file has been read (see columns.ts).

import { kindOfText, nothingSeen, numberOf, type Seen } from '../kinds.js';
import { LINE_FEED, RETURN, SPACE } from './bytes.js';
import { type Dialect, FAULTS } from './dialect.js';
import { Dictionary, type Entry } from './dictionary.js';
import { FieldFault, FieldScanner } from './fields.js';
import { decimalOf, MOST_DIGITS, POWERS } from './numbers.js';

/** How a column is read. skip: not at all. */
export const HOW = { skip: 0, numbers: 1, dates: 2, texts: 3 } as const;
export type How = (typeof HOW)[keyof typeof HOW];

/** What all threads are told before they read rows. */
export interface Reading {
  /** [rows][width] for as many rows as there may be. */
  readonly cells: Float32Array;
  readonly width: number;
  readonly how: readonly How[];
  /** Columns of words, whatever they look like. */
  readonly isWords: readonly boolean[];
}

/** Where the rows of a piece belong. */
export interface Place {
  /** The line in which the piece begins, counted from 1. */
  readonly line: number;
  /** The row of `cells` that its first row becomes, and how many rows there may be. */
  readonly row: number;
  readonly rows: number;
  /** Whether the piece ends within a row, because that is too long. */
  readonly isCut: boolean;
}

/** Why the rows of a piece cannot be read: line and column are counted from 1, and there is no column where it is about the row. */
export interface Fault {
  readonly line: number;
  readonly column?: number;
  readonly what: string;
}

export interface Rows {
  readonly rows: number;
  /** Rows that begin in another line than the one behind the row before, in pairs: row of the piece, line. */
  readonly breaks: readonly number[];
  readonly fault?: Fault;
}

/** What was met in a column; entries are those of columns of texts. */
export interface Met {
  /** Of a column of texts all are 0, and of one of numbers `numbers` says nothing: numbers are what the rest are. */
  readonly seen: Seen;
  readonly entries: Entry[];
  /** The first value that is no number among numbers, the first number that no float32 holds, and a value of a column of dates. */
  other?: Found;
  large?: Found;
  example?: Found;
}

export interface Found {
  readonly line: number;
  readonly text: string;
}

const [PLUS, MINUS, ZERO] = [0x2b, 0x2d, 0x30];
/** Bytes of the longest row: a million columns have room in it. */
export const MOST_ROW = 1 << 25;
export const TOO_LONG = `the row that begins here has no end within ${MOST_ROW / 2 ** 20} MB.`;

export class RowReader {
  readonly scanner: FieldScanner;
  readonly met: Met[];
  readonly #reading: Reading;
  readonly #decimal: '.' | ',';
  /** Of columns of texts, from the first text on. */
  readonly #dictionaries: (Dictionary | undefined)[];

  constructor(dialect: Dialect, reading: Reading) {
    this.scanner = new FieldScanner(dialect);
    this.#reading = reading;
    this.#decimal = dialect.decimal;
    this.#dictionaries = reading.how.map(() => undefined);
    this.met = reading.how.map(() => ({ seen: nothingSeen(), entries: [] }));
  }

  /** @param bytes up to `end`, and room for one more */
  read(bytes: Uint8Array, end: number, place: Place): Rows {
    this.scanner.load(bytes, end);
    const state: State = { rows: 0, line: place.line, column: 0, breaks: [] };
    let fault: Fault | undefined;
    try {
      fault = this.#rows(place, state);
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      const what = place.isCut && error.message === FAULTS.neverClosed ? `${error.message} ${TOO_LONG}` : error.message;
      fault = { line: state.line, column: state.column + 1, what };
    }
    return { rows: state.rows, breaks: state.breaks, fault };
  }

  #rows(place: Place, state: State): Fault | undefined {
    const { scanner } = this;
    const { bytes, end, separator, alternative, runs } = scanner;
    const { cells, width, how } = this.#reading;
    const point = this.#decimal.charCodeAt(0);
    const pad = runs ? -1 : SPACE;
    let expected = -1;
    let at = 0;
    while (at < end) {
      at = scanner.beginRow(at);
      if (scanner.isRowEnd(at)) {
        if (at >= end) break;
        at = scanner.behindRow(at);
        state.line++;
        continue;
      }
      const [begin, line] = [at, state.line];
      if (state.rows === place.rows) return { line, what: CHANGED };
      if (line !== expected) state.breaks.push(state.rows, line);
      const row = (place.row + state.rows) * width;
      for (let k = 0; k < width; k++) {
        let byte: number;
        let isRead = false;
        if (how[k] === HOW.numbers) {
          let next = at;
          byte = bytes[next];
          while (byte === pad) byte = bytes[++next];
          const negative = byte === MINUS;
          if (negative || byte === PLUS) byte = bytes[++next];
          let digits = -next;
          let number = 0;
          let power = 0;
          while (byte >= ZERO && byte < ZERO + 10) {
            number = 10 * number + byte - ZERO;
            byte = bytes[++next];
          }
          digits += next;
          if (byte === point) {
            power = ++next;
            byte = bytes[next];
            while (byte >= ZERO && byte < ZERO + 10) {
              number = 10 * number + byte - ZERO;
              byte = bytes[++next];
            }
            power = next - power;
            digits += power;
          }
          if (digits > 0 && digits <= MOST_DIGITS && (byte === separator || byte === LINE_FEED || byte === RETURN || byte === alternative)) {
            if (power > 0) number /= POWERS[power];
            cells[row + k] = negative ? -number : number;
            at = next;
            isRead = true;
          }
        }
        if (!isRead) {
          state.column = k;
          at = this.#field(at, k, row + k, line);
          state.line += scanner.lines;
        }
        byte = bytes[at];
        if (byte === separator || byte === alternative) {
          at = scanner.skipSeparators(at);
          if (k < width - 1 ? runs && scanner.isRowEnd(at) : !(runs && scanner.isRowEnd(at))) return this.#ragged(begin, line, state);
        } else if (k < width - 1) return at >= end && place.isCut ? { line, what: TOO_LONG } : this.#ragged(begin, line, state);
      }
      if (at >= end && place.isCut) return { line, what: TOO_LONG };
      expected = line + 1;
      state.line++;
      state.rows++;
      at = scanner.behindRow(at);
    }
    return place.isCut ? { line: state.line, what: TOO_LONG } : undefined;
  }

  #ragged(begin: number, line: number, state: State): Fault {
    state.line = line;
    state.column = 0;
    this.scanner.readRow(begin, () => {
      state.line += this.scanner.lines;
      state.column++;
    });
    return { line, what: FAULTS.ragged(this.#reading.width, state.column) };
  }

  /** Any field that is no short number in a column of numbers. Returns where it ends. */
  #field(at: number, k: number, cell: number, line: number): number {
    const { scanner } = this;
    const { cells, how } = this.#reading;
    const next = scanner.read(at);
    if (how[k] === HOW.texts) {
      const dictionary = this.#dictionaries[k] ?? this.#dictionary(k);
      const number = dictionary.numberOf(scanner.text, scanner.from, scanner.to, line);
      cells[cell] = dictionary.entries[number].kind === 'missing' ? Number.NaN : number;
    } else if (how[k] === HOW.numbers) cells[cell] = this.#longNumber(k, line);
    else if (how[k] === HOW.dates) {
      this.#meet(k, line);
      cells[cell] = Number.NaN;
    }
    return next;
  }

  #dictionary(k: number): Dictionary {
    const dictionary = new Dictionary(this.met[k].entries, this.#reading.isWords[k], this.#decimal);
    this.#dictionaries[k] = dictionary;
    return dictionary;
  }

  /** The number in the field that was read last; NaN where it is missing, or no number. */
  #longNumber(k: number, line: number): number {
    const { text, from, to } = this.scanner;
    if (from === to) {
      this.met[k].seen.missing++;
      return Number.NaN;
    }
    const decimal = decimalOf(text, from, to, this.#decimal.charCodeAt(0));
    if (decimal !== undefined && Number.isFinite(Math.fround(decimal))) return decimal;
    return this.#meet(k, line) === 'numbers' ? this.#numberOfText(k, line) : Number.NaN;
  }

  #numberOfText(k: number, line: number): number {
    const text = this.scanner.string();
    const number = numberOf(text, this.#decimal) as number;
    const met = this.met[k];
    if (!Number.isFinite(Math.fround(number))) met.large = earlier(met.large, { line, text });
    return number;
  }

  /** Counts the field that was read last. */
  #meet(k: number, line: number): keyof Seen {
    const text = this.scanner.string();
    const kind = kindOfText(text, false, this.#decimal);
    const met = this.met[k];
    met.seen[kind]++;
    if (kind !== 'missing') met.example = earlier(met.example, { line, text });
    if (kind !== 'missing' && kind !== 'numbers') met.other = earlier(met.other, { line, text });
    return kind;
  }
}

/** The file has more rows than a moment ago. */
export const CHANGED = 'the file has changed while it was read. Read it again when nothing writes to it.';

interface State {
  rows: number;
  line: number;
  column: number;
  readonly breaks: number[];
}

export function earlier(a: Found | undefined, b: Found | undefined): Found | undefined {
  return a === undefined || (b !== undefined && b.line < a.line) ? b : a;
}
