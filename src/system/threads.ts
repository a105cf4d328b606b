// Why worker threads cannot be started, or did not live: by what Node and the system say of it, and by the limits that are in force.
// Only where the system is short of something do fewer threads help.

import { asError, NablaError } from '../errors.js';
import { listed, megabytes } from '../text.js';
import { tasksOfGroups } from './cgroup.js';
import { processLimit } from './memory.js';
import { forbidden } from './permission.js';
import { type ReadText, readSystemFile } from './system-files.js';

/** @throws {NablaError} NO_THREADS where Node's permission model allows none */
export function checkThreadsAllowed(): void {
  const why = forbidden('worker');
  if (why !== undefined) throw new NablaError('NO_THREADS', `nabla trains on worker threads: ${why}`);
}

/** What was thrown while so many threads were started, as an error that says what to do where that is known. */
export function threadsRefused(threads: number, thrown: unknown, read: ReadText = readSystemFile): NablaError {
  const { message, code } = asError(thrown) as NodeJS.ErrnoException;
  const what = `${threads} worker threads cannot be started here: ${message}.`;
  if (code !== 'ERR_WORKER_INIT_FAILED') return new NablaError('WORKER_LOST', what, { cause: thrown });
  const limits = threadLimits(read);
  const known = limits.length === 0 ? '' : ` Limits that are in force: ${listed(limits)}.`;
  return new NablaError('WORKER_LOST', `${what}${known} Ask for fewer: --workers.`, { cause: thrown });
}

function threadLimits(read: ReadText): string[] {
  const [processes, tasks, addresses] = [processLimit('Max processes', read), tasksOfGroups(read), processLimit('Max address space', read)];
  const some = (limit: number, words: string): string[] => (limit === Number.POSITIVE_INFINITY ? [] : [words]);
  return [
    ...some(processes, `${processes} threads of one user (ulimit -u)`),
    ...some(tasks, `${tasks} threads of the control group (pids.max)`),
    ...some(addresses, `${megabytes(addresses)} of addresses (ulimit -v)`),
  ];
}

/** What a thread said when it ended by itself. */
export function endOfThread(thrown: unknown): string {
  const { message, code } = asError(thrown) as NodeJS.ErrnoException;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return message;
  return "it ran out of memory for JavaScript, whose limit is Node's, not the machine's; raise it: NODE_OPTIONS=--max-old-space-size=4096";
}
