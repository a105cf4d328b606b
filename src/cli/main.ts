#!/usr/bin/env node
// What runs the command line: it parses, and is the one place that turns an error into a line and an exit code:
// 0 done; 1 the run failed; 2 bad usage or bad input; 130 interrupted.

import { CommanderError } from 'commander';
import { asError, isBadInput, messageWithCommand, NablaError } from '../errors.js';
import { isTold } from '../mpi/agreement.js';
import { hasStuckThread } from '../parallel/pool.js';
import { arrayRefused } from '../system/memory.js';
import { calledAgain } from './called.js';
import { guardOutput, writeAsLaunchers } from './output.js';
import { nablaProgram } from './program.js';
import { isAwaited, refusedTogether, usageError } from './shared-usage.js';

guardOutput();
writeAsLaunchers();

const args = process.argv.slice(2);
/** What commander says is wrong, where it is not yet said. */
let held: string | undefined;
const hold = (line: string): void => {
  held = line;
};

try {
  const program = await nablaProgram(args, isAwaited(args) ? hold : undefined);
  await program.parseAsync();
} catch (error) {
  const own = held === undefined ? error : usageError(held);
  const isHelp = own instanceof CommanderError;
  const thrown = isAwaited(args) && !isHelp ? await refusedTogether(asError(own), args) : own;
  process.exitCode = exitCodeOf(arrayRefused(thrown) ?? thrown);
}

// A thread that is stuck in code that is not JavaScript ends with the process, and the process waits for it: all is saved and said.
if (hasStuckThread()) process.kill(process.pid, 'SIGKILL');

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof NablaError && error.code === 'INTERRUPTED') {
    say(error, '');
    return 130;
  }
  if (isBadInput(error) || error instanceof NablaError) {
    say(error, 'error: ');
    return isBadInput(error) ? 2 : 1;
  }
  process.stderr.write(`error: ${asError(error).stack}\nThis is a fault of nabla itself, not of your input.\n`);
  return 1;
}

/** What another rank of the run has said is not said again. */
function say(error: Error, before: string): void {
  if (!isTold(error)) process.stderr.write(`${before}${messageWithCommand(error, calledAgain)}\n`);
}
