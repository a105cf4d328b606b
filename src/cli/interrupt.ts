// What asks a run to end early: Ctrl-C, SIGTERM, a terminal that closes (SIGHUP), or a reader of standard output that has gone
// (`nabla train | head`). The first asks for a clean end, with everything saved; a second Ctrl-C ends the process at once.
//
// One wish often comes as two signals: npm passes on the Ctrl-C that the terminal has sent to its child as well, and timeout(1)
// signals its child and then the group. So a second one is only meant where it comes some time after the first, from a keyboard.

import { isatty } from 'node:tty';
import { launchedBy } from '../mpi/launcher.js';
import { planOutput } from './output.js';

/** Milliseconds from which on a second Ctrl-C is another one. */
const ANOTHER = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** "Checkpoint and stop", as schedulers say it to all ranks of a run. Alone, Node takes it for its debugger. */
const OF_RANKS = 'SIGUSR1';

/** A signal that aborts on the first of these. `release` gives the process's signals back. */
export function onInterrupt(): { signal: AbortSignal; release: () => void } {
  const names: readonly NodeJS.Signals[] = launchedBy() ? [...SIGNALS, OF_RANKS] : SIGNALS;
  const controller = new AbortController();
  const terminal = [0, 1, 2].some(isatty);
  let first = 0;
  const handle = (name: NodeJS.Signals): void => {
    // Under nohup(1) and in services no terminal can have closed. (Node takes back that a parent ignores the signal.)
    if (name === 'SIGHUP' && !terminal) return;
    if (!controller.signal.aborted) {
      first = performance.now();
      controller.abort();
    } else if (name === 'SIGINT' && performance.now() - first >= ANOTHER) process.exit(130);
  };
  planOutput({ readerGone: () => controller.abort() });
  for (const name of names) process.on(name, handle);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.off(name, handle);
    },
  };
}
