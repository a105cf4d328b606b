// How a CSV file is written: what divides its columns, what its numbers look like, and what its first row is. Said by the options, or
// seen in the beginning of the file.

import { NablaError, wrongValue } from '../../errors.js';
import { lineOutsideUtf8 } from '../../system/utf8.js';
import { count } from '../../text.js';
import { numberOf } from '../kinds.js';
import type { TableOptions } from '../options.js';
import { MOST_COLUMNS, numberedNames, quoted } from '../table.js';
import { lineEnds } from './bytes.js';

export interface Dialect {
  /** One character of ASCII; ' ' for any number of blanks and tabs. */
  readonly separator: string;
  readonly decimal: '.' | ',';
}

export interface Header {
  readonly names: readonly string[];
  /** Whether the first row holds them. */
  readonly named: boolean;
}

/** Bytes of the beginning that are looked at for the separator, and rows. */
const LOOKED_AT = 1 << 16;
const ROWS_LOOKED_AT = 200;
/** In the order in which they are preferred where nothing else tells them apart. */
const SEPARATORS = [',', ';', '\t', '|'];
const BLANKS = ' ';
/** Blanks also stand in words: they divide only what nothing else divides in as many rows as this. */
const HARDLY = 0.5;
/** Fewer columns 0, 1, 2, … may as well be a sample: 0,1 is one of XOR. */
const FEWEST_COUNTED = 8;

const SEPARATOR = 'one character, such as , ; | or a tab';

/** @param bytes the beginning of the file @throws {RangeError} for a separator that cannot be one */
export function dialectOf(bytes: Uint8Array, options: Pick<TableOptions, 'separator' | 'decimal'>): Dialect {
  const decimal = options.decimal ?? '.';
  const given = options.separator === '\\t' ? '\t' : options.separator;
  if (given !== undefined && (!/^[\t -~]$/.test(given) || /[\w"+\-.]/.test(given))) throw wrongValue('separator', SEPARATOR, options.separator);
  if (given !== undefined && given === decimal) throw wrongValue('separator', 'another character than that before decimals', options.separator);
  return { separator: given ?? separatorOf(bytes, decimal), decimal };
}

function separatorOf(bytes: Uint8Array, decimal: '.' | ','): string {
  const rows = firstRows(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(LOOKED_AT, bytes.length)).toString('latin1'), bytes.length < LOOKED_AT);
  const scored = SEPARATORS.filter((separator) => separator !== decimal).map((separator) => ({ separator, ...evenness(rows, separator) }));
  const [blanks, even] = [evenness(rows, BLANKS), Math.max(...scored.map(({ share }) => share))];
  if (even < HARDLY && blanks.share > even) return BLANKS;
  const best = scored.filter(({ share }) => share === even && share > 0);
  if (best.length === 0) return SEPARATORS[0] === decimal ? SEPARATORS[1] : SEPARATORS[0];
  const numbers = best.map(({ separator }) => numberShare(rows, separator));
  return best[numbers.indexOf(Math.max(...numbers))].separator;
}

/** The first rows, without what stands in quotes. */
function firstRows(text: string, isWhole: boolean): string[] {
  const bare = text.replace(/"[^"]*"?/g, '""');
  const rows = bare.split(/\r\n|\n|\r/);
  // The last one may have been cut.
  return (isWhole || rows.length === 1 ? rows : rows.slice(0, -1)).filter((row) => row.trim() !== '').slice(0, ROWS_LOOKED_AT);
}

const piecesOf = (row: string, separator: string): string[] => (separator === BLANKS ? row.trim().split(/[ \t]+/) : row.split(separator));

/** The largest share of the rows that a separator divides into the same number of columns, more than one. */
function evenness(rows: readonly string[], separator: string): { readonly share: number } {
  const widths = new Map<number, number>();
  for (const row of rows) {
    const width = piecesOf(row, separator).length;
    if (width > 1) widths.set(width, (widths.get(width) ?? 0) + 1);
  }
  return { share: Math.max(0, ...widths.values()) / Math.max(1, rows.length) };
}

/** The share of what stands between separators that are numbers, with a comma before decimals where commas are not what divides. */
function numberShare(rows: readonly string[], separator: string): number {
  const fields = rows.flatMap((row) => piecesOf(row, separator)).map((field) => field.trim());
  const isNumber = (field: string): boolean => numberOf(field) !== undefined || (separator !== ',' && numberOf(field, ',') !== undefined);
  return fields.filter(isNumber).length / Math.max(1, fields.length);
}

/** What the first row says of the columns. @param bad makes an error about it */
export function headerOf(fields: readonly string[], { header, decimal }: TableOptions, bad: (what: string) => NablaError): Header {
  if (fields.length > MOST_COLUMNS) throw bad(`expected at most ${count(MOST_COLUMNS)} columns, got ${count(fields.length)}.`);
  const named = header === 'yes' || (header === 'auto' && areNames(fields, decimal));
  return { named, names: named ? checkedNames(fields, bad) : numberedNames(fields.length) };
}

/** Whether a row holds names: no numbers, or none but 0, 1, 2, …, which is what pandas calls columns without a name. */
function areNames(fields: readonly string[], decimal?: '.' | ','): boolean {
  const numbers = fields.filter((field) => numberOf(field, decimal) !== undefined);
  return numbers.length === 0 || (numbers.length >= FEWEST_COUNTED && numbers.every((field, k) => field === String(k)));
}

/** A column without a name has its number. */
function checkedNames(fields: readonly string[], bad: (what: string) => NablaError): string[] {
  const seen = new Map<string, number>();
  return fields.map((field, k) => {
    const name = field === '' ? String(k + 1) : field;
    const before = seen.get(name);
    if (before !== undefined) throw bad(`columns ${before + 1} and ${k + 1} are both called ${quoted(name)}. Give each column a name of its own.`);
    seen.set(name, k);
    return name;
  });
}

/** An error about a line, as both readers word it. @param column counted from 1 */
export const badLine = (name: string, line: number, what: string, column?: number): NablaError =>
  new NablaError('BAD_DATA', `${name}: line ${line}${column === undefined ? '' : `, column ${column}`}: ${what}`);

export const FAULTS = {
  quoteInside: 'a quote stands inside a field. Put the whole field into quotes, and write each quote in it twice.',
  textBehind: 'text follows the quote that ends a field. Write a quote inside a field twice.',
  neverClosed: 'the quote that this field begins with is never closed.',
  notUtf8: 'bytes that are no text in UTF-8. Files in Latin-1 or Windows-1252 have such: iconv -f WINDOWS-1252 -t UTF-8 OLD.csv > NEW.csv',
  ragged: (expected: number, got: number): string => `expected ${expected} columns, as in the first row, got ${got}.`,
} as const;

/** The first line with bytes that are no UTF-8, counted from 1 in these bytes; undefined where all of them are. */
export function lineWithoutUtf8(bytes: Uint8Array): number | undefined {
  const at = lineOutsideUtf8(bytes);
  return at === undefined ? undefined : 1 + lineEnds(bytes, 0, at);
}
