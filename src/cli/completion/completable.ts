// What a shell can complete of the command line, read from commander's own table: commands, their options, and what may
// follow each. Choices that commander does not know, because the library checks them, are named here.

import type { Argument, Command, Option } from 'commander';
import { CSV_HEADERS, CSV_LABELS } from '../../data/csv.js';
import { SPLITS } from '../../data/dataset.js';
import { INVERT } from '../../data/samples-file.js';
import { PUBLISHED_RUNS } from '../../experiments/published-runs.js';
import { EXPORT_FORMATS } from '../../export/formats.js';
import { ACTIVATION_NAMES } from '../../functions/activations.js';
import { COST_NAMES } from '../../functions/costs.js';
import { OPTIMISER_NAMES } from '../../functions/optimisers/index.js';
import { SCHEDULE_NAMES } from '../../functions/schedules.js';
import { KERNEL_NAMES } from '../../kernels/kernels.js';
import { INPUT_FORMATS } from '../../model/input.js';
import { INITIALISER_NAMES } from '../../model/specification.js';
import { GRADIENT_MODES } from '../../parallel/modes.js';
import { ListOption } from '../values.js';

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
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletableOption[];
  /** In their order. */
  readonly arguments: readonly CompletableArgument[];
}

const ONE_OF = (names: readonly string[]): Values => ({ names });
const NOTHING = ONE_OF([]);

/** What may follow an option: by command and name, or by name alone. */
const VALUES: ReadonlyMap<string, Values> = new Map([
  ['activation', { names: ACTIVATION_NAMES.filter((name) => name !== 'softmax'), list: true }],
  ['output', ONE_OF(ACTIVATION_NAMES)],
  ['cost', ONE_OF(COST_NAMES)],
  ['init', ONE_OF(INITIALISER_NAMES)],
  ['optimiser', ONE_OF(OPTIMISER_NAMES)],
  ['schedule', ONE_OF(SCHEDULE_NAMES)],
  ['class-weights', ONE_OF(['balanced'])],
  ['gradient', ONE_OF(GRADIENT_MODES)],
  ['input', ONE_OF(['auto', ...INPUT_FORMATS])],
  ['kernels', ONE_OF(['auto', ...KERNEL_NAMES])],
  ['checkpoint-every', ONE_OF(['5e', '30s', '10m', 'never'])],
  ['invert', ONE_OF(INVERT)],
  ['header', ONE_OF(CSV_HEADERS)],
  ['label', ONE_OF(CSV_LABELS)],
  ['workers', ONE_OF(['auto'])],
  ['bench workers', NOTHING],
  ['split', ONE_OF(SPLITS)],
  ['to', ONE_OF(Object.keys(EXPORT_FORMATS))],
  ['mode', ONE_OF(['strong', 'weak', 'both'])],
  ['bench format', ONE_OF(['text', 'json', 'csv'])],
  ['reproduce format', ONE_OF(['text', 'json', 'markdown'])],
  ['from', { names: [], paths: 'runs' }],
  ['resume', { names: [], paths: 'runs' }],
  ['run', { names: [], paths: 'runs' }],
  // That of a new run.
  ['train run', { names: [], paths: 'folders' }],
  ['reproduce data', { names: [], paths: 'folders' }],
  ['ids', ONE_OF(PUBLISHED_RUNS.map(({ id }) => id))],
  ['files', { names: [], paths: 'files' }],
]);

/** What a placeholder says of files. */
const PLACEHOLDERS: ReadonlyMap<string, Values> = new Map([
  ['<file>', { names: [], paths: 'files' }],
  ['<path>', { names: [], paths: 'files' }],
  ['<folder>', { names: [], paths: 'folders' }],
  ['<source>', { names: ['mnist'], paths: 'folders' }],
]);

export function completableCommands(program: Command): CompletableCommand[] {
  const help = program.createHelp();
  return help.visibleCommands(program).map((command) => ({
    name: command.name(),
    description: command.description(),
    options: help.visibleOptions(command).map((option) => completableOption(command, option)),
    arguments: command.registeredArguments.map((argument) => ({
      values: valuesOf(command, argument.name(), argument),
      again: argument.variadic,
    })),
  }));
}

function completableOption(command: Command, option: Option): CompletableOption {
  const { short, long, description, required, optional } = option;
  const flags = [long, short].filter((flag) => flag !== undefined && flag !== null);
  return {
    flags,
    description: phrase(description),
    values: required || optional ? valuesOf(command, option.name(), option) : undefined,
    again: option instanceof ListOption,
  };
}

function valuesOf(command: Command, name: string, { argChoices, ...option }: Option | Argument): Values {
  if (argChoices) return ONE_OF(argChoices);
  const placeholder = 'flags' in option ? (/<.*>/.exec(option.flags)?.[0] ?? '') : '';
  return VALUES.get(`${command.name()} ${name}`) ?? VALUES.get(name) ?? PLACEHOLDERS.get(placeholder) ?? NOTHING;
}

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
