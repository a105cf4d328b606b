// `nabla train --seeds`: options to runs, their events to lines.

import type { SeedsEvent } from '../../experiments/seeds/events.js';
import { trainSeeds as runSeeds } from '../../experiments/seeds/train-seeds.js';
import { SeedsPrinter } from '../../report/terminal/seeds-table.js';
import { StatusLine } from '../status-line.js';
import { roomOn } from '../terminal.js';
import type { SeveralRun } from './flags.js';

export async function trainSeeds({ options, seeds, jobs, format, warnings, signal }: SeveralRun): Promise<void> {
  const status = new StatusLine(format === 'json' ? process.stderr : process.stdout);
  const printer = new SeedsPrinter((text) => status.print(text), roomOn(process.stdout));
  const show = (event: SeedsEvent): void => {
    if (event.event === 'reading') return;
    if (event.event === 'progress') {
      status.show(printer.progress(event));
      return;
    }
    const said = event.event === 'seeds' ? { ...event, warnings: [...warnings, ...event.warnings] } : event;
    if (format === 'json') process.stdout.write(`${JSON.stringify(said)}\n`);
    else printer.print(said);
  };
  try {
    status.show('reading data');
    await runSeeds({ ...options, runs: 'runs', seeds, jobs, signal, onEvent: show });
  } finally {
    status.end();
  }
}
