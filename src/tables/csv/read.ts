// CSV and its relatives as a table, the plain way: csv-parse splits the rows, one thread, texts held until the end. Which columns there
// are, the separator and the header are found here.

import { NablaError } from '../../errors.js';
import { printableAscii } from '../../text.js';
import { Collector } from '../collect.js';
import { numberOf } from '../kinds.js';
import type { TableOptions } from '../options.js';
import type { Source } from '../source.js';
import { numberedNames, quoted, type Tables } from '../table.js';

const WANTED = { what: 'CSV', most: Number.POSITIVE_INFINITY };
/** Fewer columns 0, 1, 2, … may as well be a sample: 0,1 is one of XOR. */
const FEWEST_COUNTED = 8;

/** @throws {NablaError} BAD_DATA, naming file, line and column, both counted from 1 */
export async function readCsvTable(source: Source, options: TableOptions): Promise<Tables> {
  const { CsvError, parse } = await import('csv-parse');
  const bytes = await source.bytes(WANTED);
  const lines: number[] = [];
  const place = (row: number): string => `${source.name}: line ${lines[row]}`;
  let collector: Collector | undefined;
  let [width, isFirst] = [0, true];
  const parser = parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
    bom: true,
    delimiter: options.separator ?? delimiterOf(bytes),
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
  });
  const bad = (line: number, what: string): NablaError => new NablaError('BAD_DATA', `${source.name}: line ${line}: ${what}`);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const fields = options.decimal === ',' ? record.map(withPoint) : record;
      if (isFirst) {
        isFirst = false;
        width = fields.length;
        const named = options.header === 'yes' || (options.header === 'auto' && areNames(fields));
        const names = named ? checkedNames(fields, (what) => bad(info.lines, what)) : numberedNames(width);
        collector = new Collector({ name: source.title, names, named, categorical: options.categorical, texts: 'parsed', place });
        if (named) continue;
      }
      if (fields.length !== width) throw bad(info.lines, `expected ${width} columns, as in the first row, got ${fields.length}.`);
      lines.push(info.lines);
      collector?.add(fields);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new NablaError('BAD_DATA', `${source.name}: ${printableAscii(error.message.replace(/\.$/, ''), 200)}.`);
  }
  if (!collector || collector.rows === 0)
    throw new NablaError('BAD_DATA', `${source.name}: there are no samples in it${collector ? ', only a row of names' : ''}.`);
  return { training: collector.table() };
}

/** Whether a row holds names: no numbers, or none but 0, 1, 2, …, which is what pandas calls columns without a name. */
export function areNames(fields: readonly string[]): boolean {
  const numbers = fields.filter((field) => numberOf(field) !== undefined);
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

/** 1.234,5 is no number with a decimal comma: thousands have no mark. */
const withPoint = (field: string): string => (/^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/.test(field) ? field.replace(',', '.') : field);

/** The first of comma, semicolon and tab in the file. */
function delimiterOf(bytes: Uint8Array): string {
  const first = bytes.subarray(0, 1 << 16).find((byte) => byte === 0x2c || byte === 0x3b || byte === 0x09);
  return String.fromCharCode(first ?? 0x2c);
}
