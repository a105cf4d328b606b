// The last resort against a wait without end: a thread that does nothing but look, twice a second, whether this process has been in an
// exchange for longer than it may, and whether what started the process is still there. Then it ends the process with SIGKILL: a call of
// an MPI library may never return, and MPI_Abort itself may hang. Its one shared word is written by whoever exchanges.
//
// The thread's own file is workers/watchdog.ts.

import { Worker } from 'node:worker_threads';
import { ownFile } from '../system/own-file.js';

/** How often it looks, in milliseconds; the unit of the shared word, too. */
export const LOOK = 500;
/** Milliseconds after a wait's limit, in which the waiting thread itself gives up, or a call is to return. */
const GRACE = 2000;

/** Word 0: the look by which what is under way must be over; 0 while nothing is. Word 1: looks so far. */
export class Deadline {
  readonly #words: Int32Array;
  readonly #looks: number;

  /** @param limit of a wait, in milliseconds */
  constructor(shared: SharedArrayBuffer, limit: number) {
    this.#words = new Int32Array(shared);
    this.#looks = Math.ceil((limit + GRACE) / LOOK);
  }

  /** Something begins that may hang. */
  begin(): void {
    this.#words[0] = this.#words[1] + this.#looks;
  }

  /** It is over. */
  end(): void {
    this.#words[0] = 0;
  }
}

/** Starts the watch over this process; it keeps no process alive. */
export function startWatchdog(shared: SharedArrayBuffer): void {
  const thread = new Worker(ownFile('dist/workers/watchdog.js'), { workerData: { shared, parent: process.ppid }, stdout: false, stderr: false });
  thread.on('error', () => {});
  thread.unref();
}
