// `nabla train --members`.

import { trainMembers as trainAll } from '../../experiments/members/train-members.js';
import { MembersPrinter } from '../../report/terminal/members-table.js';
import { StatusLine } from '../status-line.js';
import { roomOn } from '../terminal.js';
import type { SeveralRun } from './flags.js';

export async function trainMembers({ options, members, jobs, format, warnings, signal }: SeveralRun): Promise<void> {
  const status = new StatusLine(format === 'json' ? process.stderr : process.stdout);
  const printer = new MembersPrinter((text) => status.print(text), roomOn(process.stdout));
  try {
    status.show('reading data');
    await trainAll({
      ...options,
      members,
      jobs,
      ...(options.run === undefined && options.resume === undefined && { runs: 'runs' }),
      signal,
      onEvent: (told) => {
        const event = told.event === 'members' ? { ...told, warnings: [...warnings, ...told.warnings] } : told;
        if (event.event === 'progress') return status.show(printer.progress(event));
        if (format === 'json') process.stdout.write(`${JSON.stringify(event)}\n`);
        else printer.print(event);
      },
    });
  } finally {
    status.end();
  }
}
