// `nabla data`: what there is to do with data before a network is trained on them: described by itself, fetched by a command of its own
// below it.

import { Command } from 'commander';
import { dataGetCommand } from './data-get.js';
import { addProfile } from './data-profile.js';

export function dataCommand(): Command {
  return addProfile(new Command('data').helpCommand(false).enablePositionalOptions()).addCommand(dataGetCommand());
}
