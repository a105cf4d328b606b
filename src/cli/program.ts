// The command line as commander's own table: every command with its options and arguments. Nothing runs here; main.ts does that.

import { Command } from 'commander';
import { bounded } from '../errors.js';
import { version } from '../system/version.js';
import { calledAs } from './called.js';
import { COMMANDS } from './commands/index.js';
import { proposedCommand, proposedFlag } from './words.js';

/**
 * `nabla`, as far as a command line needs it. Its parse throws a CommanderError where commander would end the process.
 * @param args the command line; none for all of `nabla`
 * @param refuse takes the line that says what is wrong with a command line, in place of standard error
 */
export async function nablaProgram(args: readonly string[] = [], refuse?: (line: string) => void): Promise<Command> {
  const program = new Command('nabla')
    .description('Trains dense networks on every core: backpropagation of whole mini-batches, sharded over worker threads.')
    .version(version())
    .helpCommand(false)
    // An option is that of the command that it stands behind, though one around it may have one of the same name.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `\nExit codes: 0 done; 1 the run failed; 2 bad usage or bad input; 130 interrupted.\n'${calledAs()} COMMAND --help' explains a command.`,
    );
  const makers = await Promise.all(neededFor(args).map((name) => COMMANDS[name]()));
  for (const make of makers) program.addCommand(make(program));
  for (const command of withNested(program)) {
    if (command !== program) command.allowExcessArguments(false);
    command.exitOverride().showSuggestionAfterError(false);
    command.configureOutput({ outputError: (text, write) => (refuse ?? write)(`${withNextStep(oneLine(text), command)}\n`) });
  }
  return program;
}

/** The commands that must be there for a command line: the one it calls; all where it calls none, or `complete`, which lists them. */
function neededFor([first = '']: readonly string[]): readonly string[] {
  if (first === '--version' || first === '-V') return [];
  return Object.hasOwn(COMMANDS, first) && first !== 'complete' ? [first] : Object.keys(COMMANDS);
}

/** A command, and all below it. */
function withNested(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withNested)];
}

/** commander breaks some of its messages, and repeats what was typed; an error here is one line, not too long. */
function oneLine(text: string): string {
  return bounded(text.trim().replace(/\s*\n\s*/g, ' '));
}

/** An error of commander's with what to write instead. */
function withNextStep(error: string, command: Command): string {
  const [, what, word] = /^error: unknown (command|option) '(.*)'$/.exec(error) ?? [];
  if (what === 'command') return `${error}. ${proposedCommand(word, command)}`.trimEnd();
  if (what === 'option') return `${error}. ${proposedFlag(word, command, process.argv.slice(2))}`.trimEnd();
  if (error.startsWith('error: too many arguments') && command.name() === 'train') {
    return `${error} Data are named with --data, a run that goes on with --resume.`;
  }
  const takesRun = command.options.some(({ flags }) => flags.startsWith('--run ')) && command.registeredArguments.length === 0;
  return takesRun && error.startsWith('error: too many arguments') ? `${error} A saved run is named with --run.` : error;
}
