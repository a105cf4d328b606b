// Resumes a run that was stopped: its record and its newest sound checkpoint give the options with which it goes on to
// the same bits. Only what changes no bit may be changed: workers, time-outs, checkpoints; and more epochs.

import { asError, NablaError, wrongValue } from '../errors.js';
import type { KernelName } from '../kernels/kernels.js';
import { batchesOf } from '../model/batch-growth.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import { optionsOfRun } from '../options/run-again.js';
import { mayResumeWith } from '../options/table.js';
import type { Checkpoint } from '../runs/checkpoint.js';
import { moduleFingerprints } from '../runs/fingerprints.js';
import type { RunRecord } from '../runs/record.js';
import { SavedRun } from '../runs/saved-run.js';
import { shellPath } from '../system/shell-word.js';

/** The saved run that is resumed, and its checkpoint. */
export interface Resumed {
  readonly run: SavedRun;
  /** None where it was stopped before its first one: it then starts from the beginning. */
  readonly checkpoint: Checkpoint | undefined;
}

/**
 * Finds out how a run goes on.
 * @returns the options it had, with those that may change and were given
 * @throws {RangeError} for an option that would change the run
 * @throws {NablaError} BAD_DATA where there is no run that can go on
 */
export function resume(path: string, options: TrainOptions): { options: TrainOptions; resumed: Resumed; warnings: string[] } {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !mayResumeWith(name)) throw wrongValue(name, 'none beside a run to resume, which has its own', value);
  }
  const run = SavedRun.openFolder(path);
  const { record } = run;
  if (typeof record.data?.sha256 !== 'string')
    throw new NablaError('BAD_DATA', `${path}: this run is from before runs could be resumed. Go on with --from ${shellPath(path)}.`);
  if (record.data.brought && options.data === undefined)
    throw wrongValue('data', `the data set '${record.data.source}' that a program brought to ${path}`, 'none');
  const { checkpoint, damaged } = run.newestCheckpoint();
  if (!checkpoint) checkNothingLost(run, damaged);
  checkModules(run);
  const warnings = damaged.map((text) => `${text} Going on from the checkpoint before it.`);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { options: { ...optionsOfRecord(path, record), ...given }, resumed: { run, checkpoint }, warnings };
}

/** Own functions that have changed would give other bits. */
function checkModules({ path, record: { configuration, modules } }: SavedRun): void {
  const now = moduleFingerprints(configuration.network.functions);
  const changed = Object.keys(modules ?? {}).find((url) => now[url] !== modules[url]);
  if (changed === undefined) return;
  throw wrongValue(
    'functions',
    `the module that ${path} was trained with`,
    changed,
    `It has changed since; a new run can start from that one: --from ${shellPath(path)}.`,
  );
}

/** A run starts from the beginning again only where it was stopped before it had saved anything, or could not save it. */
function checkNothingLost({ path, record, hasWeights }: SavedRun, damaged: readonly string[]): void {
  if (damaged.length === 0 && record.state !== 'done' && !hasWeights) return;
  const what = damaged.length > 0 ? `${damaged[0]} There is no other checkpoint` : `${path}: there is no checkpoint`;
  const next = hasWeights ? `A new run can start from its weights: --from ${shellPath(path)}.` : 'Nor are there weights.';
  throw new NablaError('BAD_DATA', `${what} to go on from. ${next}`);
}

/** The options that make a run of this record again. */
function optionsOfRecord(path: string, { configuration, asked, data, environment }: RunRecord): TrainOptions {
  try {
    return optionsOfRun(configuration, data, environment?.kernels as KernelName, asked ?? {});
  } catch (error) {
    throw new NablaError('BAD_DATA', `${path}: run.json is not what nabla wrote: ${asError(error).message}`);
  }
}

/** Throws where there is nothing left to do, or where the checkpoint does not belong to the run. */
export function checkGoesOn({ run: { path, record }, checkpoint }: Resumed, configuration: Configuration, training: number): void {
  if (!checkpoint) return;
  const { position, pace } = checkpoint;
  const { epochs } = configuration;
  if (configuration.learning.schedule.kind === 'cosine' && epochs !== record.configuration.epochs) {
    throw wrongValue('epochs', `${record.configuration.epochs} as before: η goes along a cosine that ends with them`, epochs);
  }
  if (pace.stopped !== undefined && record.state === 'done')
    throw wrongValue('resume', 'a run that has not ended', path, `It ended early: ${pace.stopped}.`);
  if (position.epoch > epochs && record.state === 'done') {
    throw wrongValue('resume', 'a run that has not ended', path, `It is done after ${position.epoch - 1} epochs; --epochs N trains it for more.`);
  }
  const { samples, epoch } = position;
  const batch = batchesOf(configuration, training)(epoch);
  const least = samples === 0 ? epoch - 1 : epoch;
  if (epochs < least && epochs !== record.configuration.epochs) throw wrongValue('epochs', `at least ${least}, where ${path} stands`, epochs);
  if (samples > training || (samples % batch !== 0 && samples !== training) || epoch > epochs + 1) {
    throw new NablaError('BAD_DATA', `${path}: its checkpoint is of another run: ${samples} samples of epoch ${epoch}, in mini-batches of ${batch}.`);
  }
}
