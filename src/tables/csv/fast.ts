// CSV as a table, the fast way: the file is cut into pieces, threads count the rows of each, and then read them at once into the cells
// where they belong. Numbers never become texts; no more of the file is in memory than a piece for each thread. What it makes is what
// plain.ts makes, bit for bit, whatever the pieces and however many threads.
//
//   piece 1      piece 2      piece 3       cut anywhere; counted: rows, line ends, quotes
//   ├────────────┼────────────┼──────────┤
//   part 1 ────────┤ part 2 ────┤ part 3 ┤  cut at row ends; read: part k into the rows behind those of parts 1 to k-1

import { checkSignal } from '../../check.js';
import { asError, isBadInput, NablaError } from '../../errors.js';
import { type FreeMemory, freeMemory } from '../../system/memory.js';
import { systemText } from '../../system-errors.js';
import { count, megabytes } from '../../text.js';
import type { TableOptions } from '../options.js';
import { runOf } from '../places.js';
import { cellsFor, MOST_ROWS, narrowed, type Table } from '../table.js';
import { type Beginning, beginningOf } from './beginning.js';
import { cellsOfEntries, columnsOf, howFor, isRead, type MetByAll, metByAll } from './columns.js';
import type { Counts } from './count.js';
import { Crew } from './crew.js';
import { badLine } from './dialect.js';
import type { Part } from './hand.js';
import type { Pieces } from './pieces.js';
import { noSamples } from './plain.js';
import { CHANGED, HOW, type How, type Met, MOST_ROW, type Place, type Rows } from './rows.js';

export interface FastInput {
  /** For messages, and for the table. */
  readonly name: string;
  readonly title: string;
  readonly pieces: Pieces;
  /** Bytes. */
  readonly size: number;
}

export interface FastSettings {
  /** 0 for none but this one. */
  readonly threads: number;
  /** Bytes of a piece. */
  readonly piece?: number;
  readonly free?: FreeMemory;
}

/** Small enough for a processor's cache, and for many of them in a file; large enough for thousands of rows. */
const PIECE = 1 << 20;

/** @throws {NablaError} BAD_DATA, naming file, line and column; WORKER_LOST, WORKER_FAILED, TIMED_OUT, NO_MEMORY, INTERRUPTED */
export async function readFast(input: FastInput, options: TableOptions, settings: FastSettings): Promise<Table> {
  const { name, pieces, size } = input;
  let crew: Crew | undefined;
  try {
    const beginning = beginningOf(name, pieces, size, options);
    if (!beginning) throw noSamples(name, false);
    const { rowBytes, from, header, dialect } = beginning;
    const free = settings.free ?? freeMemory();
    if (rowBytes !== undefined) checkFits(name, (size - from) / rowBytes, header.names.length, free, 'about ');
    crew = new Crew(settings.threads, { pieces, dialect });
    return await new FastReading(input, options, beginning, crew, settings.piece ?? PIECE).table(free);
  } catch (error) {
    throw isBadInput(error) || error instanceof NablaError ? error : failed(name, asError(error));
  } finally {
    await crew?.end();
  }
}

/** What was thrown while the file was read: by the system, or where nabla itself has a fault. */
function failed(name: string, error: NodeJS.ErrnoException): NablaError {
  if (error.syscall !== undefined || error.code !== undefined)
    return new NablaError('BAD_DATA', `${name}: this file cannot be read: ${systemText(error)}.`);
  return new NablaError('WORKER_FAILED', `${name}: reading it failed: ${error.message.replace(/\.?$/, '.')}`, { cause: error });
}

function checkFits(name: string, rows: number, width: number, { bytes, whose }: FreeMemory, about = ''): void {
  const needed = rows * width * Float32Array.BYTES_PER_ELEMENT;
  const what = `${about}${count(Math.round(rows))} rows of ${count(width)} columns`;
  if (rows > MOST_ROWS) throw new NablaError('BAD_DATA', `${name}: expected at most ${count(MOST_ROWS)} rows, got ${what}.`);
  if (needed <= bytes) return;
  const next = 'End other programs, or take fewer rows.';
  throw new NablaError('BAD_DATA', `${name}: ${what} take ${about}${megabytes(needed)} as float32, and ${megabytes(bytes)} ${whose}. ${next}`);
}

type ReadPart = Part & Place;

class FastReading {
  readonly #input: FastInput;
  readonly #options: TableOptions;
  readonly #beginning: Beginning;
  readonly #crew: Crew;
  readonly #piece: number;
  /** Bytes that tasks were given out for: of all of them twice at least, for counting and for reading. */
  #done = 0;

  constructor(input: FastInput, options: TableOptions, beginning: Beginning, crew: Crew, piece: number) {
    this.#input = input;
    this.#options = options;
    this.#beginning = beginning;
    this.#crew = crew;
    this.#piece = piece;
  }

  async table(free: FreeMemory): Promise<Table> {
    const { name, title } = this.#input;
    const { header, isWords, dialect } = this.#beginning;
    const parts = this.#parts(await this.#counted());
    const most = parts.reduce((sum, { rows }) => sum + rows, 0);
    checkFits(name, most, header.names.length, free);
    const cells = cellsFor(most, header.names.length);
    const passes = [await this.#read(parts, cells, this.#beginning.how)];
    const { rows, ...first } = passes[0];
    if (rows === 0) throw noSamples(name, header.named);
    const again = first.all.map((met, k) => (isRead(first.how[k], met, isWords[k]) ? HOW.skip : howFor(met.seen, isWords[k])));
    if (again.some((how) => how !== HOW.skip)) passes.push(await this.#read(parts, cells, again));
    const all = first.all.map((met, k) => (again[k] === HOW.skip ? met : passes[1].all[k]));
    const columns = columnsOf(all, { file: name, ...header, isWords, decimal: dialect.decimal });
    await this.#crew.all((member) => ({
      do: 'settle',
      cells: passes.map(({ how, met }, p) =>
        columns.map((column, k) =>
          how[k] === HOW.texts && (p === 1 || again[k] === HOW.skip) ? cellsOfEntries(met[member][k].entries, column, dialect.decimal) : undefined,
        ),
      ),
    }));
    return narrowed({
      name: title,
      rows,
      columns,
      named: header.named,
      cells: closedUp(cells, header.names.length, parts, passes[0].parts),
      place: placesOf(name, passes[0].parts),
    });
  }

  #counted(): Promise<Counts[]> {
    const { size } = this.#input;
    const tasks: ({ readonly do: 'count' } & Part)[] = [];
    for (let from = this.#beginning.from; from < size; from += this.#piece) tasks.push({ do: 'count', from, to: Math.min(size, from + this.#piece) });
    return this.#crew.each(
      tasks,
      (task) => this.#between(task),
      () => false,
    );
  }

  /** The file cut at row ends, and at pieces as far as there are any in them. */
  #parts(counts: readonly Counts[]): ReadPart[] {
    const { size } = this.#input;
    const parts: ReadPart[] = [];
    let [from, line, rows, row] = [this.#beginning.from, this.#beginning.line, 0, 0];
    let [inside, lines]: [0 | 1, number] = [0, line];
    const close = (to: number): void => {
      const most = from + MOST_ROW + this.#piece;
      // The row that ends with it; or the last one of the file, which may have no end.
      parts.push({ from, to: Math.min(to, most), line, row, rows: rows + 1, isCut: to > most });
      row += rows + 1;
    };
    for (const [k, { isOdd, lines: ended, cases }] of counts.entries()) {
      const { first, firstLines, rows: behind } = cases[inside];
      if (first >= 0) {
        if (k === 0) rows = 1 + behind;
        else {
          const to = this.#beginning.from + k * this.#piece + first;
          close(to);
          [from, line, rows] = [to, lines + firstLines, behind];
        }
      }
      lines += ended;
      if (isOdd) inside = inside === 0 ? 1 : 0;
    }
    if (from < size) close(size);
    return parts;
  }

  async #read(parts: readonly ReadPart[], cells: Float32Array, how: readonly How[]): Promise<Pass> {
    const { isWords } = this.#beginning;
    await this.#crew.all({ do: 'begin', reading: { cells, width: how.length, how, isWords } });
    const tasks = parts.map((part) => ({ do: 'read' as const, ...part }));
    const read = await this.#crew.each(
      tasks,
      (task) => this.#between(task),
      ({ fault }) => fault !== undefined,
    );
    const faults = read.flatMap(({ fault }) => fault ?? []).sort((a, b) => a.line - b.line);
    if (faults.length > 0) throw this.#bad(faults[0]);
    const rows = read.reduce((sum, part) => sum + part.rows, 0);
    const met = await this.#crew.all({ do: 'tell' });
    return { how, rows, parts: read, met, all: metByAll(met, how, rows) };
  }

  #bad({ line, column, what }: NonNullable<Rows['fault']>): NablaError {
    return what === CHANGED ? new NablaError('BAD_DATA', `${this.#input.name}: ${what}`) : badLine(this.#input.name, line, what, column);
  }

  #between({ from, to }: Part): void {
    const { name, size } = this.#input;
    checkSignal(this.#options.signal, `${name} was read`);
    this.#options.progress?.({ file: name, done: Math.min(size, this.#done / 2), of: size, unit: 'bytes' });
    this.#done += to - from;
  }
}

interface Pass {
  readonly how: readonly How[];
  readonly rows: number;
  readonly parts: readonly Rows[];
  /** By thread and column. */
  readonly met: readonly (readonly Met[])[];
  readonly all: readonly MetByAll[];
}

/** The rows without the gaps that lines of blanks have left. */
function closedUp(cells: Float32Array, width: number, parts: readonly ReadPart[], read: readonly Rows[]): Float32Array {
  let rows = 0;
  for (const [k, part] of parts.entries()) {
    if (part.row !== rows) cells.copyWithin(rows * width, part.row * width, (part.row + read[k].rows) * width);
    rows += read[k].rows;
  }
  return cells.subarray(0, rows * width);
}

/** Where rows begin, from the lines at which they do not follow the row before. */
function placesOf(name: string, read: readonly Rows[]): (row: number) => string {
  const rows: number[] = [];
  const lines: number[] = [];
  let before = 0;
  for (const part of read) {
    for (let k = 0; k < part.breaks.length; k += 2) {
      const [row, line] = [before + part.breaks[k], part.breaks[k + 1]];
      const last = rows.length - 1;
      if (last >= 0 && line - lines[last] === row - rows[last]) continue;
      rows.push(row);
      lines.push(line);
    }
    before += part.rows;
  }
  return (row) => {
    const run = runOf(rows, row);
    return `${name}: line ${lines[run] + row - rows[run]}`;
  };
}
