// The result of a training run: its last event, and what `train` returns.

import { createHash } from 'node:crypto';
import type { Row } from '../data/numbers.js';
import { inputsOf } from '../inference/inputs.js';
import { type KnownData, Model, type RawRow, type Trained } from '../inference/model.js';
import { RawRows } from '../inference/raw-rows.js';
import { feedForward, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { DoneEvent } from '../options/events.js';
import { littleEndian } from '../runs/formats/safetensors.js';
import type { Measured } from './rate-and-stopping.js';

export interface TrainResult extends Omit<DoneEvent, 'event'> {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /**
   * Output activations a^L for one sample, [n_L], in float64, on this thread: its numbers taken as they are, those of a Uint8Array
   * times the data's scale. Where the data were columns of a file, a sample is a row with these columns as they stood there (see
   * Model.predict), also of a data set that was loaded before, whose own samples are inputs already; and numbers that were such
   * columns come in their own units.
   * @throws {TypeError | RangeError} for anything but finite numbers, one for each input; or but a row with a value for each column
   */
  predict(x: Row | RawRow): number[];
  /** The same network as `loadModel` gives it: for many samples, with the kernels, and with classes by their names. */
  model(): Promise<Model>;
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
    weightsSha256: createHash('sha256').update(littleEndian(parameters)).digest('hex'),
    seconds,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    workers,
    exchange,
    trace,
    run,
  };
}

/** @param data what the inputs and outputs are */
export function trainResult(done: DoneEvent, trained: Trained, data: KnownData): TrainResult {
  const { network, parameters } = trained;
  const forPrediction = parametersFrom(network, parameters);
  const rows = data.preparation && new RawRows(data.preparation, data.scale);
  return {
    ...done,
    network,
    parameters,
    predict: (x) => {
      const inputs = rows?.inputs('predict', x) ?? inputsOf('predict', x, network.layers[0], data.scale);
      const outputs = feedForward(network, forPrediction, Array.from(inputs)).activations[network.layers.length - 1];
      return rows?.ownUnits(outputs) ?? outputs;
    },
    model: () => Model.of(trained, data),
  };
}
