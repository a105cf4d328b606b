// What a network says of samples as a table for other programs: a row for each, as CSV or as JSON Lines, with the same names in both.

import type { NamedClass, Prediction } from '../../inference/judge.js';
import type { GivenRows } from '../../inference/judge-rows.js';
import type { RowValues } from '../../tables/rows/row-reader.js';
import { shortestDecimal } from '../../text.js';
import { csvLine } from './csv.js';

export interface PredictionColumns {
  /** Whether a column says of which file a row is. */
  readonly files: boolean;
  /** How many of the likeliest classes are named. */
  readonly top: number;
  /** Every class with a column for its probability, by its name or number; absent where they are not asked for. */
  readonly classes?: readonly string[];
  /** What several numbers are called that are predicted. */
  readonly outputNames?: readonly string[];
}

type Value = string | number | boolean | null;
type Fields = readonly (readonly [name: string, value: Value])[];

/** As what it can be written. */
export const PREDICTION_FORMATS = {
  csv: { title: 'CSV', endings: ['.csv'], header: (names: readonly string[]): string => `${csvLine(names)}\n`, line: csvRow },
  jsonl: { title: 'JSON Lines', endings: ['.jsonl', '.ndjson'], header: (): string => '', line: jsonRow },
} as const;

export type PredictionFormat = keyof typeof PREDICTION_FORMATS;
export const PREDICTION_FORMAT_NAMES = Object.keys(PREDICTION_FORMATS) as PredictionFormat[];

/** The format that a file's name stands for. */
export function formatOfName(path: string): PredictionFormat | undefined {
  return PREDICTION_FORMAT_NAMES.find((name) => PREDICTION_FORMATS[name].endings.some((ending) => path.toLowerCase().endsWith(ending)));
}

/**
 * A row: what was given, if it is wanted, and what is said of it. A name that both have is that of the answer.
 * @param given names of columns and the row's values
 */
export function fieldsOf(prediction: Prediction, columns: PredictionColumns, given?: { names: readonly string[]; values: RowValues }): Fields {
  const { file, index } = prediction;
  const own: [string, Value][] = [
    ...(columns.files ? [['file', file] as [string, Value]] : []),
    ['row', index + 1],
    ...answerFields(prediction, columns),
  ];
  const taken = new Set(own.map(([name]) => name));
  const carried = (given?.names ?? []).flatMap((name, k): [string, Value][] =>
    taken.has(name) ? [] : [[name, valueIn(given?.values ?? [], name, k)]],
  );
  return [...carried, ...own];
}

/** The names of the columns that rows bring, where all have the same; those of the first where each has its own. */
export function givenNames({ columns, rows }: GivenRows): readonly string[] {
  const [first] = rows;
  return columns?.names ?? (first === undefined ? [] : Array.isArray(first) ? first.map((_, k) => String(k + 1)) : Object.keys(first));
}

function answerFields({ top, outputs }: Prediction, { top: most, classes, outputNames }: PredictionColumns): [string, Value][] {
  if (outputs) return outputs.map((output, k) => [outputs.length === 1 ? 'prediction' : `prediction_${outputNames?.[k] ?? k + 1}`, output]);
  const named = top.slice(0, most).flatMap((one, k): [string, Value][] => {
    const behind = k === 0 ? '' : `_${k + 1}`;
    return [
      [`prediction${behind}`, classOf(one)],
      [`probability${behind}`, figure(one.probability)],
    ];
  });
  const byClass = new Map(top.map((one) => [one.label, one.probability]));
  return [...named, ...(classes ?? []).map((name, label): [string, Value] => [`probability_${name}`, figure(byClass.get(label) ?? Number.NaN)])];
}

const classOf = ({ name, label }: NamedClass): Value => name ?? label;
/** Of float32 no more digits say more. */
const figure = (value: number): number => Number(shortestDecimal(Math.fround(value)));

function valueIn(values: RowValues, name: string, k: number): Value {
  const value = Array.isArray(values) ? values[k] : Object.hasOwn(values, name) ? (values as Readonly<Record<string, unknown>>)[name] : null;
  if (typeof value === 'number') return Math.fround(value) === value ? figure(value) : value;
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

function csvRow(fields: Fields): string {
  return `${csvLine(fields.map(([, value]) => (value === null ? '' : typeof value === 'number' ? value : String(value))))}\n`;
}

function jsonRow(fields: Fields): string {
  return `${JSON.stringify(Object.fromEntries(fields))}\n`;
}
