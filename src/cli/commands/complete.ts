// `nabla complete`: the script that lets a shell complete commands, options, their values and the names of runs. All is in the
// script, so that a Tab starts no process: Node takes half a second until it knows the options.

import { Argument, Command } from 'commander';
import { calledAs } from '../called.js';
import { bashScript } from '../completion/bash.js';
import { completableCommands } from '../completion/completable.js';
import { fishScript } from '../completion/fish.js';
import { zshScript } from '../completion/zsh.js';

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript };

export function completeCommand(program: Command): Command {
  return new Command('complete')
    .description('Print the script with which a shell completes this command line.')
    .addArgument(
      new Argument(
        '<shell>',
        `bash, zsh: source <(${calledAs()} complete bash), in zsh after compinit; fish: ${calledAs()} complete fish | source`,
      ).choices(Object.keys(SHELLS)),
    )
    .action((shell: keyof typeof SHELLS) => {
      process.stdout.write(SHELLS[shell](program.name(), completableCommands(program), calledAs()));
    });
}
