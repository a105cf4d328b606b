// `nabla plan`: the speed to expect from each worker count and from several hosts, measured in some seconds before a run, and what to choose.

import { Command, Option } from 'commander';
import { checkInteger, checkNumber } from '../../check.js';
import { datasetOf } from '../../data/load.js';
import { wrongValue } from '../../errors.js';
import { refuseTogether } from '../../mpi/agreement.js';
import { MEASURING_LIMIT, worldOf } from '../../mpi/join.js';
import { toNumbers } from '../../options/option-text.js';
import { MAX_WORKERS, type TrainOptions } from '../../options/options.js';
import { textTable, wrap } from '../../report/terminal/columns.js';
import { hostLines } from '../../report/terminal/hosts-table.js';
import { hostsInWords, planInWords } from '../../report/words.js';
import { makePlan, type Plan, type PlanOptions } from '../../scaling/plan.js';
import { planTogether } from '../../scaling/plan-ranks.js';
import { count } from '../../text.js';
import { addGroups, flagOf, numberOption } from '../flags.js';
import { StatusLine } from '../status-line.js';
import { formatOption } from '../values.js';

type Flags = Omit<TrainOptions, 'data'> & { data?: string; cores?: number; hosts?: number[]; network?: number; format: 'text' | 'json' };

export function planCommand(): Command {
  const command = new Command('plan').description('Predict the speed of each worker count, and of several hosts, and say what to choose.');
  addGroups(command, ['data', 'columns', 'functions'])
    .addOption(flagOf('batch'))
    .addOption(numberOption('--cores', 'plan for a machine with so many cores (default: this one)'))
    .addOption(
      new Option(
        '--hosts <k,k,…>',
        'predict so many hosts like this one, too, one process of mpirun on each; under mpirun, those that it has started in any case',
      ).argParser(toNumbers('hosts')),
    )
    .addOption(numberOption('--network', 'Gbit/s of the line between the hosts (default: 10; under mpirun it is measured)'))
    .addOption(flagOf('mpi', { help: 'the processes of mpirun or srun measure together: auto; off; or the path of the MPI library' }));
  return addGroups(command, ['learning', 'step']).addOption(formatOption()).action(plan);
}

async function plan({ data, cores, hosts, network, format, mpi, ...options }: Flags): Promise<void> {
  // What is wrong with what one rank was given, all of them refuse.
  const world = await worldOf({ mpi, timeout: MEASURING_LIMIT });
  const status = new StatusLine(process.stderr);
  try {
    const asked = await planOptions({ cores, hosts, network }).catch((error) => (world ? refuseTogether(world, error) : Promise.reject(error)));
    const read = () => datasetOf(data ?? 'mnist', options);
    if (!world || world.rank === 0) status.show('calibrating');
    const result = world ? await planTogether(world, options, read, asked) : await makePlan(options, await read(), asked);
    status.end();
    // One of them speaks for all.
    if (world && world.rank > 0) return;
    process.stdout.write(format === 'json' ? `${JSON.stringify({ event: 'plan', ...result })}\n` : text(result));
  } finally {
    status.end();
  }
}

async function planOptions({ cores, hosts, network }: Pick<Flags, 'cores' | 'hosts' | 'network'>): Promise<PlanOptions> {
  if (cores !== undefined) checkInteger('cores', cores, 1, MAX_WORKERS);
  if (network !== undefined) checkNumber('network', network, 0, true);
  if (network !== undefined && hosts === undefined) throw wrongValue('network', 'none without --hosts', network, 'How many hosts: --hosts 2.');
  return { cores, ...(hosts && { hosts: { counts: hosts, gigabits: network } }) };
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
    ...(result.hosts ? wrap(hostsInWords(result.hosts), 80) : []),
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
    ...(result.hosts ? ['', ...hostLines(result.hosts)] : []),
    '',
  ].join('\n');
}

function microseconds(t: number): string {
  if (t < 1000) return `${t.toFixed(1)} µs`;
  return `${(t / 1000).toFixed(t < 1e5 ? 2 : 0)} ms`;
}
