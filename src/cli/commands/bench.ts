// `nabla bench`: how training scales with workers on this machine, measured; tables and a chart for people, JSON and CSV for
// programs, a page to keep, and a comparison with an older measurement.

import { Command, Option } from 'commander';
import { checkNumber, checkOneOf } from '../../check.js';
import { datasetOf } from '../../data/load.js';
import { wrongValue } from '../../errors.js';
import { refuseTogether } from '../../mpi/agreement.js';
import { MEASURING_LIMIT, worldOf } from '../../mpi/join.js';
import type { TrainOptions } from '../../options/options.js';
import { compareScaling } from '../../report/data/compare-scaling.js';
import { parseScalingReport } from '../../report/data/parse-scaling.js';
import { scalingCsv } from '../../report/data/scaling-csv.js';
import { isWorthAChart } from '../../report/data/speed-up-axes.js';
import { scalingPage } from '../../report/pages/scaling-page.js';
import { comparisonText } from '../../report/terminal/comparison-table.js';
import { scalingTable } from '../../report/terminal/scaling-table.js';
import { terminalChart } from '../../report/terminal/terminal-chart.js';
import { measureScaling } from '../../scaling/measure.js';
import { measureTogether } from '../../scaling/measure-ranks.js';
import type { ScalingMode, ScalingOptions } from '../../scaling/points.js';
import type { ScalingReport } from '../../scaling/results.js';
import { readInputText, type Wanted } from '../../system/input-file.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { addGroups, flagOf, numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { StatusLine } from '../status-line.js';
import { painter } from '../terminal.js';

const MODES = ['strong', 'weak', 'both'] as const;
const FORMATS = ['text', 'json', 'csv'] as const;

/** A report takes some kilobytes. */
const COMPARED: Wanted = { what: 'a report that --save wrote', most: 64_000_000 };

interface Flags extends Omit<TrainOptions, 'workers' | 'batch' | 'data'> {
  data?: string;
  workers?: number[];
  batch?: number[];
  mode: string;
  rounds: number;
  seconds: number;
  save?: string;
  html?: string;
  compare?: string;
  threshold: number;
  format: string;
}

export function benchCommand(): Command {
  const command = new Command('bench').description(
    'Measure how training scales with workers on this machine, beside what the machine itself gives; under mpirun, in all of its processes.',
  );
  addGroups(command, ['data', 'columns', 'functions'])
    .addOption(
      flagOf('workers', {
        kind: 'numbers',
        placeholder: 'n,n,…',
        help: 'worker counts, beside one',
        default: 'powers of two up to the cores, and the cores',
        choices: undefined,
      }),
    )
    .addOption(flagOf('batch', { kind: 'numbers', placeholder: 'm,m,…', help: 'mini-batches', default: '10,100' }))
    .addOption(new Option('--mode <mode>', 'strong: the mini-batch stays; weak: each worker has as many samples; both').default('both'))
    .addOption(flagOf('across'))
    .addOption(flagOf('mpi', { help: 'the processes of mpirun or srun share each step (strong scaling): auto; off; or the path of the MPI library' }))
    .addOption(numberOption('--rounds', 'times that each point is measured, in turns', 5))
    .addOption(numberOption('--seconds', 'seconds of training for each point and round', 0.25));
  return addGroups(command, ['learning', 'step'])
    .addOption(new Option('--save <file>', 'write the figures as JSON, for --compare'))
    .addOption(new Option('--html <file>', 'write a page with the curves'))
    .addOption(new Option('--compare <file>', 'say what has changed since these figures; exit 1 where something is slower'))
    .addOption(numberOption('--threshold', 'per cent by which a point must be slower to count, for --compare', 10))
    .addOption(new Option('--format <format>', 'text for people; json: one object; csv: one row a point').default('text'))
    .action(bench);
}

async function bench(flags: Flags): Promise<void> {
  // What is wrong with what one rank was given, all of them refuse.
  const world = await worldOf({ mpi: flags.mpi, timeout: MEASURING_LIMIT });
  // One of them speaks for all, and has the files.
  const isSilent = world !== undefined && world.rank > 0;
  const { signal, release } = onInterrupt();
  const status = new StatusLine(process.stderr);
  try {
    const asked = await benchOptions(isSilent ? { ...flags, save: undefined, html: undefined, compare: undefined } : flags).catch((error) =>
      world ? refuseTogether(world, error) : Promise.reject(error),
    );
    if (!isSilent) status.show('reading data, calibrating');
    const { options, older } = asked;
    const read = () => datasetOf(flags.data ?? 'mnist', options);
    const scaling: ScalingOptions = { ...asked.scaling, signal, onTurn: (turn, of) => status.show(`turn ${turn} of ${of}`) };
    const report = world ? await measureTogether(world, options, read, scaling) : await measureScaling(options, await read(), scaling);
    status.end();
    if (report && !isSilent) keep(report, flags, older);
  } finally {
    status.end();
    release();
  }
}

interface Asked {
  readonly options: Omit<TrainOptions, 'workers' | 'batch' | 'data'>;
  readonly scaling: ScalingOptions;
  readonly older?: ScalingReport;
}

async function benchOptions({
  data,
  workers,
  batch,
  mode,
  rounds,
  seconds,
  mpi,
  save,
  html,
  compare,
  threshold,
  format,
  ...options
}: Flags): Promise<Asked> {
  const modes = checkOneOf('mode', mode, MODES);
  checkOneOf('format', format, FORMATS);
  if (checkNumber('threshold', threshold, 0) >= 100) throw wrongValue('threshold', 'a percentage below 100', threshold);
  for (const [what, path] of Object.entries({ save, html })) if (path !== undefined) checkOutputPath(what, path);
  const older = compare === undefined ? undefined : parseScalingReport(readInputText(compare, COMPARED), compare);
  const scaling = { workers, batches: batch, rounds, seconds, ...(modes !== 'both' && { modes: [modes satisfies ScalingMode] }) };
  return { options, scaling, older };
}

function keep(report: ScalingReport, { save, html, threshold, format }: Flags, older: ScalingReport | undefined): void {
  if (save !== undefined) writeOutput('The figures', save, `${JSON.stringify(report, undefined, 1)}\n`);
  if (html !== undefined) writeOutput('The page', html, scalingPage(report));
  print(report, format);
  if (older) judge(older, report, threshold, format);
}

function print(report: ScalingReport, format: string): void {
  if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'scaling', ...report })}\n`);
  else if (format === 'csv') process.stdout.write(scalingCsv(report));
  else {
    const width = Math.min(100, process.stdout.columns || 80);
    const paint = painter(process.stdout, process.env);
    const chart = isWorthAChart(report.curves) ? `\n${terminalChart(report, { width, paint })}\n` : '';
    process.stdout.write(`${scalingTable(report)}${chart}`);
  }
}

function judge(older: ScalingReport, newer: ScalingReport, threshold: number, format: string): void {
  const comparison = compareScaling(older, newer, threshold / 100);
  if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'comparison', ...comparison })}\n`);
  else (format === 'csv' ? process.stderr : process.stdout).write(`\n${comparisonText(comparison)}\n`);
  if (comparison.points.some(({ regression }) => regression)) process.exitCode = 1;
}
