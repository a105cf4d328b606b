// `nabla plan`: the speed to expect from each worker count, measured in some seconds before a run, and what to choose.

import { Command } from 'commander';
import { checkInteger } from '../../check.js';
import { datasetOf } from '../../data/load.js';
import { MAX_WORKERS, type TrainOptions } from '../../options/options.js';
import { textTable, wrap } from '../../report/terminal/columns.js';
import { planInWords } from '../../report/words.js';
import { makePlan, type Plan } from '../../scaling/plan.js';
import { count } from '../../text.js';
import { addGroups, flagOf, numberOption } from '../flags.js';
import { StatusLine } from '../status-line.js';
import { formatOption } from '../values.js';

type Flags = Omit<TrainOptions, 'data'> & { data?: string; cores?: number; format: 'text' | 'json' };

export function planCommand(): Command {
  const command = new Command('plan').description('Predict the speed of each worker count, and say which to choose.');
  addGroups(command, ['data', 'columns', 'functions'])
    .addOption(flagOf('batch'))
    .addOption(numberOption('--cores', 'plan for a machine with so many cores (default: this one)'));
  return addGroups(command, ['learning', 'step']).addOption(formatOption()).action(plan);
}

async function plan({ data, cores, format, ...options }: Flags): Promise<void> {
  if (cores !== undefined) checkInteger('cores', cores, 1, MAX_WORKERS);
  const status = new StatusLine(process.stderr);
  try {
    status.show('calibrating');
    const dataset = await datasetOf(data ?? 'mnist', options);
    const result = await makePlan(options, dataset, { cores });
    status.end();
    process.stdout.write(format === 'json' ? `${JSON.stringify({ event: 'plan', ...result })}\n` : text(result));
  } finally {
    status.end();
  }
}

function text(result: Plan): string {
  const { layers, batch, kernels, input, cores, machine, seconds, predictions, rates } = result;
  const cells = predictions.map((p) => [
    String(p.workers),
    p.gradient,
    count(p.samplesPerSecond),
    (p.samplesPerSecond / (predictions.find((q) => q.gradient === p.gradient)?.samplesPerSecond ?? 1)).toFixed(2),
    ...[p.step, p.work, p.contention, p.barriers + p.moving].map(microseconds),
    p.extrapolated ? 'extrapolated' : '',
  ]);
  const heads = ['workers', 'gradient', 'samples/s', 'speed-up', 'step', 'work', 'crowding', 'company', ''];
  const phases = rates.map(({ phase, microseconds: t, gflops }) => `${phase} ${microseconds(t)}${gflops ? ` (${gflops.toFixed(1)} GFLOP/s)` : ''}`);
  return [
    ...wrap(planInWords(result), 80),
    '',
    `${layers.join('-')}, mini-batch ${batch}, kernels ${kernels}, ${input} input; calibrated in ${seconds.toFixed(1)} s`,
    '',
    ...textTable(heads.map((head, k) => ({ head, cells: cells.map((row) => row[k]) }))),
    '',
    ...wrap(`One worker's step: ${phases.join(', ')}.`, 80),
    ...wrap(`${result.reason.charAt(0).toUpperCase()}${result.reason.slice(1)}.`, 80),
    ...(cores > machine.usable
      ? wrap(
          `This machine has ${machine.usable} cores: what more than that would do is extrapolated, not measured. A barrier is taken to cost in proportion to the workers, the wait for the slowest in proportion to the work, and a core to be as fast as here.`,
          80,
        )
      : []),
    '',
  ].join('\n');
}

function microseconds(t: number): string {
  if (t < 1000) return `${t.toFixed(1)} µs`;
  return `${(t / 1000).toFixed(t < 1e5 ? 2 : 0)} ms`;
}
