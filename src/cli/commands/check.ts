// `nabla check`: whether the gradient of a network and the steps by it are right, on these kernels and these data. What is not
// ends with exit code 1.

import { Command } from 'commander';
import { STEP } from '../../insight/differences.js';
import { type CheckOptions, checkGradients } from '../../insight/gradient-check.js';
import { INPUT_FORMATS } from '../../model/input.js';
import { GRADIENT_MODES } from '../../parallel/modes.js';
import { checkTable } from '../../report/terminal/check-table.js';
import { addGroups, addSubjectOptions, flagOf, givenOptions, numberOption } from '../flags.js';
import { StatusLine } from '../status-line.js';
import { formatOption } from '../values.js';

type Flags = CheckOptions & { format: 'text' | 'json' };

export function checkCommand(): Command {
  const command = new Command('check').description('Check the gradient: BP1 to BP4, the step that trains, the sum over shards, and the optimisers.');
  addGroups(command, ['data', 'columns', 'functions'])
    .addOption(numberOption('--samples', 'training samples, drawn by the seed', 5))
    .addOption(numberOption('--weights', 'weights and biases per layer that differences try out; fewer where a network is very large', 200))
    .addOption(numberOption('--step', 'step of the differences, times max(1, |w|)', STEP))
    .addOption(flagOf('gradient', { help: `only this way to the gradient: ${GRADIENT_MODES.join(', ')}`, default: 'all' }))
    .addOption(flagOf('input', { help: `only this format of the inputs: ${INPUT_FORMATS.join(', ')}`, default: 'both' }))
    .addOption(flagOf('seed', { help: 'seed of weights, samples and split', default: '1, or that of the run' }));
  return addSubjectOptions(command).addOption(formatOption()).action(check);
}

async function check({ format, ...flags }: Flags, command: Command): Promise<void> {
  const status = new StatusLine(process.stderr);
  try {
    status.show('checking');
    const result = await checkGradients(givenOptions(flags, command));
    status.end();
    process.stdout.write(format === 'json' ? `${JSON.stringify({ event: 'check', ...result })}\n` : checkTable(result));
    if (!result.passed) process.exitCode = 1;
  } finally {
    status.end();
  }
}
