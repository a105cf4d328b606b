// The result of a training run: its last event, and what `train` returns.

import { createHash } from 'node:crypto';
import { feedForward, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { DoneEvent, EpochEvent } from '../options/events.js';
import { littleEndian } from '../runs/formats/safetensors.js';

export interface TrainResult extends Omit<DoneEvent, 'event'> {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /** Output activations a^L for one sample, its inputs scaled as in training. In float64, on this thread. */
  predict(x: readonly number[]): number[];
}

/** The fields of the last event that only the run itself knows. */
type OfTheRun = Pick<DoneEvent, 'stopped' | 'seconds' | 'workers' | 'trace' | 'run'>;

/**
 * @param last the last epoch
 * @param parameters [P] in the book's order
 */
export function doneEvent(last: EpochEvent, parameters: Float32Array, { stopped, seconds, workers, trace, run }: OfTheRun): DoneEvent {
  const { trainingCost, validationAccuracy, testCost, testAccuracy, epoch } = last;
  return {
    event: 'done',
    epochs: epoch,
    trainingCost,
    validationAccuracy,
    testCost,
    testAccuracy,
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
