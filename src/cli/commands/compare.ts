// `nabla compare`: whether one setting is better than another by more than luck.

import { Argument, Command, Option } from 'commander';
import { compareRuns } from '../../experiments/seeds/compare.js';
import { FIGURE_NAMES, type FigureName } from '../../experiments/seeds/figures.js';
import { comparedText } from '../../report/terminal/compared-table.js';
import { roomOn } from '../terminal.js';
import { formatOption } from '../values.js';

interface Flags {
  by?: FigureName;
  format: 'text' | 'json';
}

export function compareCommand(): Command {
  return new Command('compare')
    .description('Say whether one setting is better than another by more than luck, over runs of several seeds.')
    .addArgument(new Argument('<a>', 'folder that train --seeds has made, or with runs of different seeds in it'))
    .addArgument(new Argument('<b>', 'the same of the other setting'))
    .addOption(
      new Option(
        '--by <figure>',
        `the figure that decides: ${FIGURE_NAMES.join(', ')} (default: the one that runs go by, on the test samples if there are any)`,
      ),
    )
    .addOption(formatOption())
    .action(compare);
}

function compare(a: string, b: string, { by, format }: Flags): void {
  const comparison = compareRuns(a, b, { by });
  const text = format === 'json' ? JSON.stringify({ event: 'comparison', ...comparison }) : comparedText(comparison, roomOn(process.stdout));
  process.stdout.write(`${text}\n`);
}
