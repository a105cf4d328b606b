// What `train` returns: the last event of the run, and its network, which answers. How a run ends stands in ending.ts.

import type { Row } from '../data/numbers.js';
import { inputsOf } from '../inference/inputs.js';
import { Model, type RawRow } from '../inference/model.js';
import { RawRows } from '../inference/raw-rows.js';
import { feedForward, parametersFrom } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { DoneEvent } from '../options/events.js';
import type { Ended } from './ending.js';

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

export function trainResult({ done, trained, data }: Ended): TrainResult {
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
