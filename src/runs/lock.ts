// Locks a run's folder, so that two processes do not write into it: how is the affair of system/folder-lock.ts; here is what is said
// of a run that another process is at work on.

import { wrongValue } from '../errors.js';
import { lockFolder } from '../system/folder-lock.js';

/**
 * Locks a run's folder for this process.
 * @returns a function that releases the lock
 * @throws {RangeError} where another process holds it
 * @throws {NablaError} NOT_SAVED
 */
export function lock(run: string): () => void {
  return lockFolder(run, (who, path) =>
    wrongValue(
      'resume',
      'a run that nobody is at work on',
      run,
      `Process ${who} is; wait for it, or end it. If it is none of nabla's, remove ${path}.`,
    ),
  );
}
