// The names of the files in a run's folder, which stand nowhere else.
//
//   run.json                            configuration, machine, state and outcome                     record.ts
//   config.json                         the options that start the same run again                     options/config-writer.ts
//   metrics.jsonl                       a line for each epoch and each diagnosis                      metrics.ts, log.ts
//   log.txt                             what happened when, in sentences                              log-lines.ts
//   weights.safetensors                 the parameters that the run ended with                        formats/safetensors.ts
//   checkpoints/step-….safetensors      what it can go on from, the newest few                        checkpoint.ts
//   checkpoints/best.safetensors        the parameters of the best epoch, also RUN@best
//   checkpoints/start.safetensors       what it started from, where that was another saved network
//   lock-1, lock-2, …                   the process at work in the folder                             lock.ts
//
// The folder of several networks whose average is one model:
//
//   ensemble.json                       what they are trained with, and what their average comes to   ensemble.ts
//   members/1, members/2, …             the run of each, or a copy of it                              member-copy.ts
//
// Others that hold several runs, and are no model: seeds.json beside seed-1, seed-2, … (experiments/seeds), search.json beside trials/0001, …
// (experiments/search), and fold-1, fold-2, … (experiments/folds).

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const RECORD = 'run.json';
export const CONFIG = 'config.json';
export const METRICS = 'metrics.jsonl';
export const LOG = 'log.txt';
export const WEIGHTS = 'weights.safetensors';
export const CHECKPOINTS = 'checkpoints';
export const BEST = 'best.safetensors';
const START = 'start.safetensors';

/** Whether a folder holds a run. */
export function isRun(path: string): boolean {
  return existsSync(join(path, RECORD));
}

export const ENSEMBLE = 'ensemble.json';
const MEMBERS = 'members';

/** Whether a folder holds several networks whose average is one model. */
export function isEnsemble(path: string): boolean {
  return existsSync(join(path, ENSEMBLE));
}

/** Where the run of a member is, which counts from 1; or those of all. */
export function memberFolder(ensemble: string, number?: number): string {
  return number === undefined ? join(ensemble, MEMBERS) : join(ensemble, MEMBERS, String(number));
}

/** In the folder of runs with several seeds, and of a search. */
export const SEEDS = 'seeds.json';
export const SEARCH = 'search.json';

/** Whether a run has saved the network that it ended with. */
export function hasWeights(run: string): boolean {
  return existsSync(join(run, WEIGHTS));
}

/** Where a run keeps the network that it started from, where that was saved elsewhere. */
export function startFile(run: string): string {
  return join(run, CHECKPOINTS, START);
}

/** Whether a path is that of the weights that a run ended with: the run's folder stands for the same. */
export function isWeightsOfRun(path: string): boolean {
  return basename(path) === WEIGHTS && isRun(dirname(path));
}

/** The run that a path to one of its checkpoints, or to its best network, belongs to. */
export function runOfCheckpoint(path: string): string | undefined {
  const folder = dirname(path);
  return basename(folder) === CHECKPOINTS && path.endsWith('.safetensors') ? dirname(folder) : undefined;
}
