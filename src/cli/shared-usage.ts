// What is wrong with a command line, where a launcher has started several processes that are to share the work: perhaps only one of them was
// given it, and the others wait for that one. So it joins them, and all refuse together, in one line of one of them.

import { asError, NablaError } from '../errors.js';
import { refuseTogether } from '../mpi/agreement.js';
import { hasJoined, worldOf } from '../mpi/join.js';
import { launchedBy } from '../mpi/launcher.js';

/** Commands whose processes share their work. */
const SHARED: ReadonlySet<string> = new Set(['train', 'plan', 'bench']);

/** Whether other processes wait for this one to join them in what it is told to do. */
export function isAwaited([command = '', ...rest]: readonly string[]): boolean {
  return SHARED.has(command) && mpiOf(rest) !== 'off' && (launchedBy()?.size ?? 1) > 1 && !hasJoined();
}

/** The option `--mpi`, of a command line that could not be read. */
function mpiOf(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((arg) => arg === '--mpi' || arg.startsWith('--mpi='));
  if (at < 0) return undefined;
  return args[at] === '--mpi' ? args[at + 1] : args[at].slice('--mpi='.length);
}

/** @param error what is wrong @returns what this process ends with */
export async function refusedTogether(error: Error, [, ...args]: readonly string[]): Promise<Error> {
  try {
    const world = await worldOf({ mpi: mpiOf(args) });
    return world ? await refuseTogether(world, error) : error;
  } catch (thrown) {
    return asError(thrown);
  }
}

/** What commander says is wrong, as an error of our own. */
export const usageError = (line: string): Error => new NablaError('BAD_DATA', line.trim().replace(/^error: /, ''));
