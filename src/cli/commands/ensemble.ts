// `nabla ensemble`: runs that were trained apart as one model, what their average comes to, and what each of them adds.

import { Argument, Command, Option } from 'commander';
import { type AverageRunsOptions, averageRuns } from '../../experiments/members/average-runs.js';
import type { AveragedRuns } from '../../experiments/members/events.js';
import { collectEnsemble } from '../../report/data/ensemble-report.js';
import { ensemblePage } from '../../report/pages/ensemble-page.js';
import { averageText } from '../../report/terminal/average-table.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { count } from '../../text.js';
import { warningLines } from '../bad-inputs.js';
import { addDataOfRun } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { StatusLine } from '../status-line.js';
import { roomOn } from '../terminal.js';
import { formatOption } from '../values.js';

interface Flags extends Omit<AverageRunsOptions, 'runs' | 'parent' | 'signal'> {
  html?: string;
  format: 'text' | 'json';
}

export function ensembleCommand(): Command {
  const command = new Command('ensemble')
    .description('Average the outputs of runs that were trained apart; keep the average as one model; show what each of them adds.')
    .addArgument(
      new Argument(
        '<run...>',
        'two or more: folders of runs, RUN@best, RUN@12; an ensemble stands for its members, a folder of --seeds for its runs',
      ),
    )
    .addOption(new Option('--run <folder>', 'new folder to keep the average in, with copies of the networks (default: in runs, after the time)'));
  return addDataOfRun(command, { default: 'what the first run was trained on' })
    .addOption(new Option('--html <file>', 'write a page too: one HTML file that loads nothing'))
    .addOption(formatOption())
    .action(run);
}

async function run(runs: string[], { html, format, ...options }: Flags): Promise<void> {
  if (html !== undefined) checkOutputPath('html', html);
  const { signal, release } = onInterrupt();
  const status = new StatusLine(process.stderr);
  try {
    status.show('reading runs and data');
    const { network: _, networks: __, parameters: ___, model: ____, ...result } = await averageRuns({ ...options, runs, parent: 'runs', signal });
    status.end();
    show(result, format);
    if (html !== undefined) await writePage(result, { html, format, options });
  } finally {
    status.end();
    release();
  }
}

function show(result: AveragedRuns, format: Flags['format']): void {
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ event: 'ensemble', ...result })}\n`);
    return;
  }
  process.stderr.write(warningLines(result.warnings));
  process.stdout.write(averageText(result, roomOn(process.stdout)));
}

async function writePage(
  { run, additions }: AveragedRuns,
  { html, format, options }: Pick<Flags, 'format'> & { html: string; options: object },
): Promise<void> {
  const page = ensemblePage(await collectEnsemble(run as string, without(options), additions));
  writeOutput('The page', html, page);
  const bytes = Buffer.byteLength(page);
  if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'page', out: html, bytes })}\n`);
  else process.stdout.write(`${html}: ${count(Math.ceil(bytes / 1024))} kB\n`);
}

/** What a page is told of the data. */
function without({ run: _, ...reading }: { readonly run?: string }): object {
  return reading;
}
