// The end of a process that cannot take part: no library fits its launcher, so MPI can neither join the others nor tell them. Those that
// can would wait for it, in MPICH for ever. So the launcher is told when this process ends, and ends the others.

import { writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { nap } from '../system/nap.js';
import { type Launched, launcherSocket } from './launcher.js';

/**
 * Milliseconds by which rank 0 is ahead of the others. Mostly all lack the same, and rank 0 says so while they wait: Open MPI's launcher ends
 * them a second later. Where only others lack it, they say it themselves.
 */
const AHEAD = 2000;
/** Milliseconds that MPICH's launcher has to pass on what this process has said: of two starts without them, one lost its message. */
export const HEARD = 200;

/** @throws the error, once it is this rank's turn to say it; the others end with this process, unless it ends well after all */
export async function giveUp({ family, rank }: Launched, error: Error): Promise<never> {
  // Open MPI's launcher ends all with the first that fails.
  const socket = family === 'mpich' ? launcherSocket() : undefined;
  process.on('exit', (code) => {
    if (code !== 0 && socket !== undefined) endAll(socket, code);
  });
  if (rank > 0) {
    await new Promise((resolve) => void setTimeout(resolve, AHEAD));
    error.message = `rank ${rank} on ${hostname()}: ${error.message}`;
  }
  throw error;
}

/** In the words of PMI-1, whose commands are lines (Balaji and others, 2010). */
function endAll(socket: number, code: number): void {
  nap(HEARD);
  try {
    writeSync(socket, `cmd=abort exitcode=${code}\n`);
  } catch {
    // The launcher has gone, and with it the job.
  }
}
