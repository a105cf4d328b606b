// The command line as commander's own table: every command with its options and arguments. Nothing runs here; main.ts does that.

import { Command } from 'commander';
import { VERSION } from '../system/version.js';
import { benchCommand } from './commands/bench.js';
import { checkCommand } from './commands/check.js';
import { completeCommand } from './commands/complete.js';
import { diagnoseCommand } from './commands/diagnose.js';
import { evaluateCommand } from './commands/evaluate.js';
import { explainCommand } from './commands/explain.js';
import { exportCommand } from './commands/export.js';
import { planCommand } from './commands/plan.js';
import { predictCommand } from './commands/predict.js';
import { reportCommand } from './commands/report.js';
import { reproduceCommand } from './commands/reproduce.js';
import { trainCommand } from './commands/train.js';
import { tuneCommand } from './commands/tune.js';

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
  const commands = [
    trainCommand(),
    evaluateCommand(),
    predictCommand(),
    exportCommand(),
    benchCommand(),
    planCommand(),
    tuneCommand(),
    checkCommand(),
    diagnoseCommand(),
    explainCommand(),
    reproduceCommand(),
    completeCommand(program),
    reportCommand(),
  ];
  for (const command of commands) program.addCommand(command.allowExcessArguments(false));
  for (const command of [program, ...commands]) {
    command.exitOverride().configureOutput({ outputError: (text, write) => write(oneLine(text)) });
  }
  return program;
}

/** commander puts its suggestions on lines of their own; an error here is one line. */
function oneLine(text: string): string {
  return `${text.trim().replace(/\s*\n\s*/g, ' ')}\n`;
}
