// `nabla data`: what there is to do with data before a network is trained on them. Each thing is a command of its own below it.

import { Command } from 'commander';
import { dataGetCommand } from './data-get.js';

export function dataCommand(): Command {
  return new Command('data').description('Fetch public data sets.').helpCommand(false).addCommand(dataGetCommand());
}
