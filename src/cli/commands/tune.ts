// `nabla tune`: finds the fastest way to train a network on this machine, and keeps it for `nabla train`.

import { Command } from 'commander';
import { datasetOf } from '../../data/load.js';
import type { TrainOptions } from '../../options/options.js';
import { GRADIENTS } from '../../parallel/modes.js';
import { textTable } from '../../report/terminal/columns.js';
import { profilePath, saveProfile } from '../../scaling/profile.js';
import { type TuneResult, tune } from '../../scaling/tune.js';
import { count } from '../../text.js';
import { addGroups, flagOf } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { StatusLine } from '../status-line.js';
import { formatOption } from '../values.js';

type Flags = Omit<TrainOptions, 'data'> & { data?: string; keep: boolean; format: 'text' | 'json' };

export function tuneCommand(): Command {
  const command = new Command('tune').description(
    'Find the fastest workers, gradient, shards, kernels and input format for a network by short trials, and keep them.',
  );
  addGroups(command, ['data', 'columns', 'functions'])
    .addOption(flagOf('batch'))
    .addOption(flagOf('workers', { help: 'try this number of workers only (default: auto, one to one per core)' }));
  return addGroups(command, ['learning', 'step'])
    .option('--no-keep', 'only print the ranking: nabla train does not get to know of it')
    .addOption(formatOption())
    .action(run);
}

async function run({ data, keep, format, ...options }: Flags): Promise<void> {
  const { signal, release } = onInterrupt();
  const status = new StatusLine(process.stderr);
  try {
    const dataset = await datasetOf(data ?? 'mnist', options);
    const result = await tune(options, dataset, { signal, onProgress: (text) => status.show(text) });
    status.end();
    const warning = keep ? saveProfile(result.subject, result.ranking) : undefined;
    const kept = keep && warning === undefined ? profilePath(result.subject) : undefined;
    if (warning !== undefined) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(format === 'json' ? `${JSON.stringify({ event: 'tuned', ...result, kept })}\n` : text(result, kept));
  } finally {
    status.end();
    release();
  }
}

function text({ subject, ranking, seconds }: TuneResult, kept: string | undefined): string {
  const [best] = ranking;
  const rows = ranking.map((r) => [
    count(r.samplesPerSecond),
    `${Math.round((100 * r.samplesPerSecond) / best.samplesPerSecond)} %`,
    String(r.workers),
    r.gradient,
    GRADIENTS[r.gradient].hasBlocks ? String(r.shards) : '',
    r.kernels,
    r.input,
  ]);
  const heads = ['samples/s', '', 'workers', 'gradient', 'shards', 'kernels', 'input'];
  return [
    `fastest   --workers ${best.workers} --gradient ${best.gradient}${GRADIENTS[best.gradient].hasBlocks ? ` --shards ${best.shards}` : ''} --kernels ${best.kernels} --input ${best.input}`,
    '',
    `${subject.layers.join('-')}, mini-batch ${subject.batch}: ${ranking.length} settings in ${seconds.toFixed(1)} s`,
    '',
    ...textTable(heads.map((head, k) => ({ head, cells: rows.map((row) => row[k]) }))),
    ...(kept === undefined
      ? []
      : ['', `kept in   ${kept}`, '          nabla train uses it for this network and mini-batch, as far as its options leave it open']),
    '',
  ].join('\n');
}
