// The thread of the watchdog (src/mpi/watchdog.ts): ends this process where an exchange with other processes lasts too long, where it has
// not ended although they are lost, or where what started it has gone. Nobody may be there to be told any more, so it says one line on
// standard error itself.

import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { Deadline, LOOK, LOOKS, overdue } from '../src/mpi/deadline.js';
import { areThere, endDaemon } from '../src/mpi/starters.js';
import { nap } from '../src/system/nap.js';

const { shared, starters } = workerData as { shared: SharedArrayBuffer; starters: readonly number[] };
const words = new Int32Array(shared);
const deadline = new Deadline(shared, 0);
let isOrphan = false;

function end(why: string): void {
  try {
    writeSync(2, `error: ${why} This process ends at once; what was saved before is as it was.\n`);
  } catch {
    // A terminal or a pipe that has gone.
  }
  endDaemon(starters);
  process.kill(process.pid, 'SIGKILL');
}

parentPort?.postMessage('looking');

// Counts its looks itself, so that a process that is stopped (Ctrl-Z) and goes on has all of its time left.
for (;;) {
  nap(LOOK);
  const why = overdue(words, ++words[LOOKS]);
  if (why !== undefined) end(why);
  if (isOrphan || areThere(starters)) continue;
  // npx does not pass a signal on: where the launcher asks all to end, and then ends npx, this is the first that nabla hears of it. So it is
  // asked to end as by the launcher itself, and has a moment to save.
  isOrphan = true;
  deadline.giveUp();
  process.kill(process.pid, 'SIGTERM');
}
