// Standard output and standard error that cannot be written any more: a reader that has gone (`nabla evaluate … | head`) needs no
// more, and nothing is said; a disk that is full is a failure, unless a command keeps its results elsewhere. That standard error
// cannot be written nobody can be told: a terminal that has closed, a log on a full disk.

import { systemText } from '../system-errors.js';

/** What becomes of a command; each is done once. */
interface Plan {
  readerGone(): void;
  failed(message: string): void;
}

const NOTHING = (): void => {};

const plan: Plan = {
  readerGone: NOTHING,
  failed: (message) => {
    process.exitCode = 1;
    process.stderr.write(`error: ${message}\n`);
  },
};

/** From here on an error while writing ends no process by itself. */
export function guardOutput(): void {
  process.stderr.on('error', NOTHING);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const { readerGone, failed } = plan;
    Object.assign(plan, error.code === 'EPIPE' ? { readerGone: NOTHING } : { failed: NOTHING });
    if (error.code === 'EPIPE') readerGone();
    else failed(`Standard output cannot be written: ${systemText(error)}.`);
  });
}

/** Changes what becomes of the current command. */
export function planOutput(changed: Partial<Plan>): void {
  Object.assign(plan, changed);
}
