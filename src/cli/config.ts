// Options of a configuration file under those of the command line: what was typed wins over the file, and the file over the
// defaults.

import type { Command } from 'commander';
import { NablaError } from '../errors.js';
import { type ConfigFile, readConfig } from '../training/config-file.js';
import type { TrainOptions } from '../training/options.js';

/** The command line's options over those of the file that it names. The file is undefined where it names none. */
export function withConfig<T extends TrainOptions>(flags: T, path: string | undefined, command: Command): { options: T; file?: ConfigFile } {
  // The library has the same defaults.
  const typed = Object.fromEntries(Object.entries(flags).filter(([name]) => command.getOptionValueSource(name) !== 'default')) as T;
  if (path === undefined) return { options: typed };
  const file = readConfig(path);
  if (file.brought !== undefined && typed.data === undefined) {
    throw new NablaError('BAD_DATA', `${path}: data: a program brought '${file.brought}' to that run, and no file holds it. Say --data.`);
  }
  // An option that was typed is the command line's, whatever a message says of it.
  const left = Object.entries(file.options).filter(([name]) => !Object.hasOwn(typed, name));
  return { options: { ...file.options, ...typed }, file: { ...file, options: Object.fromEntries(left) } };
}
