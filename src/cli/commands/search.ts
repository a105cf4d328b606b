// `nabla search`: settings of a space, trained side by side, and which of them is the best.

import { Argument, Command, Option } from 'commander';
import { oneSource } from '../../data/source.js';
import { isBadInput, NablaError, wrongValue } from '../../errors.js';
import { STRATEGIES } from '../../experiments/search/plan.js';
import { search } from '../../experiments/search/search.js';
import { NOT_OF_RUNS, type SearchOptions } from '../../experiments/search/search-options.js';
import { SEARCHED_OPTIONS, type ValuesOf } from '../../experiments/search/space.js';
import { type OptionRow, rowsForPeople } from '../../option-row.js';
import { namingConfig } from '../../options/config-file.js';
import { milliseconds, toNumber } from '../../options/option-text.js';
import { OPTIONS, type OptionName, type TrainOptions } from '../../options/table.js';
import { searchPage } from '../../report/pages/search-page.js';
import { SearchPrinter } from '../../report/terminal/search-table.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { count } from '../../text.js';
import { calledAs } from '../called.js';
import { withConfig } from '../config.js';
import { addGroups, numberOption, TableFlag } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { type Given, givenBy, spaceOfFile } from '../space-values.js';
import { StatusLine } from '../status-line.js';
import { roomOn } from '../terminal.js';
import { formatOption } from '../values.js';

interface Flags extends Omit<SearchOptions, 'space' | 'onEvent' | 'signal' | 'forTime' | 'totalEpochs' | 'resume'> {
  config?: string;
  out?: string;
  resume?: string;
  for?: number;
  html?: string;
  format: 'text' | 'json';
}

const SPACES = `
What to look for, of every option of the network, training and learning:
  --eta 0.1,0.5               choices            --hidden "30|100,50"             choices of lists
  --eta 0.1..1                a range            --layers "784,{30,100},10"       choices for an entry
  --eta log:0.01..1           by logarithms      --hidden "{log:10..300}"         a range for an entry
  --eta log:0.01..1:7         seven of a grid
Options whose values have commas, such as --dropout, --activation and --augment, have | between choices: --dropout "0|0.2".
The same in the table [space] of a configuration file: eta = "log:0.01..1", optimiser = ["sgd", "adam"].
`;

/** An option that may be looked for: its text is a value, or a space. */
class SpaceFlag extends TableFlag {
  constructor(name: string, row: OptionRow) {
    super(name, row);
    if (row.kind !== 'flag') this.argParser((text: string) => givenBy(row, text));
  }
}

export function searchCommand(): Command {
  const command = new Command('search')
    .description('Look for the options with which a network learns best: many runs side by side, judged on validation samples.')
    .addArgument(new Argument('[data...]', 'the data, in place of --data: several files are one after another'));
  addGroups(command, ['data'], {}, without(SEARCHED_OPTIONS));
  addGroups(command, ['columns']).addOption(
    new Option(
      '--config <file>',
      'options, and what to look for in its table space, from a file in TOML or JSON; those of the command line come first',
    ),
  );
  for (const [name, row] of rowsForPeople(OPTIONS)) if (SEARCHED_OPTIONS.includes(name)) command.addOption(new SpaceFlag(name, row));
  for (const name of ['functions', 'from', 'preset', 'seed'] as const) addOne(command, name);
  return command
    .addOption(
      new Option('--strategy <name>', `${STRATEGIES.join(', ')}: how settings are chosen, and for how long each is trained`)
        .choices([...STRATEGIES])
        .default('halving'),
    )
    .addOption(numberOption('--runs', 'settings to try (default: 27; of a grid all)'))
    .addOption(numberOption('--factor', 'by how much halving divides runs and multiplies epochs from rung to rung (default: 3)'))
    .addOption(numberOption('--total-epochs', 'epochs of all runs together, in place of --runs'))
    .addOption(new Option('--for <time>', 'train until so long has passed: 90s, 10m, 1h; what is found then hangs on the clock').argParser(toTime))
    .addOption(numberOption('--jobs', 'runs at a time (default: one per core)'))
    .addOption(numberOption('--workers', 'threads of each run (default: 1, and more where runs are fewer than cores)'))
    .addOption(new Option('--out <folder>', 'folder to keep the search in (default: searches/DATE)'))
    .addOption(
      new Option('--resume <folder>', 'go on with a search that was stopped, to the same result; beside it --jobs, --workers and what follows'),
    )
    .addOption(numberOption('--keep', 'of how many of the best the runs stay in the folder', 10))
    .addOption(new Option('--html <file>', 'write a page too, at the end: one HTML file with charts of all runs, which loads nothing'))
    .addOption(formatOption())
    .addHelpText('after', SPACES)
    .action(run);
}

function without(names: readonly string[]) {
  return Object.fromEntries(Object.entries(OPTIONS).filter(([name]) => !names.includes(name)));
}

function addOne(command: Command, name: OptionName): void {
  const row = OPTIONS[name];
  if ('key' in row) command.addOption(new TableFlag(name, row));
}

/** '90s', '10m', '1h' as milliseconds. */
function toTime(text: string): number {
  const match = /^([\d.]+)(s|m|h)$/.exec(text.trim());
  if (!match) throw wrongValue('for', 'a time such as 90s, 10m or 1h', text);
  const seconds = toNumber('for')(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as 's' | 'm' | 'h'];
  return milliseconds('for', seconds);
}

async function run(sources: string[], { html, ...flags }: Flags, command: Command): Promise<void> {
  const { format } = flags;
  if (html !== undefined) checkOutputPath('html', html);
  const { options, file } = asGiven(sources, flags, command);
  const { signal, release } = onInterrupt();
  const status = new StatusLine(format === 'json' ? process.stderr : process.stdout);
  const printer = new SearchPrinter((text) => status.print(text), roomOn(process.stdout), calledAs());
  try {
    status.show('reading data');
    const { folder } = await search({
      ...options,
      signal,
      onEvent: (event) => {
        if (event.event === 'progress') return status.show(printer.progress(event));
        if (format === 'json') process.stdout.write(`${JSON.stringify(event)}\n`);
        else printer.print(event);
      },
    });
    if (html === undefined || folder === undefined) return;
    const page = searchPage(folder);
    writeOutput('The page', html, page);
    const bytes = Buffer.byteLength(page);
    if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'page', out: html, bytes })}\n`);
    else status.print(`${html}: ${count(Math.ceil(bytes / 1024))} kB`);
  } catch (error) {
    throw withFlags(file ? namingConfig(error, file) : error);
  } finally {
    status.end();
    release();
  }
}

/** The options of the command line and of its file, with the space apart. */
function asGiven(sources: string[], { config, out, format, for: forTime, resume, ...flags }: Omit<Flags, 'html'>, command: Command) {
  const typed: Record<string, unknown> = Object.fromEntries(
    Object.entries(flags).filter(([name]) => command.getOptionValueSource(name) !== 'default'),
  );
  if (sources.length > 0) {
    if (typed.data !== undefined) throw wrongValue('data', 'none beside the data before the options', typed.data);
    typed.data = oneSource(sources);
  }
  const space: Record<string, ValuesOf> = {};
  const fixed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(typed)) {
    if (!isGiven(value)) fixed[name] = value;
    else if ('fixed' in value) fixed[name] = value.fixed;
    else space[name] = value.values;
  }
  const { options: all, file } = withConfig(fixed as TrainOptions, config, command, ['space']);
  const ofFile = file?.tables?.space === undefined ? {} : spaceOfFile(file.path, file.tables.space);
  // What was typed wins over the file, as a value for all runs and as a space.
  const looked = { ...Object.fromEntries(Object.entries(ofFile).filter(([name]) => !Object.hasOwn(fixed, name))), ...space };
  // A file of a run says how that was kept and watched, too.
  const ofRun = (name: string): boolean => !Object.hasOwn(fixed, name) && (NOT_OF_RUNS as readonly string[]).includes(name);
  const rest = Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(looked, name) && !ofRun(name)));
  if (resume === undefined && Object.keys(looked).length === 0)
    throw wrongValue('search', "an option with values to look among, such as --eta log:0.01..1 or --hidden '10|30'", 'none');
  const place = resume === undefined ? { folder: out ?? freshFolder() } : { resume, ...(out !== undefined && { folder: out }) };
  return {
    options: {
      ...rest,
      ...place,
      ...(Object.keys(looked).length > 0 && { space: looked }),
      ...(forTime !== undefined && { forTime }),
    } as SearchOptions,
    file,
  };
}

/** What a program calls otherwise than the command line. */
const FLAGS: Readonly<Record<string, string>> = { folder: 'out', forTime: 'for', totalEpochs: 'total-epochs' };

/** An error that begins with the name of an option, with that of its flag. */
function withFlags(error: unknown): unknown {
  if (!isBadInput(error)) return error;
  const [name, ...rest] = error.message.split(': ');
  return Object.hasOwn(FLAGS, name) ? new NablaError('BAD_DATA', [FLAGS[name], ...rest].join(': '), { cause: error }) : error;
}

/** Own fields alone: every array has a method `values`. */
const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && (Object.hasOwn(value, 'values') || Object.hasOwn(value, 'fixed'));

/** Named after the time: 'searches/2026-01-31-12.00.59'. */
function freshFolder(): string {
  const now = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '.');
  return `searches/${now}`;
}
