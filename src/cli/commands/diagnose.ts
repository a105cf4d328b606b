// `nabla diagnose`: how fast each layer of a network learns, what holds it back, and what to try.

import { Command } from 'commander';
import { type DiagnoseOptions, diagnose } from '../../experiments/diagnose.js';
import type { TrainEvent } from '../../options/events.js';
import { diagnosisTable } from '../../report/terminal/diagnosis-table.js';
import { addGroups, addSubjectOptions, flagOf, givenOptions, numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { StatusLine } from '../status-line.js';
import { formatOption } from '../values.js';

type Flags = Omit<DiagnoseOptions, 'onEvent' | 'signal'> & { format: 'text' | 'json' };

export function diagnoseCommand(): Command {
  const command = new Command('diagnose').description('Say how fast each layer learns, what holds it back, and what to try.');
  addGroups(command, ['data', 'columns', 'functions'])
    .addOption(numberOption('--samples', 'training samples to look at, drawn by the seed (default: 1,000, or all)'))
    .addOption(numberOption('--seeds', 'initial weights of so many seeds', 1))
    .addOption(numberOption('--epochs', 'train for so many epochs, and look before and after', 0))
    .addOption(flagOf('batch', { help: 'samples per step of that training, m' }));
  return addSubjectOptions(addGroups(command, ['learning']))
    .addOption(formatOption())
    .action(run);
}

async function run({ format, ...flags }: Flags, command: Command): Promise<void> {
  const { signal, release } = onInterrupt();
  const status = new StatusLine(process.stderr);
  const onEvent = (event: TrainEvent): void => {
    if (event.event === 'progress') status.show(`training, epoch ${event.epoch} of ${event.epochs}`);
  };
  try {
    status.show('looking');
    const result = await diagnose({ ...givenOptions(flags, command), signal, onEvent });
    status.end();
    process.stdout.write(format === 'json' ? `${JSON.stringify({ event: 'diagnosis', ...result })}\n` : diagnosisTable(result));
  } finally {
    status.end();
    release();
  }
}
