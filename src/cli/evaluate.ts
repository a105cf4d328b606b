// `nabla evaluate`: accuracy and cost of a saved run.

import { Argument, Command, Option } from 'commander';
import { SPLITS } from '../data/dataset.js';
import { KERNEL_NAMES } from '../kernels/kernels.js';
import { count } from '../report/words.js';
import { type EvaluateOptions, evaluate } from '../training/evaluate.js';
import { percent } from './train-printer.js';
import { formatOption, workersOption } from './values.js';

type Flags = Omit<EvaluateOptions, 'run'> & { format: 'text' | 'json' };

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Measure accuracy and cost of a saved run.')
    .addArgument(new Argument('<run>', 'folder of the run'))
    .addOption(new Option('--data <source>', "'mnist' or a folder of IDX files (default: what the run was trained on)"))
    .addOption(new Option('--split <split>', SPLITS.join(', ')).default('test'))
    .addOption(workersOption())
    .addOption(new Option('--kernels <set>', `auto, ${KERNEL_NAMES.join(', ')} (default: auto, the fastest here)`))
    .addOption(formatOption())
    .action(async (run: string, { format, ...options }: Flags) => {
      const result = await evaluate({ ...options, run });
      if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'evaluation', ...result })}\n`);
      else {
        process.stdout.write(
          `${result.run}: ${result.network.join('-')} on ${count(result.samples)} ${result.split} samples of ${result.data}: ` +
            `${result.accuracy === null ? '' : `accuracy ${percent(result.accuracy)} (${count(result.correct ?? 0)} right), `}cost ${(result.cost as number).toFixed(4)}; ` +
            `${result.workers} workers, kernels ${result.kernels}\n`,
        );
      }
    });
}
