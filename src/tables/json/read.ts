// JSON as a table: a row in each line (JSON Lines), or one list of rows; objects or lists, or samples of brain.js (see rows.ts). Read as
// a stream.

import { checkSignal } from '../../check.js';
import { NablaError } from '../../errors.js';
import type { TableOptions } from '../options.js';
import { RowsTaken } from '../rows.js';
import type { Source } from '../source.js';
import { quoted, type Tables } from '../table.js';
import { type BadLine, isOneList, valuesOfLines, valuesOfList } from './json-values.js';

const WANTED = { what: 'JSON', most: Number.POSITIVE_INFINITY };
/** Rows between two looks at the signal. */
const LOOKED_AT = 4096;

/** @throws {NablaError} BAD_DATA, naming file, line and key */
export async function readJsonTable(source: Source, { categorical, progress, signal }: TableOptions): Promise<Tables> {
  const bad: BadLine = (line, what, column) =>
    new NablaError('BAD_DATA', `${source.name}: line ${line}${column === undefined ? '' : `, column ${column}`}: ${what}`);
  const isList = isOneList(await source.start());
  const { chunks } = source.stream(WANTED);
  const lines: number[] = [];
  const rows = new RowsTaken({ name: source.title, categorical, place: (row) => `${source.name}: line ${lines[row]}` });
  for await (const { value, line, text } of (isList ? valuesOfList : valuesOfLines)(chunks, bad)) {
    lines.push(line);
    if (rows.rows === 0) checkFirst(value, text, (what) => bad(line, what));
    rows.add(value);
    if (rows.rows % LOOKED_AT !== 0) continue;
    checkSignal(signal, `all of ${source.name} was read`);
    progress?.({ file: source.name, done: rows.rows, unit: 'rows' });
  }
  return { training: rows.table() };
}

/** What whole files of another arrangement begin with, and keys that are there twice, of which the parser keeps the last. */
function checkFirst(value: unknown, text: string, bad: (what: string) => NablaError): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const twice = keyTwice(text);
  if (twice !== undefined) throw bad(`there are two values of ${quoted(twice)}. Give each column a name of its own.`);
  const values = Object.values(value);
  const isSample = Object.keys(value).sort().join() === 'input,output';
  if (!isSample && values.length > 0 && values.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))) {
    throw bad("expected a row, got an object of objects. Write a row in each line; in pandas: df.to_json(path, orient='records', lines=True).");
  }
}

/** The first key of an object that is in its text for the second time. */
function keyTwice(text: string): string | undefined {
  const keys = new Set<string>();
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[[\]{}]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, -1)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
