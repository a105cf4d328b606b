// A configuration file of `nabla train`, TOML or JSON, as options of a run. Keys are the long options of the command line
// (config-keys.ts); paths begin at the file's folder. Every error of a file names it, in one line.

import { extname } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { asError, isBadInput, NablaError } from '../errors.js';
import { readInputText, type Wanted } from '../system/input-file.js';
import { parseJson } from '../system/json-text.js';
import { printable } from '../text.js';
import { CONFIG_KEYS, configKey, ROWS_BY_KEY } from './config-keys.js';
import { isKind } from './kinds.js';
import { COMMAND_LINE_ONLY, type TrainOptions } from './table.js';
import { proposedOption } from './unknown-option.js';

/** The longest has class weights of 50,000 classes, and room to spare. */
const WANTED: Wanted = { what: 'a configuration in TOML or JSON', most: 1_000_000, next: 'Name a configuration in TOML or JSON.' };

export interface ConfigFile {
  readonly path: string;
  /** Tables of the file that are for the command itself, as they stand there. */
  readonly tables?: Readonly<Record<string, unknown>>;
  readonly options: TrainOptions;
  /** Name of the data set that a program brought to the run whose configuration this is; `data` must then be given again. */
  readonly brought?: string;
}

/**
 * @param own names of tables that the command reads itself
 * @throws {NablaError} BAD_DATA, naming the file, and line and column or key
 */
export function readConfig(path: string, own: readonly string[] = []): ConfigFile {
  const bad: Bad = (what) => new NablaError('BAD_DATA', `${path}: ${what}`);
  const text = readInputText(path, WANTED);
  const table = isJson(path, text) ? jsonTable(text, bad) : parseToml(text, bad);
  const options: Record<string, unknown> = {};
  const tables: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(table)) {
    // JSON has no comments.
    if (key === '#') continue;
    if (own.includes(key)) {
      tables[key] = value;
      continue;
    }
    const [option, converted] = read(path, key, value, bad);
    options[option] = converted;
  }
  const { data, ...rest } = options as TrainOptions & { data?: string | { brought: string } };
  if (typeof data === 'object') return { path, tables, options: rest, brought: data.brought };
  return { path, tables, options: options as TrainOptions };
}

/** An error that a run has thrown about its options; with the file's name before it where the option is one of the file's. */
export function namingConfig(thrown: unknown, { path, options }: ConfigFile): unknown {
  const error = asError(thrown);
  // 'maxNorm', 'layers[1]', 'factor of the schedule', 'neuron of layer 2': the option is the last word that is one.
  const [subject] = error.message.split(': ');
  const words = /[/\\]/.test(subject) ? [] : (subject.match(/\w+/g) ?? []);
  const named = words.map((word) => configKey(word)?.[0] ?? word).findLast((word) => Object.values(CONFIG_KEYS).some(([option]) => option === word));
  const ours = isBadInput(error) && named !== undefined && Object.hasOwn(options, named);
  return ours ? new NablaError('BAD_DATA', `${path}: ${printable(error.message, LONGEST_ERROR)}`, { cause: error }) : thrown;
}

type Bad = (what: string) => NablaError;

/** By the file's name, or else by how it begins. */
function isJson(path: string, text: string): boolean {
  const extension = extname(path).toLowerCase();
  if (extension === '.json' || extension === '.toml') return extension === '.json';
  return text.trimStart().startsWith('{');
}

function parseToml(text: string, bad: Bad): object {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = error.message.split('\n')[0].replace(/^Invalid TOML document: /, '');
    throw bad(`line ${error.line}, column ${error.column}: ${printable(what, LONGEST)}.`);
  }
}

function jsonTable(text: string, bad: Bad): object {
  const { value: table, fault } = parseJson(text);
  if (fault) throw bad(`${fault.text}.`);
  if (typeof table !== 'object' || table === null || Array.isArray(table)) throw bad(`expected an object with options, got ${shown(table)}.`);
  return table;
}

/** A key's option, and its value as the options have it. */
function read(path: string, key: string, value: unknown, bad: Bad): [option: string, value: unknown] {
  const known = configKey(key);
  if (!known) throw bad(unknownKey(key));
  const [option, kind] = known;
  if (!isKind(kind, value)) throw bad(`${key}: expected ${kind.expected}, got ${shown(value)}.`);
  try {
    return [option, kind.convert ? kind.convert(value as never, path) : value];
  } catch (error) {
    throw isBadInput(error) ? bad(printable(error.message, LONGEST_ERROR)) : error;
  }
}

function unknownKey(key: string): string {
  if (COMMAND_LINE_ONLY.includes(key)) return `${key}: this is for the command line alone; take it out of the file.`;
  return `there is no option '${printable(key, LONGEST)}'. ${proposedOption(key, Object.keys(CONFIG_KEYS), ROWS_BY_KEY)}`.trimEnd();
}

/** Most characters of a file that a message repeats, and of a message that repeats what was to be checked. */
const LONGEST = 60;
const LONGEST_ERROR = 400;

/** A value in a message: short, and in one line however deep it is. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `'${printable(value, LONGEST)}'`;
  if (Array.isArray(value)) return value.length <= 8 && value.every(isPlain) ? `[${value.map(shown).join(', ')}]` : `a list of ${value.length}`;
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object' && value !== null) return 'a table';
  return String(value);
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
