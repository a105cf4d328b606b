// How much of the machine other processes use while a peer runs: the difference between a quiet run and one that has to be
// done again. Two threads that wait for each other in a spin lose far more than their share when a third process wants a
// core: OpenBLAS on N3 fell from 40,000 samples/s to 1,200. Linux only; elsewhere there is no figure.

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** USER_HZ: the unit of /proc/PID/stat is 10 ms on every Linux that Node runs on. */
const MILLISECONDS_PER_TICK = 10;

/** Starts to watch; the function returned gives the share, 0 to 1, of all cores' time that went to others than `pid`. */
export function watchOthers(pid: number | undefined): () => number | undefined {
  const begin = { time: performance.now(), machine: machineTime(), own: processTime(pid) };
  return () => {
    const own = processTime(pid);
    if (own === undefined || begin.own === undefined) return undefined;
    const others = machineTime() - begin.machine - (own - begin.own);
    return Math.max(0, others / ((performance.now() - begin.time) * cpus().length));
  };
}

/** Milliseconds that all cores have been busy since the machine started. */
function machineTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** Milliseconds of processor time that a process has used, all its threads together. */
function processTime(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold blanks
    return (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_PER_TICK; // utime, stime
  } catch {
    return undefined;
  }
}
