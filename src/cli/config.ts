// Options of a configuration file under those of the command line: what was typed wins over the file, and the file over the
// defaults.

import type { Command } from 'commander';
import { NablaError } from '../errors.js';
import { type ConfigFile, readConfig } from '../options/config-file.js';
import { besideTyped } from '../options/config-precedence.js';
import type { TrainOptions } from '../options/options.js';

interface Configured<T> {
  readonly options: T;
  /** The file with the options that come from there; undefined where none is named. */
  readonly file?: ConfigFile;
  /** What of the file does not count beside what was typed. */
  readonly warnings: readonly string[];
}

/** The command line's options over those of the file that it names. @param own names of tables that the command reads itself */
export function withConfig<T extends TrainOptions>(flags: T, path: string | undefined, command: Command, own: readonly string[] = []): Configured<T> {
  // The library has the same defaults.
  const typed = Object.fromEntries(Object.entries(flags).filter(([name]) => command.getOptionValueSource(name) !== 'default')) as T;
  if (path === undefined) return { options: typed, warnings: [] };
  const file = readConfig(path, own);
  if (file.brought !== undefined && typed.data === undefined) {
    throw new NablaError('BAD_DATA', `${path}: data: a program brought '${file.brought}' to that run, and no file holds it. Say --data.`);
  }
  const { options, aside } = besideTyped(typed, file.options);
  const warnings = [...aside].map(([option, keys]) => `--${option} sets aside ${keys.join(', ')} of ${path}.`);
  // An option that was typed is the command line's, whatever a message says of it.
  return { options: { ...options, ...typed }, file: { ...file, options }, warnings };
}
