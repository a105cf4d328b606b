// A row of a table of options: everything about one option of `nabla train` but its effect. Flags, help, completion,
// configuration files, what a resumed run may change, the run's record and its text are derived from the rows. Each table of
// rows stands beside the interface that documents its options for programs; options/table.ts puts them together.

import { checkInteger, checkNumber, type NamedRows, type OtherWords } from './check.js';
import { wrongKind, wrongValue } from './errors.js';

/** What a value is, and with it how files (options/kinds.ts) and the command line (cli/flags.ts) write it. */
export type Kind =
  | 'number'
  /** A number, one divided by another, or the name of a scale. */
  | 'scale'
  | 'numberOrPath'
  | 'numbers'
  /** A number, or one for each hidden layer. */
  | 'shares'
  /** A number or 'auto'. */
  | 'count'
  /** Seconds; the option has milliseconds. */
  | 'seconds'
  | 'flag'
  | 'text'
  /** A text or several. */
  | 'texts'
  | 'path'
  /** A path, or a name that the system looks for among its libraries. */
  | 'library'
  | 'modules'
  | 'data'
  | 'neurons'
  | 'weights'
  | 'schedule';

/** Options that a command takes together. */
export type Group = 'data' | 'columns' | 'functions' | 'training' | 'learning' | 'workers' | 'step' | 'keeping' | 'diagnosis' | 'trace';

export interface OptionRow<T = unknown> extends OtherWords {
  /** The long flag without its dashes, and the key in a configuration file. */
  readonly key: string;
  readonly kind: Kind;
  readonly group: Group;
  readonly help: string;
  /** What the help calls the value. Default: x. */
  readonly placeholder?: string;
  /** Its default as the help shows it, where that is not the one of `plain`. */
  readonly default?: string;
  /** Names that may stand there, for a shell to offer: all of them, or some. */
  readonly choices?: readonly string[];
  /** What other tools call these. */
  readonly choiceWords?: NamedRows;
  /** Whether the folder of a run may stand there, for a shell to offer. */
  readonly ofRun?: true;
  /** A value that is checked by itself and kept in the run's configuration as it is; other options have code of their own for that. */
  readonly plain?: Plain<T>;
  /** Whether a run that is resumed may be given another value. */
  readonly resume?: true;
  /** Whether it is for the command line alone, and not for a configuration file. */
  readonly commandLineOnly?: true;
  /** Whether a value may have commas in it, though it is a text. */
  readonly hasCommas?: true;
  /** Whether a flag can be said to be off, `--no-…`, because its default may be on. */
  readonly refusable?: true;
  /**
   * What a run's first event says of it under `learning`, if it is set; '' for nothing. Its parameters are the checked value, and the
   * name of the figure that the run tells better epochs from worse ones by.
   */
  says?(value: never, by: never): string;
  /** How it changes the work of a step, if it is set, in words: what is fast for one kind of step is not for another. */
  readonly step?: string | ((value: never) => string);
  /** Whether a step with it, if it is set, is more than w ← keep·w - rate·Σ_x ∂C_x/∂w, and comes after the gradient. */
  readonly ownStep?: true;
}

/** An option for programs alone. */
interface ProgramRow extends OtherWords {
  readonly programsOnly: true;
  readonly resume?: true;
}

/** A table with a row for each option of an interface: one that is missing, or is of another type, is an error of the compiler. */
export type RowsOf<Options> = { readonly [Name in keyof Options]-?: OptionRow<Options[Name]> | ProgramRow };

/** Rows by the names of their options. */
export type Rows = Readonly<Record<string, OptionRow | ProgramRow>>;

/** The names of a table's options. */
export function namesOf<Table extends Rows>(rows: Table): (keyof Table & string)[] {
  return Object.keys(rows);
}

/** The rows of options that people can use, on the command line or in a file; those for programs alone are left out. */
export function rowsForPeople(rows: Rows): [name: string, row: OptionRow][] {
  return Object.entries(rows).flatMap(([name, row]) => ('key' in row ? [[name, row]] : []));
}

/** Whether a value is anything but undefined, 0, false, or a list of those. */
export function isSet(value: unknown): boolean {
  return [value].flat().some((one) => one !== undefined && one !== 0 && one !== false);
}

type Check<T> = (name: string, value: unknown) => T;

/** A value with its check and its default. */
export interface Plain<T> {
  readonly usual: T;
  /** The value, checked, or the default. */
  of(name: string, value: unknown): T;
}

/** A plain value; without a default it may be left out. */
export function plain<T>(check: Check<T>, usual: T): Plain<T>;
export function plain<T>(check: Check<T>): Plain<T | undefined>;
export function plain<T>(check: Check<T>, usual?: T): Plain<T | undefined> {
  return {
    usual,
    of: (name, value) => {
      const given = usual === undefined ? value : (value ?? usual);
      return given === undefined ? undefined : check(name, given);
    },
  };
}

export const wholeNumber =
  (min: number, max?: number): Check<number> =>
  (name, value) =>
    checkInteger(name, value, min, max);

export const atLeast =
  (min: number): Check<number> =>
  (name, value) =>
    checkNumber(name, value, min);

export const above =
  (min: number): Check<number> =>
  (name, value) =>
    checkNumber(name, value, min, true);

export const yesOrNo: Check<boolean> = (name, value) => {
  if (typeof value !== 'boolean') throw wrongKind(name, 'true or false', value);
  return value;
};

/** From 0 on, and below 1. */
export const share: Check<number> = (name, value) => {
  const number = checkNumber(name, value, 0);
  if (number >= 1) throw wrongValue(name, 'a number of at least 0 and below 1', number);
  return number;
};

/** Above 0 and below 1. */
export const inside: Check<number> = (name, value) => {
  const number = checkNumber(name, value, 0, true);
  if (number >= 1) throw wrongValue(name, 'a number above 0 and below 1', number);
  return number;
};

/** The plain values of a table, each under the name of its option. */
export type PlainValues<Table> = {
  readonly [Name in keyof Table as Table[Name] extends { plain: unknown } ? Name : never]: Table[Name] extends { plain: Plain<infer T> } ? T : never;
};

/** Checks the plain values among options and fills in their defaults. */
export function plainValues<Table extends Rows>(rows: Table, options: object): PlainValues<Table> {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const values = rowsForPeople(rows).flatMap(([name, { plain }]) => (plain ? [[name, plain.of(name, given[name])]] : []));
  return Object.fromEntries(values);
}
