#!/usr/bin/env node
// The command line: assembles the commands, and is the one place that turns an error into a line and an exit code:
// 0 done; 1 the run failed; 2 bad usage or bad input; 130 interrupted.

import { Command, CommanderError } from 'commander';
import { asError, isBadInput, NablaError } from '../errors.js';
import { hasStuckThread } from '../parallel/pool.js';
import { VERSION } from '../system/version.js';
import { COMMANDS } from './commands/index.js';
import { guardOutput } from './output.js';

const program = new Command('nabla')
  .description('Trains dense networks on every core: backpropagation of whole mini-batches, sharded over worker threads.')
  .version(VERSION)
  .showSuggestionAfterError()
  .helpCommand(false)
  .addHelpText(
    'after',
    "\nExit codes: 0 done; 1 the run failed; 2 bad usage or bad input; 130 interrupted.\n'nabla COMMAND --help' explains a command.",
  );

for (const make of COMMANDS) {
  const command = make(program);
  command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) });
  program.addCommand(command);
}
program.exitOverride().configureOutput({ outputError: (text, write) => write(oneLine(text)) });

guardOutput();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

// A thread that is stuck in code that is not JavaScript ends with the process, and the process waits for it: all is saved and said.
if (hasStuckThread()) process.kill(process.pid, 'SIGKILL');

/** commander puts its suggestions on lines of their own; an error here is one line. */
function oneLine(text: string): string {
  return `${text.trim().replace(/\s*\n\s*/g, ' ')}\n`;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof NablaError && error.code === 'INTERRUPTED') {
    process.stderr.write(`${error.message}\n`);
    return 130;
  }
  if (isBadInput(error) || error instanceof NablaError) {
    process.stderr.write(`error: ${error.message}\n`);
    return isBadInput(error) ? 2 : 1;
  }
  process.stderr.write(`error: ${asError(error).stack}\nThis is a fault of nabla itself, not of your input.\n`);
  return 1;
}
