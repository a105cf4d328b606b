// `nabla data`: what there is to do with data before a network is trained on them.

import { Command } from 'commander';
import { addProfile } from './data-profile.js';

export function dataCommand(): Command {
  return addProfile(new Command('data'));
}
