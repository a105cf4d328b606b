// The result of a training run: its last event, and what `train` returns.

import { createHash } from 'node:crypto';
import { feedForward, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { DoneEvent } from '../options/events.js';
import { littleEndian } from '../runs/formats/safetensors.js';
import type { Measured } from './rate-and-stopping.js';

export interface TrainResult extends Omit<DoneEvent, 'event'> {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /** Output activations a^L for one sample, its inputs scaled as in training. In float64, on this thread. */
  predict(x: readonly number[]): number[];
}

/** The fields of the last event that only the run itself knows. */
type OfTheRun = Pick<DoneEvent, 'epochs' | 'best' | 'restored' | 'nothingLearnt' | 'stopped' | 'seconds' | 'workers' | 'trace' | 'run'>;

/**
 * @param measured the epoch whose network the run ends with
 * @param parameters of that network, [P] in the book's order
 */
export function doneEvent(measured: Measured, parameters: Float32Array, ofTheRun: OfTheRun): DoneEvent {
  const { epochs, best, restored, nothingLearnt, stopped, seconds, workers, trace, run } = ofTheRun;
  const { trainingCost, validationAccuracy, testCost, testAccuracy } = measured;
  return {
    event: 'done',
    epochs,
    trainingCost,
    validationAccuracy,
    testCost,
    testAccuracy,
    best,
    restored,
    nothingLearnt,
    stopped,
    weightsSha256: createHash('sha256').update(littleEndian(parameters)).digest('hex'),
    seconds,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    workers,
    trace,
    run,
  };
}

/** @param parameters [P] in the book's order */
export function trainResult(done: DoneEvent, network: NetworkSpecification, parameters: Float32Array): TrainResult {
  const forPrediction = parametersFrom(network, parameters);
  return {
    ...done,
    network,
    parameters,
    predict: (x) => feedForward(network, forPrediction, x).activations[network.layers.length - 1],
  };
}
