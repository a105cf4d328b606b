// How a training run ends: its last event, and what whoever began it is given, from which result.ts makes what `train` returns.

import { peakMemory, sha256 } from '#platform';
import { type Dataset, isRegression } from '../data/dataset.js';
import type { KnownData, Trained } from '../inference/model.js';
import type { DoneEvent } from '../options/events.js';
import { littleEndian } from '../runs/formats/safetensors.js';
import type { Measured } from './rate-and-stopping.js';

/** A run that is over. */
export interface Ended {
  readonly done: DoneEvent;
  readonly trained: Trained;
  /** What its inputs and outputs are. */
  readonly data: KnownData;
}

/** The fields of the last event that only the run itself knows. */
type OfTheRun = Pick<
  DoneEvent,
  'epochs' | 'testFigures' | 'best' | 'restored' | 'nothingLearnt' | 'stopped' | 'seconds' | 'workers' | 'exchange' | 'trace' | 'run'
>;

/**
 * @param measured the epoch whose network the run ends with
 * @param parameters of that network, [P] in the book's order
 */
export function doneEvent(measured: Measured, parameters: Float32Array, ofTheRun: OfTheRun): DoneEvent {
  const { epochs, testFigures, best, restored, nothingLearnt, stopped, seconds, workers, exchange, trace, run } = ofTheRun;
  const { trainingCost, validationCost, validationAccuracy, testCost, testAccuracy } = measured;
  return {
    event: 'done',
    epochs,
    trainingCost,
    validationCost,
    validationAccuracy,
    testCost,
    testAccuracy,
    testFigures,
    best,
    restored,
    nothingLearnt,
    stopped,
    weightsSha256: sha256(littleEndian(parameters)),
    seconds,
    peakBytes: peakMemory(),
    workers,
    exchange,
    trace,
    run,
  };
}

/** @param trained the network that the run ends with */
export function endedWith(done: DoneEvent, trained: Trained, data: Dataset): Ended {
  const { scale, classNames, preparation } = data;
  return { done, trained, data: { scale, classNames, preparation, regression: isRegression(data) } };
}
