// What the values of a column are, from their texts or as a reader gives them: numbers, true and false, words, dates, or missing. The
// rules that all readers share, so that the same values make the same column whatever file they come from.

import type { ColumnKind } from './table.js';

/** Texts that stand for a missing value, in any case: what pandas, R, SQL, Weka and spreadsheets write. */
export const MISSING_TEXTS: readonly string[] = ['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-', '#n/a', '<na>', 'nil'];
const MISSING: ReadonlySet<string> = new Set(MISSING_TEXTS);

export const isMissingText = (text: string): boolean => text.length <= 4 && MISSING.has(text.toLowerCase());

const NUMBER = { '.': /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/, ',': /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/ };
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** The number that a text is, which may be infinite; undefined where it is none. @param text without blanks around it */
export function numberOf(text: string, decimal: '.' | ',' = '.'): number | undefined {
  if (NUMBER[decimal].test(text)) return Number(decimal === '.' ? text : text.replace(',', '.'));
  const infinite = INFINITE.exec(text);
  return infinite ? Number(`${infinite[1]}1`) * Number.POSITIVE_INFINITY : undefined;
}

/** 1 or 0 for true or false in any case. */
export function booleanOf(text: string): 0 | 1 | undefined {
  if (text.length < 4 || text.length > 5) return undefined;
  const word = text.toLowerCase();
  return word === 'true' ? 1 : word === 'false' ? 0 : undefined;
}

/** Year, month and day in either order, with or without a time of day. */
const DATE = /^(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}\/\d{1,2}\/\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2}))(?:[T ]\d{1,2}:\d{2}\S*(?: ?[AaPp][Mm])?)?$/;

const isDateText = (text: string): boolean => text.length >= 6 && text.length <= 40 && DATE.test(text);

/** How many values of each kind a column has. */
export interface Seen {
  numbers: number;
  booleans: number;
  dates: number;
  words: number;
  missing: number;
}

export const nothingSeen = (): Seen => ({ numbers: 0, booleans: 0, dates: 0, words: 0, missing: 0 });

/** What a text is that stands in a file where numbers, dates, true, false and missing values are texts as well. */
export function kindOfText(text: string, isWords: boolean, decimal: '.' | ',' = '.'): keyof Seen {
  if (isMissingText(text)) return 'missing';
  if (isWords) return 'words';
  if (numberOf(text, decimal) !== undefined) return 'numbers';
  return booleanOf(text) !== undefined ? 'booleans' : isDateText(text) ? 'dates' : 'words';
}

/** Where at least this share of a column's values are numbers, something else among them is taken for a fault of the data. */
const MOSTLY = 0.9;

/**
 * What a column is. 'faulty': numbers, or dates, but for a few values, the first of which is to be refused.
 * @param isWords whether the user says that it holds words, whatever they look like
 */
export function kindOfColumn({ numbers, booleans, dates, words }: Seen, isWords = false): ColumnKind | 'faulty' {
  const there = numbers + booleans + dates + words;
  if (isWords) return 'words';
  if (numbers === there) return 'number';
  if (booleans === there) return 'boolean';
  if (dates === there) return 'date';
  return numbers >= MOSTLY * there ? 'faulty' : 'words';
}

/** What is said where a column of numbers holds something else, which `got` names. */
export function notANumber(got: string, name: string, { numbers, words, booleans, dates }: Seen): string {
  const share = Math.floor((100 * numbers) / (numbers + words + booleans + dates));
  return `expected a number, as ${share} % of the column are, got ${got}. Mend it, or take the column as words: --categorical ${name}; or leave it out: --drop ${name}.`;
}
