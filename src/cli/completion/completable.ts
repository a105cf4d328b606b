// What a shell can complete of the command line, read from commander's own table: commands, their options, and what may
// follow each. Choices that commander does not know, because the library checks them, are named here.

import type { Argument, Command, Option } from 'commander';
import { CSV_LABELS } from '../../data/csv.js';
import { SPLITS } from '../../data/dataset.js';
import { INVERT } from '../../data/samples-file.js';
import { PUBLIC_SETS } from '../../downloads/sets.js';
import { PUBLISHED_RUNS } from '../../experiments/published-runs.js';
import { FIGURE_NAMES } from '../../experiments/seeds/figures.js';
import { EXPORT_FORMATS } from '../../export/formats.js';
import type { OptionRow } from '../../option-row.js';
import { PREDICTION_FORMAT_NAMES } from '../../report/data/prediction-rows.js';
import { FIELDS } from '../../runs/fields.js';
import { RUN_STATES } from '../../runs/list.js';
import { TableFlag } from '../flags.js';

/** What may stand in a place. */
export interface Values {
  readonly names: readonly string[];
  /** Whether several names may stand there, with commas between them. */
  readonly list?: boolean;
  /** What of the file system may stand there too. Runs are the folders in ./runs, and otherwise any file or folder. */
  readonly paths?: 'files' | 'folders' | 'runs';
}

export interface CompletableOption {
  /** `--activation`, and `-h` beside `--help`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What follows it; undefined where nothing does. */
  readonly values?: Values;
  /** Whether it can be given again. */
  readonly again: boolean;
}

interface CompletableArgument {
  readonly values: Values;
  /** Whether it can be given again: the last one, of which there may be several. */
  readonly again: boolean;
}

export interface CompletableCommand {
  /** As it is typed: 'train', and 'data get' for one within another. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletableOption[];
  /** In their order. */
  readonly arguments: readonly CompletableArgument[];
}

const ONE_OF = (names: readonly string[]): Values => ({ names });
const NOTHING = ONE_OF([]);
const RUNS: Values = { names: [], paths: 'runs' };

/** What may follow an option or stand for an argument that is not of the table of options: by command and name, or by name alone. */
const VALUES: ReadonlyMap<string, Values> = new Map([
  ['invert', ONE_OF(INVERT)],
  ['label', ONE_OF(CSV_LABELS)],
  ['split', ONE_OF(SPLITS)],
  ['export to', ONE_OF(Object.keys(EXPORT_FORMATS))],
  ['predict to', ONE_OF(PREDICTION_FORMAT_NAMES)],
  ['mode', ONE_OF(['strong', 'weak', 'both'])],
  ['bench format', ONE_OF(['text', 'json', 'csv'])],
  ['reproduce format', ONE_OF(['text', 'json', 'markdown'])],
  ['state', { names: RUN_STATES, list: true }],
  ['sort', ONE_OF(['outcome', ...Object.keys(FIELDS)])],
  ['folders', { names: [], paths: 'folders' }],
  ['run', RUNS],
  ['compare a', RUNS],
  ['compare b', RUNS],
  ['by', ONE_OF(FIGURE_NAMES)],
  ['ids', ONE_OF(PUBLISHED_RUNS.map(({ id }) => id))],
  ['files', { names: [], paths: 'files' }],
  ['get name', ONE_OF(PUBLIC_SETS.map(({ name }) => name))],
]);

/** What a placeholder says of files. */
const PLACEHOLDERS: ReadonlyMap<string, Values> = new Map([
  ['<file>', { names: [], paths: 'files' }],
  ['<path>', { names: [], paths: 'files' }],
  ['<folder>', { names: [], paths: 'folders' }],
  ['<source>', { names: ['mnist'], paths: 'folders' }],
]);

/** All commands, each before those within it. */
export function completableCommands(program: Command): CompletableCommand[] {
  return commandsIn(program, '');
}

function commandsIn(parent: Command, before: string): CompletableCommand[] {
  const help = parent.createHelp();
  return help.visibleCommands(parent).flatMap((command) => {
    const name = `${before}${command.name()}`;
    const within = commandsIn(command, `${name} `);
    const completable = {
      name,
      description: command.description(),
      options: help.visibleOptions(command).map((option) => completableOption(command, option)),
      arguments: completableArguments(
        command,
        within.map((one) => one.name.slice(name.length + 1)),
      ),
    };
    return [completable, ...within];
  });
}

/** Where other commands are within a command, their names stand in place of its first argument. */
function completableArguments(command: Command, within: readonly string[]): CompletableArgument[] {
  const own = command.registeredArguments.map((argument) => ({ values: valuesOf(command, argument.name(), argument), again: argument.variadic }));
  if (within.length === 0) return own;
  const [first = { values: NOTHING, again: false }, ...others] = own;
  const either = { values: { ...first.values, names: [...within, ...first.values.names] }, again: false };
  return [either, ...(first.again ? [first] : []), ...others];
}

function completableOption(command: Command, option: Option): CompletableOption {
  const { short, long, description, required, optional } = option;
  const flags = [long, short].filter((flag) => flag !== undefined && flag !== null);
  return {
    flags,
    description: phrase(description),
    values: required || optional ? valuesOf(command, option.name(), option) : undefined,
    again: option instanceof TableFlag && option.again,
  };
}

function valuesOfRow({ choices, kind, ofRun, placeholder }: OptionRow): Values {
  if (choices) return { names: choices, list: kind === 'texts' };
  return ofRun ? RUNS : (PLACEHOLDERS.get(`<${placeholder}>`) ?? NOTHING);
}

function valuesOf(command: Command, name: string, option: Option | Argument): Values {
  if (option instanceof TableFlag) return valuesOfRow(option.row);
  if (option.argChoices) return ONE_OF(option.argChoices);
  const placeholder = 'flags' in option ? (/<.*>/.exec(option.flags)?.[0] ?? '') : '';
  return VALUES.get(`${command.name()} ${name}`) ?? VALUES.get(name) ?? PLACEHOLDERS.get(placeholder) ?? NOTHING;
}

/** The words of a command's name: two where it is within another one. */
export const wordsIn = ({ name }: CompletableCommand): string[] => name.split(' ');

/** Flags that a value follows. */
export function flagsWithValue({ options }: CompletableCommand): string[] {
  return options.flatMap(({ flags, values }) => (values ? flags : []));
}

/** As much of a description as a shell's list has room for: up to its first colon, semicolon or bracket. */
function phrase(description: string): string {
  return description
    .split(/[:;(]|, or /)[0]
    .trim()
    .replace(/[.,]$/, '');
}
