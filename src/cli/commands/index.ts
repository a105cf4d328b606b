// The commands, in the order in which the help lists them. A new one is a file beside this and a row here; help, completion and
// exit codes follow. A file is loaded when its command is called: all of them together are 650 modules, and take Node half a second.

import type { Command } from 'commander';

/** Makes a command, given the program that it becomes part of. */
export type MakeCommand = (program: Command) => Command;

export const COMMANDS: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  train: async () => (await import('./train.js')).trainCommand,
  search: async () => (await import('./search.js')).searchCommand,
  rate: async () => (await import('./rate.js')).rateCommand,
  data: async () => (await import('./data.js')).dataCommand,
  evaluate: async () => (await import('./evaluate.js')).evaluateCommand,
  predict: async () => (await import('./predict.js')).predictCommand,
  export: async () => (await import('./export.js')).exportCommand,
  ensemble: async () => (await import('./ensemble.js')).ensembleCommand,
  runs: async () => (await import('./runs.js')).runsCommand,
  compare: async () => (await import('./compare.js')).compareCommand,
  bench: async () => (await import('./bench.js')).benchCommand,
  plan: async () => (await import('./plan.js')).planCommand,
  tune: async () => (await import('./tune.js')).tuneCommand,
  check: async () => (await import('./check.js')).checkCommand,
  diagnose: async () => (await import('./diagnose.js')).diagnoseCommand,
  explain: async () => (await import('./explain.js')).explainCommand,
  play: async () => (await import('./play.js')).playCommand,
  reproduce: async () => (await import('./reproduce.js')).reproduceCommand,
  complete: async () => (await import('./complete.js')).completeCommand,
  report: async () => (await import('./report.js')).reportCommand,
};
