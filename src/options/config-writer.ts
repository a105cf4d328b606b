// Writes a run's configuration: the options that repeat the run, as the text of its config.json and as a table for reports.
// `nabla train --config runs/NAME/config.json` gives the same bits, wherever it is called from.

import { stringify } from 'smol-toml';
import { CONFIG_KEYS } from './config-keys.js';
import { optionsOfRun } from './run-again.js';

/** Options by their keys, in the order of the help. */
export type ConfigTable = Readonly<Record<string, unknown>>;

/** A run's options by their keys; takes the parameters of `optionsOfRun`. */
export function configTable(...[configuration, data, kernels, asked]: Parameters<typeof optionsOfRun>): ConfigTable {
  const options: Readonly<Record<string, unknown>> = {
    ...optionsOfRun(configuration, data, kernels, asked),
    ...(data.brought && { data: { brought: data.source } }),
    // A saved network brings its single neurons, and parameters are not drawn.
    ...(configuration.from !== undefined && { init: undefined, neurons: undefined }),
  };
  return configTableOf(options);
}

/** Options by their keys, as a file has them. */
export function configTableOf(options: object): ConfigTable {
  const values: Readonly<Record<string, unknown>> = { ...options };
  const said = Object.entries(CONFIG_KEYS).filter(([, [option]]) => values[option] !== undefined);
  return Object.fromEntries(said.map(([key, [option, { write }]]) => [key, write ? write(values[option] as never) : values[option]]));
}

/** JSON that `readConfig` reads, with a line for each key, and its value on that line. */
export function configText(...run: Parameters<typeof configTable>): string {
  const table = { '#': 'Options of nabla train: --config FILE, with this file, makes the same run again.', ...configTable(...run) };
  return `{\n${Object.entries(table)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')}\n}\n`;
}

/** TOML that `readConfig` reads. @param comment one line */
export function configToml(comment: string, table: ConfigTable): string {
  return `# ${comment}\n${stringify(table)}\n`;
}
