// What the columns of a CSV file are, from what all threads have met in them: the same rules as for any table (see kinds.ts), and for
// each thread what its entries have become.

import type { NablaError } from '../../errors.js';
import { booleanOf, kindOfColumn, notANumber, nothingSeen, numberOf, type Seen } from '../kinds.js';
import { badCell, type Column, MOST_WORDS, quoted, tooLarge, tooManyWords } from '../table.js';
import type { Entry } from './dictionary.js';
import { earlier, type Found, HOW, type How, type Met } from './rows.js';

/** A column as all threads together have met it. */
export interface MetByAll {
  readonly seen: Seen;
  /** Of each thread. */
  readonly entries: readonly (readonly Entry[])[];
  readonly other?: Found;
  readonly large?: Found;
  readonly example?: Found;
}

/** @param met of each thread, by column @param rows all there are */
export function metByAll(met: readonly (readonly Met[])[], how: readonly How[], rows: number): MetByAll[] {
  return how.map((one, k) => {
    const parts = met.map((columns) => columns[k]);
    const seen = nothingSeen();
    for (const part of parts) {
      for (const kind of Object.keys(seen) as (keyof Seen)[]) seen[kind] += part.seen[kind];
      for (const entry of part.entries) seen[entry.kind] += entry.rows;
    }
    if (one === HOW.numbers) seen.numbers = rows - seen.booleans - seen.dates - seen.words - seen.missing;
    const first = (of: 'other' | 'large' | 'example'): Found | undefined => parts.map((part) => part[of]).reduce(earlier, undefined);
    return { seen, entries: parts.map(({ entries }) => entries), other: first('other'), large: first('large'), example: first('example') };
  });
}

/** How a column is best read of which this has been seen; the sample may be all of it. */
export function howFor(seen: Seen, isWords: boolean): How {
  const kind = kindOfColumn(seen, isWords);
  if (kind === 'number') return HOW.numbers;
  return kind === 'date' ? HOW.dates : HOW.texts;
}

/** Whether what a column has turned out to be can be taken from what was read. */
export function isRead(how: How, { seen }: MetByAll, isWords: boolean): boolean {
  const kind = kindOfColumn(seen, isWords);
  if (how === HOW.texts || kind === 'faulty') return true;
  return how === HOW.dates ? kind === 'date' : kind === 'number';
}

export interface ColumnsNamed {
  /** Of the file, for messages. */
  readonly file: string;
  readonly names: readonly string[];
  readonly named: boolean;
  readonly isWords: readonly boolean[];
  readonly decimal: '.' | ',';
}

/** @throws {NablaError} BAD_DATA as Collector.table() has it: for the first column at fault; then for the first number that is too large */
export function columnsOf(all: readonly MetByAll[], called: ColumnsNamed): Column[] {
  const bad = (k: number, { line }: Pick<Found, 'line'>, what: string): NablaError => {
    const columns = called.names.map((name): Column => ({ name, kind: 'number' }));
    return badCell({ name: called.file, columns, named: called.named, place: () => `${called.file}: line ${line}` }, 0, k, what);
  };
  const columns = all.map((one, k): Column => {
    const name = called.names[k];
    const kind = kindOfColumn(one.seen, called.isWords[k]);
    if (kind === 'faulty') {
      const other = one.other ?? (firstOf(one, ({ kind }) => kind !== 'numbers' && kind !== 'missing') as Found);
      throw bad(k, other, notANumber(quoted(other.text), name, one.seen));
    }
    if (kind === 'date') return { name, kind, example: (one.example ?? firstOf(one, isThere))?.text };
    if (kind !== 'words') return { name, kind };
    const words = [...new Set(one.entries.flatMap((entries) => entries.filter(isThere).map(({ text }) => text)))].sort();
    if (words.length > MOST_WORDS) throw bad(k, firstOf(one, isThere) as Found, tooManyWords(words.length));
    return { name, kind, words };
  });
  for (const [k, one] of all.entries()) {
    if (columns[k].kind !== 'number') continue;
    const large =
      one.large ?? firstOf(one, ({ kind, text }) => kind === 'numbers' && !Number.isFinite(Math.fround(numberOf(text, called.decimal) as number)));
    if (large) throw bad(k, large, tooLarge(large.text));
  }
  return columns;
}

const isThere = ({ kind }: Entry): boolean => kind !== 'missing';

function firstOf({ entries }: MetByAll, is: (entry: Entry) => boolean): Found | undefined {
  return entries.flatMap((some) => some.filter(is)).reduce<Found | undefined>(earlier, undefined);
}

/** What each entry of a thread's dictionary is in the table. */
export function cellsOfEntries(entries: readonly Entry[], column: Column, decimal: '.' | ','): Float32Array {
  const numbers = column.kind === 'words' ? new Map(column.words?.map((word, k) => [word, k])) : undefined;
  return Float32Array.from(entries, ({ text, kind }) => {
    if (kind === 'missing' || column.kind === 'date') return Number.NaN;
    if (numbers) return numbers.get(text) as number;
    return (column.kind === 'boolean' ? booleanOf(text) : numberOf(text, decimal)) as number;
  });
}
