// What one thread does of the reading, task by task: count rows in pieces of the file, read rows into the shared cells, say what it met,
// and put the final numbers in place of those of its dictionaries. It knows nothing of other threads.

import { type Counts, countRows } from './count.js';
import { type Dialect, FAULTS, lineWithoutUtf8 } from './dialect.js';
import { type Pieces, readPiece } from './pieces.js';
import { CHANGED, type Met, type Place, type Reading, RowReader, type Rows } from './rows.js';

export interface Hands {
  readonly pieces: Pieces;
  readonly dialect: Dialect;
}

/** A part of the file, in bytes. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

export type Task =
  | ({ readonly do: 'count' } & Part)
  | { readonly do: 'begin'; readonly reading: Reading }
  | ({ readonly do: 'read' } & Part & Place)
  | { readonly do: 'tell' }
  /** @param cells by column, after each `begin`: what the entries of its dictionary are in the table */
  | { readonly do: 'settle'; readonly cells: readonly (readonly (Float32Array | undefined)[])[] };

/** What comes of each. */
export interface Answers {
  count: Counts;
  begin: undefined;
  read: Rows;
  tell: Met[];
  settle: undefined;
}

/** What a task has thrown on another thread. What is wrong with the data is an answer. */
export interface ThrownThere {
  readonly error: Error;
  /** The system's. */
  readonly code?: string;
}

export type Answer<T extends Task> = Answers[T['do']];

/** What was read since a `begin`. */
interface Pass {
  readonly reading: Reading;
  readonly reader: RowReader;
  /** First rows and numbers of rows of all parts. */
  readonly done: [row: number, rows: number][];
}

export class Hand {
  readonly #hands: Hands;
  #buffer = new Uint8Array(1 << 16);
  readonly #passes: Pass[] = [];

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  do<T extends Task>(task: T): Answer<T>;
  do(task: Task): Answers[keyof Answers] {
    if (task.do === 'count') return this.#count(task);
    if (task.do === 'begin') return this.#begin(task.reading);
    if (task.do === 'read') return this.#read(task);
    return task.do === 'tell' ? this.#pass.reader.met : this.#settle(task.cells);
  }

  get #pass(): Pass {
    return this.#passes[this.#passes.length - 1];
  }

  #count({ from, to }: Part): Counts {
    // One more byte tells \r\n from \r.
    const length = this.#load(from, to + 1);
    this.#buffer[length] = 0;
    return countRows(this.#buffer, Math.min(length, to - from));
  }

  #begin(reading: Reading): undefined {
    this.#passes.push({ reading, reader: new RowReader(this.#hands.dialect, reading), done: [] });
  }

  #read(task: Part & Place): Rows {
    const { from, to, line, row } = task;
    const length = this.#load(from, to);
    if (length < to - from) return { rows: 0, breaks: [], fault: { line, what: CHANGED } };
    const bytes = this.#buffer.subarray(0, length);
    // A row that was cut may have been cut within a character.
    const broken = task.isCut ? undefined : lineWithoutUtf8(bytes);
    if (broken !== undefined) return { rows: 0, breaks: [], fault: { line: line + broken - 1, what: FAULTS.notUtf8 } };
    const rows = this.#pass.reader.read(this.#buffer, length, task);
    this.#pass.done.push([row, rows.rows]);
    return rows;
  }

  /** Reads a part into the buffer, with room for one more byte. Returns its length. */
  #load(from: number, to: number): number {
    if (this.#buffer.length <= to - from) this.#buffer = new Uint8Array(to - from + 1);
    return readPiece(this.#hands.pieces, from, to, this.#buffer);
  }

  #settle(finals: readonly (readonly (Float32Array | undefined)[])[]): undefined {
    for (const [p, { reading, done }] of this.#passes.entries()) {
      for (const [k, final] of finals[p].entries()) if (final !== undefined) settleColumn(reading, k, final, done);
    }
  }
}

function settleColumn({ cells, width }: Reading, k: number, final: Float32Array, done: Pass['done']): void {
  for (const [row, rows] of done) {
    for (let at = row * width + k; at < (row + rows) * width; at += width) {
      const entry = cells[at];
      // A missing value stays.
      if (!Number.isNaN(entry)) cells[at] = final[entry];
    }
  }
}
