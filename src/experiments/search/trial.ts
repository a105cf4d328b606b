// One trial of a search: a setting, trained up to an epoch in a folder of its own, and from there to a later one. It goes on from where
// its folder stands, whatever stopped it before; a folder from which it cannot go on is begun anew, and comes to the same bits. So its
// files need not be on the disk at once: where that was waited for, a hundred small runs took twice as long.

import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asError, type ErrorCode, NablaError } from '../../errors.js';
import type { DoneEvent, TrainEvent } from '../../options/events.js';
import type { TrainOptions } from '../../options/options.js';
import { CONFIG, isRun } from '../../runs/files.js';
import { littleEndian } from '../../runs/formats/safetensors.js';
import { lock } from '../../runs/lock.js';
import { SavedRun } from '../../runs/saved-run.js';
import type { Lane } from '../../training/lane.js';
import { ASKED_TO_STOP } from '../../training/listener.js';
import type { OpenedData } from '../../training/plan.js';
import { trainIn } from '../../training/trainer.js';
import type { During } from '../run-queue.js';

/** What a trial has come to at an epoch. Nothing of it hangs on the clock or on the machine's speed. */
export interface TrialFigures {
  /** Epochs trained. */
  readonly epochs: number;
  readonly trainingCost: number;
  readonly validationCost: number | null;
  readonly validationAccuracy: number | null;
  readonly weightsSha256: string;
  /** The epoch that the network is of, where that is not the last. */
  readonly restored?: number;
  /** Why it ended before its last epoch, where it will not go on. */
  readonly stopped?: string;
}

/** Or why it has come to nothing. */
export interface TrialFailure {
  readonly code: ErrorCode;
  readonly text: string;
}

export interface TrialRequest {
  /** Folder of its run. */
  readonly folder: string;
  /** All options of the run; its epochs are those of a run that is trained to its end. */
  readonly options: TrainOptions & { readonly epochs: number };
  /** Up to which epoch it is trained now. */
  readonly upTo: number;
  readonly opened: OpenedData;
}

/** Trains a trial up to an epoch. @throws what `train` throws */
export async function runTrial(lane: Lane, request: TrialRequest, during: During): Promise<TrialFigures> {
  const { folder, upTo } = request;
  if (!isRun(folder)) return begin(lane, request, during);
  try {
    const standing = standingOf(folder);
    // Where a line of the journal was lost, the run has gone on from what it said: it is begun anew.
    if (standing && standing.epochs > upTo) return await begin(lane, request, during);
    if (standing && (standing.epochs === upTo || standing.stopped !== undefined)) {
      // A process that was killed just then has left its lock.
      lock(folder)();
      return standing;
    }
    const figures = await train(lane, { resume: folder }, request, during);
    return figures.epochs > upTo ? await begin(lane, request, during) : figures;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return begin(lane, request, during);
  }
}

/** Whether the run of a trial is as its figures say, with its options. */
export function stands(folder: string, figures: TrialFigures): boolean {
  try {
    const { weightsSha256 } = figures;
    JSON.parse(readFileSync(join(folder, CONFIG), 'utf8'));
    return standingOf(folder)?.weightsSha256 === weightsSha256 && hashOf(SavedRun.openFolder(folder).parameters) === weightsSha256;
  } catch {
    return false;
  }
}

async function begin(lane: Lane, request: TrialRequest, during: During): Promise<TrialFigures> {
  rmSync(request.folder, { recursive: true, force: true });
  return train(lane, { ...request.options, run: request.folder, checkpointEvery: 'never' }, request, during);
}

async function train(lane: Lane, options: TrainOptions, { upTo, options: { epochs }, opened }: TrialRequest, during: During): Promise<TrialFigures> {
  const onEvent = (event: TrainEvent): unknown => {
    // Killed after it had saved the rung's last epoch, and before it had said so, it has nothing to train.
    if (event.event === 'start') return event.resumed && event.resumed.epoch > upTo && upTo < epochs ? 'stop' : undefined;
    if (event.event !== 'epoch') return undefined;
    during.progress(event.epoch / upTo);
    return event.epoch >= upTo && event.epoch < epochs ? 'stop' : undefined;
  };
  try {
    return figuresOf(await trainIn(lane, { ...options, signal: during.signal, onEvent }, opened, false));
  } catch (error) {
    throw ofTheTrial(asError(error));
  }
}

/** What ended a run, without how it would go on by itself, and without what hangs on its number of threads. */
function ofTheTrial(error: Error): Error {
  if (!(error instanceof NablaError)) return error;
  const { code, cause } = error;
  const { message } = cause instanceof NablaError && cause.code === code ? cause : error;
  return new NablaError(code, code === 'DIVERGED' ? message.replace(/ \(worker \d+\)/, '') : message, { cause: error });
}

const hashOf = (parameters: Float32Array): string => createHash('sha256').update(littleEndian(parameters)).digest('hex');

/** Where a run has come to its end, or to the end of a rung; undefined also where its record cannot be read. */
function standingOf(folder: string): TrialFigures | undefined {
  try {
    const { state, outcome } = SavedRun.openFolder(folder).record;
    return state === 'done' ? figuresOf(outcome as DoneEvent) : undefined;
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

const isDamage = (error: unknown): boolean => error instanceof NablaError && error.code === 'BAD_DATA';

function figuresOf({
  epochs,
  trainingCost,
  validationCost,
  validationAccuracy,
  weightsSha256,
  restored,
  best,
  stopped,
}: Omit<DoneEvent, 'event'>): TrialFigures {
  return {
    epochs,
    trainingCost,
    validationCost,
    validationAccuracy,
    weightsSha256,
    ...(restored && best && { restored: best.epoch }),
    ...(stopped !== undefined && stopped !== ASKED_TO_STOP && { stopped }),
  };
}
