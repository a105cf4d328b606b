// Standard output and standard error that cannot be written any more: a reader that has gone (`nabla evaluate … | head`) needs no
// more, and nothing is said; a disk that is full is a failure, unless a command keeps its results elsewhere. That standard error
// cannot be written nobody can be told: a terminal that has closed, a log on a full disk.

import { WriteStream } from 'node:tty';
import { launchedBy } from '../mpi/launcher.js';
import { launcherHasTerminal } from '../mpi/starters.js';
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

/**
 * A launcher's terminals are read by nobody once it ends: Open MPI's stops reading at the first Ctrl-C, two seconds before it kills. Node waits
 * for terminals, and a run whose terminal is full (4 KB) would never come to its checkpoint. So what is written waits in memory.
 */
export function writeWithoutWaiting(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // Node has no name for it; it is what Node itself calls to make terminals wait.
    const { _handle: handle } = stream as { _handle?: { setBlocking?(on: boolean): void } };
    if (stream instanceof WriteStream) handle?.setBlocking?.(false);
  }
}

/** A launcher's terminal is none where the launcher writes to a file or into a pipe: then no line is written over, and nothing is coloured. */
export function writeAsLaunchers(): void {
  if (launchedBy() === undefined) return;
  for (const [stream, fd] of [[process.stdout, 1] as const, [process.stderr, 2] as const])
    if (stream.isTTY && launcherHasTerminal(fd) === false) stream.isTTY = false;
}

/** Changes what becomes of the current command. */
export function planOutput(changed: Partial<Plan>): void {
  Object.assign(plan, changed);
}
