// Rows of JSON Lines as they come: a value in each line, an object with values by the names of their columns, or a list in their order.
// Blank lines are none. A line that is no JSON is one error.

import { NablaError } from '../../errors.js';
import { parseJson } from '../../system/json-text.js';
import { count } from '../../text.js';
import { flatRow } from '../row-values.js';
import { isSample } from '../rows.js';
import type { Source } from '../source.js';
import { MOST_ROW_BYTES, type RawRow, type RowReader, type RowValues } from './row-reader.js';

const WANTED = { what: 'JSON Lines', most: Number.POSITIVE_INFINITY };
const LINE_FEED = 0x0a;

export function jsonRows(source: Source): RowReader {
  return {
    name: source.name,
    format: 'jsonl',
    texts: 'words',
    decimal: '.',
    place: (line) => `${source.name}: line ${line}`,
    async *groups() {
      let [left, line] = [Buffer.alloc(0), 1];
      const rows = (bytes: Buffer): RawRow[] =>
        bytes
          .toString('utf8')
          .split('\n')
          .flatMap((text) => rowOf(source.name, line === 1 ? text.replace(/^\ufeff/, '') : text, line++));
      for await (const chunk of source.stream(WANTED).chunks) {
        const bytes = Buffer.concat([left, chunk]);
        const end = bytes.lastIndexOf(LINE_FEED);
        left = bytes.subarray(end + 1);
        if (left.length > MOST_ROW_BYTES)
          throw new NablaError('BAD_DATA', `${source.name}: line ${line}: expected a row of at most ${count(MOST_ROW_BYTES)} bytes, got more.`);
        const whole = end < 0 ? [] : rows(bytes.subarray(0, end));
        if (whole.length > 0) yield { rows: whole };
      }
      yield { rows: rows(left) };
    },
  };
}

function rowOf(name: string, text: string, line: number): RawRow[] {
  if (text.trim() === '') return [];
  const bad = (what: string): RawRow[] => [{ line, error: new NablaError('BAD_DATA', `${name}: line ${line}${what}`) }];
  const { value, fault } = parseJson(text);
  if (fault)
    return bad(
      fault.text
        .replace(/^line 1/, '')
        .replace('the end of the file', 'the end of the line')
        .concat('.'),
    );
  if (typeof value !== 'object' || value === null) return bad(`: expected an object with values by the names of columns, or a list of values.`);
  return [{ line, values: flatRow(inputOf(value as RowValues)) }];
}

/** Of a sample of brain.js what it is asked. */
const inputOf = (row: RowValues): RowValues => (isSample(row) ? (row.input as RowValues) : row);
