// What `nabla search` looks for, from text: the values of an option as choices or a range, on the command line and in the table `space` of
// a configuration file.
//
//   --eta 0.1,0.5            choices            --layers "784,{30,100},10"     an entry of a list
//   --eta 0.1..1             a range            --layers "784,{10..300},10"
//   --eta log:0.01..1        by logarithms      --hidden "30|100|100,50"       choices of lists
//   --eta log:0.01..1:7      seven of a grid

import { NablaError, wrongValue } from '../errors.js';
import { type RangeOf, SEARCHED_OPTIONS, type ValuesOf } from '../experiments/search/space.js';
import type { Kind, OptionRow } from '../option-row.js';
import { configKey } from '../options/config-keys.js';
import { FILE_KINDS, isKind } from '../options/kinds.js';
import { OPTIONS, type OptionName } from '../options/table.js';
import { parserOf } from './flags.js';

/** What an option was given: a value for all runs, or values to look among. */
export type Given = { readonly fixed: unknown } | { readonly values: ValuesOf };

/** Kinds whose values have commas of their own: only | divides their choices. */
const LISTS: ReadonlySet<Kind> = new Set<Kind>(['numbers', 'shares', 'texts', 'weights', 'schedule', 'neurons']);

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(`^(log:)?(${NUMBER})\\.\\.(${NUMBER})(?::(\\d+))?$`, 'i');

/** @throws {RangeError} naming the option, for a text that is neither */
export function givenBy(row: OptionRow, text: string): Given {
  const { key, kind } = row;
  const alternatives = split(text, '|', key).map((part) => part.trim());
  if (alternatives.length > 1) return { values: alternatives.map((part) => valueIn(row, part)) };
  if (text.includes('{')) return { values: { each: split(text, ',', key).map((part) => entryOf(key, part.trim())) } };
  const range = rangeIn(text.trim());
  if (range && (kind === 'number' || kind === 'shares')) return { values: range };
  const choices = row.hasCommas || LISTS.has(kind) ? [text] : text.split(',').map((part) => part.trim());
  return choices.length === 1 ? { fixed: valueIn(row, choices[0]) } : { values: choices.map((part) => valueIn(row, part)) };
}

function valueIn(row: OptionRow, text: string): unknown {
  if (text === '') throw wrongValue(row.key, 'a value on both sides of each divider', text);
  if (rangeIn(text) || /[{}]/.test(text)) throw wrongValue(row.key, 'either choices or one range', text);
  const parse = parserOf(row);
  return parse ? parse(text, undefined) : text;
}

/** An entry of a list: a number, or what it may be in braces. */
function entryOf(key: string, text: string): number | readonly number[] | RangeOf {
  const inside = /^\{(.*)\}$/.exec(text)?.[1].trim();
  if (inside === undefined) return toNumber(key, text);
  return rangeIn(inside) ?? inside.split(',').map((part) => toNumber(key, part.trim()));
}

function toNumber(key: string, text: string): number {
  const value = Number(text);
  if (text === '' || Number.isNaN(value)) throw wrongValue(key, "numbers, and braces with choices or a range, such as '784,{30,100},10'", text);
  return value;
}

function rangeIn(text: string): RangeOf | undefined {
  const match = RANGE.exec(text);
  if (!match) return undefined;
  const [, log, from, to, steps] = match;
  return { from: Number(from), to: Number(to), ...(log && { log: true }), ...(steps !== undefined && { steps: Number(steps) }) };
}

/** The parts of a text between dividers that stand in no braces. */
function split(text: string, divider: string, key: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (depth < 0 || depth > 1) break;
    if (character === divider && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  if (depth !== 0) throw wrongValue(key, "braces that close again, such as '784,{30,100},10'", text);
  return parts;
}

/** Options by their names, from the table `space` of a file. @throws {NablaError} BAD_DATA, naming file and key */
export function spaceOfFile(path: string, table: unknown): Record<string, ValuesOf> {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${path}: space: ${what}`);
  if (typeof table !== 'object' || table === null || Array.isArray(table)) throw bad('expected a table with options and what they may be.');
  const entries = Object.entries(table).map(([key, value]): [string, ValuesOf] => {
    const known = configKey(key);
    if (!known || !SEARCHED_OPTIONS.includes(known[0])) throw bad(`'${key}' is no option that can be looked for.`);
    return [known[0], valuesIn(known[0], value, path, bad)];
  });
  return Object.fromEntries(entries);
}

function valuesIn(option: OptionName, value: unknown, path: string, bad: (what: string) => NablaError): ValuesOf {
  const row = OPTIONS[option] as OptionRow;
  if (typeof value === 'string') {
    const given = givenBy(row, value);
    return 'values' in given ? given.values : [given.fixed];
  }
  if (!Array.isArray(value)) return value as ValuesOf;
  const kind = FILE_KINDS[row.kind];
  return value.map((choice) => {
    if (!isKind(kind, choice))
      throw bad(`${row.key}: expected a list of choices, each ${kind.expected}, got ${JSON.stringify(choice)?.slice(0, 60)}.`);
    return kind.convert ? kind.convert(choice as never, path) : choice;
  });
}
