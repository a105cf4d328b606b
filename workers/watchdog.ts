// The thread of the watchdog (src/mpi/watchdog.ts): ends this process where an exchange with other processes lasts too long, or where
// what started it has gone. Nobody may be there to be told any more, so it says one line on standard error itself.

import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { LOOK } from '../src/mpi/watchdog.js';
import { nap } from '../src/system/nap.js';

const { shared, parent } = workerData as { shared: SharedArrayBuffer; parent: number };
const words = new Int32Array(shared);

function end(why: string): void {
  try {
    writeSync(2, `error: ${why} This process ends at once; what was saved before is as it was.\n`);
  } catch {
    // A terminal or a pipe that has gone.
  }
  process.kill(process.pid, 'SIGKILL');
}

// Counts its looks itself, so that a process that is stopped (Ctrl-Z) and goes on has all of its time left.
for (;;) {
  nap(LOOK);
  words[1]++;
  const until = words[0];
  if (until !== 0 && words[1] > until) end('An exchange with the other processes of this run does not end, and no call returns.');
  if (process.ppid !== parent) end('What started this process, a launcher of MPI, has gone.');
}
