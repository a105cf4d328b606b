// The command line as commander's own table: every command with its options and arguments. Nothing runs here; main.ts does that.

import { Command } from 'commander';
import { bounded } from '../errors.js';
import { VERSION } from '../system/version.js';
import { COMMANDS } from './commands/index.js';

/** All of `nabla`. Its parse throws a CommanderError where commander would end the process. */
export function nablaProgram(): Command {
  const program = new Command('nabla')
    .description('Trains dense networks on every core: backpropagation of whole mini-batches, sharded over worker threads.')
    .version(VERSION)
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText(
      'after',
      "\nExit codes: 0 done; 1 the run failed; 2 bad usage or bad input; 130 interrupted.\n'nabla COMMAND --help' explains a command.",
    );
  const commands = COMMANDS.map((make) => make(program));
  for (const command of commands) program.addCommand(command.allowExcessArguments(false));
  for (const command of [program, ...commands]) {
    command.exitOverride().configureOutput({ outputError: (text, write) => write(oneLine(text)) });
  }
  return program;
}

/** commander puts its suggestions on lines of their own, and repeats what was typed; an error here is one line, not too long. */
function oneLine(text: string): string {
  return `${bounded(text.trim().replace(/\s*\n\s*/g, ' '))}\n`;
}
