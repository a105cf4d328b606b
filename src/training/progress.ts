// The timer on the calling thread that reports progress every tenth of a second while the workers train.

import { asError } from '../errors.js';

/** How often a run reports its progress, and looks whether a checkpoint is due, in milliseconds. */
const PROGRESS_INTERVAL = 100;

/**
 * Waits for the workers, and reports meanwhile. Thrown from a timer, what a report throws would end the process: it is thrown
 * here once the workers have stopped.
 * @param report what to do at each interval
 * @param stop what makes the workers stop early
 */
export async function withProgress<T>(running: Promise<T>, report: () => void, stop: () => void): Promise<T> {
  let failure: Error | undefined;
  const timer = setInterval(() => {
    try {
      report();
    } catch (error) {
      failure = asError(error);
      stop();
    }
  }, PROGRESS_INTERVAL);
  try {
    const result = await running;
    if (failure) throw failure;
    return result;
  } finally {
    clearInterval(timer);
  }
}
