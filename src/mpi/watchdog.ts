// The last resort against a wait without end: a thread that does nothing but look, twice a second, whether this process has been in an
// exchange for longer than it may, and whether what started the process is still there. Then it ends the process with SIGKILL: a call of
// an MPI library may never return, and MPI_Abort itself may hang. Its shared words are written by whoever exchanges.
//
// The thread's own file is workers/watchdog.ts.

import { Worker } from 'node:worker_threads';
import { asError, NablaError } from '../errors.js';
import { ownFile } from '../system/own-file.js';
import { threadsRefused } from '../system/threads.js';

/**
 * Starts the watch over this process; it keeps no process alive.
 * @param starters what started this process
 * @returns once it looks
 * @throws {NablaError} where there is no thread for it, at once or later
 */
export function startWatchdog(shared: SharedArrayBuffer, starters: readonly number[]): Promise<void> {
  const thread = threadFor({ shared, starters });
  const started = new Promise<void>((resolve, reject) => {
    thread.on('error', (error) => {
      reject(new NablaError('NO_THREADS', `The thread that ends this process where MPI hangs did not start: ${asError(error).message}.`));
    });
    thread.once('message', () => {
      thread.unref();
      resolve();
    });
  });
  // Whoever waits for it hears of it.
  started.catch(() => {});
  return started;
}

function threadFor(workerData: object): Worker {
  try {
    return new Worker(ownFile('dist/workers/watchdog.js'), { workerData });
  } catch (error) {
    throw threadsRefused(1, error);
  }
}
