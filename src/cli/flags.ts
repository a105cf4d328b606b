// The table of options as flags: each row as an option of commander, alone or with all of its group. Commands that share options
// take them from here; what a command says in other words, it says beside.

import { type Command, Option } from 'commander';
import { wrongValue } from '../errors.js';
import { type Group, type Kind, type OptionRow, type Rows, rowsForPeople } from '../option-row.js';
import { toNumber, toNumberOrPath, toNumbers, toScale, toSchedule } from '../options/option-text.js';
import { OPTIONS, type OptionName } from '../options/table.js';
import { addNeuron, addText, toMilliseconds, toNames, toNumberOrAuto, toWeights } from './values.js';

/** From the text that follows a flag to the value, by kind, for messages that name the key; no entry where the text is the value. */
const PARSERS: Readonly<Partial<Record<Kind, (key: string) => (text: string, before: never) => unknown>>> = {
  number: toNumber,
  scale: toScale,
  numberOrPath: () => toNumberOrPath,
  numbers: toNumbers,
  shares: toNumbers,
  count: toNumberOrAuto,
  seconds: toMilliseconds,
  texts: () => toNames,
  modules: () => addText,
  neurons: () => addNeuron,
  weights: toWeights,
  schedule: () => toSchedule,
  data: () => oneData,
};

/** What is named once: a second source would take the place of the first without a word. */
function oneData(text: string, before: string | undefined): string {
  if (before !== undefined) throw wrongValue('data', "one source, or several files as one: --data 'part-*.csv'", text);
  return text;
}

/** From a text to the value of an option; undefined where the text is the value. */
export function parserOf({ kind, key }: OptionRow): ((text: string, before: unknown) => unknown) | undefined {
  return PARSERS[kind]?.(key) as ((text: string, before: unknown) => unknown) | undefined;
}

/** What a command says of an option in words of its own. */
type Words = Partial<Pick<OptionRow, 'help' | 'default' | 'kind' | 'placeholder' | 'choices'>>;

/** A row as an option of the command line. It has no default there: the library has them. */
export class TableFlag extends Option {
  readonly row: OptionRow;

  constructor(
    readonly option: string,
    general: OptionRow,
    words: Words = {},
  ) {
    const row = { ...general, ...words };
    const { key, kind, placeholder = 'x', help, default: shown = row.plain?.usual } = row;
    super(`--${key}${kind === 'flag' ? '' : ` <${placeholder}>`}`, shown === undefined ? help : `${help} (default: ${shown})`);
    this.row = row;
    const parser = parserOf(row);
    if (parser) this.argParser(parser);
  }

  /** Whether it can be given again. */
  get again(): boolean {
    return this.row.kind === 'modules' || this.row.kind === 'neurons';
  }

  override attributeName(): string {
    return this.option;
  }
}

/** One option of the table. */
export function flagOf(name: OptionName, words?: Words): TableFlag {
  const row = OPTIONS[name];
  if (!('key' in row)) throw new Error(`The option ${name} is for programs alone.`);
  return new TableFlag(name, row, words);
}

/** Adds the options of groups, in the order of the table within each. */
export function addGroups(
  command: Command,
  groups: readonly Group[],
  words: Readonly<Partial<Record<OptionName, Words>>> = {},
  rows: Rows = OPTIONS,
): Command {
  for (const wanted of groups) {
    for (const [name, row] of rowsForPeople(rows)) {
      if (row.group !== wanted) continue;
      command.addOption(new TableFlag(name, row, words[name as OptionName]));
      if (row.refusable) command.addOption(new TableFlag(name, { ...row, key: `no-${row.key}`, help: `not so: --${row.key}`, default: undefined }));
    }
  }
  return command;
}

/** The flags for files that are stored column by column, or are not, beside a run that says it of its own. */
export function transposeFlags(files: string): Option[] {
  const help = `${files} are stored column by column (default: as the run's data are)`;
  return [flagOf('transpose', { help }), new Option('--no-transpose', 'they are stored row by row')];
}

/** What may stand for data beside a saved run. */
const DATA_OF_RUN = "'mnist', a folder of IDX files, or what the columns of a run came from: a file or a folder with the same ones, in any order";

/** Other data for a saved run, and how they are read. @param when they are for, if not always: 'for --run' */
export function addDataOfRun(command: Command, { when, ...words }: { readonly when?: string; readonly default: string }): Command {
  command.addOption(flagOf('data', { ...words, help: when === undefined ? DATA_OF_RUN : `${when}: ${DATA_OF_RUN}` })).addOption(
    flagOf('scale', {
      help: 'what a byte of them is multiplied with, such as 1/255',
      placeholder: 'x',
      choices: undefined,
      default: 'as in training',
    }),
  );
  for (const flag of transposeFlags('images of such a folder')) command.addOption(flag);
  return addTextFlags(command);
}

/** How CSV is read beside a saved run. */
export function addTextFlags(command: Command): Command {
  return command
    .addOption(flagOf('header', { help: 'yes, no, auto: whether the first row of CSV holds names', default: 'as in training; else auto' }))
    .addOption(flagOf('separator', { help: 'what divides the columns of CSV', default: 'as in training; else found' }))
    .addOption(flagOf('decimal', { help: "the decimal mark of numbers in CSV, '.' or ','", default: "as in training; else '.'" }));
}

/** A number that a command alone has an option for. */
export function numberOption(flag: string, text: string, fallback?: number): Option {
  const option = new Option(`${flag} <x>`, text).argParser(toNumber(flag.slice(2)));
  return fallback === undefined ? option : option.default(fallback);
}

/** A saved run instead of a new network, and the arithmetic to look at it with. */
export function addSubjectOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--run <folder>',
        'look at the weights of this saved run, or of RUN@best or RUN@12, on its data, instead of a network with initial weights',
      ),
    )
    .addOption(flagOf('kernels', { default: 'auto, the fastest here' }))
    .addOption(flagOf('blas'));
}

/** Options as they were given: beside a saved run the defaults of new networks and of data do not count. */
export function givenOptions<T extends { run?: string }>(options: T, command: Command): T {
  if (options.run === undefined) return options;
  const given = Object.entries(options).filter(([name]) => command.getOptionValueSource(name) !== 'default');
  return Object.fromEntries(given) as T;
}
