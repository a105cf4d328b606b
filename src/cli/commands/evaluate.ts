// `nabla evaluate`: accuracy, cost, what lies behind them, and mistakes of a saved run.

import { Argument, Command, Option } from 'commander';
import { SPLITS } from '../../data/dataset.js';
import { type EvaluateOptions, type EvaluateResult, evaluate } from '../../inference/evaluate.js';
import type { Fit } from '../../inference/regression.js';
import { sizesText } from '../../model/parameter-sets.js';
import { assessmentTable } from '../../report/terminal/assessment-table.js';
import { fitFigures, fitTable } from '../../report/terminal/fit-table.js';
import { TEXT_WIDTH } from '../../report/words.js';
import { count, percent, plural } from '../../text.js';
import { warningLines } from '../bad-inputs.js';
import { addDataOfRun, flagOf, numberOption } from '../flags.js';
import { broken, roomOn } from '../terminal.js';
import { formatOption } from '../values.js';

type Flags = Omit<EvaluateOptions, 'run'> & { format: 'text' | 'json' };

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description(
      'Measure accuracy and cost of a saved run; show which classes it takes for others, how far its outputs can be trusted, and its surest mistakes.',
    )
    .addArgument(
      new Argument('<run>', 'folder of the run, or of an ensemble; with @best or @12 behind it, the network of its best epoch or of its twelfth'),
    );
  return addDataOfRun(command, { default: 'what the run was trained on' })
    .addOption(new Option('--split <split>', SPLITS.join(', ')).default('test'))
    .addOption(flagOf('workers', { help: 'worker threads; auto: one per core that this process may use' }))
    .addOption(flagOf('kernels', { default: 'auto, the fastest here' }))
    .addOption(numberOption('--mistakes', 'surest mistakes to list', 10))
    .addOption(numberOption('--top', 'how many of the largest outputs count for top-k accuracy (default: 3 from 6 classes on, 5 from 20 on)'))
    .addOption(formatOption())
    .action(async (run: string, { format, ...options }: Flags) => {
      const result = await evaluate({ ...options, run });
      if (format === 'text') process.stderr.write(warningLines(result.warnings));
      process.stdout.write(format === 'json' ? `${JSON.stringify({ event: 'evaluation', ...result })}\n` : evaluationText(result));
    });
}

function evaluationText(e: EvaluateResult): string {
  const fit = e.fit ? fitText(e.fit) : '';
  const accuracy = e.accuracy === null ? '' : `accuracy ${percent(e.accuracy, 2)} (${count(e.correct ?? 0)} right), `;
  const on = `${e.run}: ${e.members === undefined ? '' : `average of ${e.members} networks `}${sizesText({ network: { layers: e.network }, networks: e.networks?.map((layers) => ({ layers })) })} on ${count(e.samples)} ${e.split} samples of ${e.data}${e.transposed ? ', transposed' : ''}`;
  const found = `${accuracy}${fit}cost ${(e.cost as number).toFixed(4)}; ${plural(e.workers, 'worker')}, kernels ${e.kernels}`;
  const width = Math.min(TEXT_WIDTH, roomOn(process.stdout));
  return `${broken(`${on}: ${found}`, 0, process.stdout)}\n${e.assessment ? `\n${assessmentTable(e.assessment, width)}` : ''}${e.fit ? fitTable(e.fit) : ''}`;
}

function fitText(fit: Fit): string {
  return `${fitFigures(fit).join(', ')}, `;
}
