// Some of the training samples of a data set, as one of their own: what a diagnosis looks at.

import { type Dataset, isRegression, type Samples, targetOf } from '../data/dataset.js';
import { Random } from '../random.js';

/** The training samples in a random order of their own, the same for the same seed. */
export function sampleOrder({ training, inputs }: Dataset, seed: number): Uint32Array {
  const order = new Uint32Array(training.values.length / inputs).map((_, k) => k);
  Random.stream(seed, 'insight').shuffle(order);
  return order;
}

/** These training samples as a data set of their own, whose other splits are empty. */
export function onlySamples(data: Dataset, indices: ArrayLike<number>): Dataset {
  const { training, inputs, classes } = data;
  const take = (count: number) => (training.values instanceof Uint8Array ? new Uint8Array(count) : new Float32Array(count));
  const regression = isRegression(data);
  const targets = regression ? new Float32Array(indices.length * classes) : undefined;
  const none: Samples = { values: take(0), labels: new Uint16Array(0), targets: regression ? new Float32Array(0) : undefined };
  const values = take(indices.length * inputs);
  const labels = new Uint16Array(regression ? 0 : indices.length);
  for (let s = 0; s < indices.length; s++) {
    const from = indices[s] * inputs;
    values.set(training.values.subarray(from, from + inputs), s * inputs);
    if (targets) targets.set(targetOf(data, 'training', indices[s], classes), s * classes);
    else labels[s] = training.labels[indices[s]];
  }
  return { ...data, training: { values, labels, targets }, validation: none, test: none };
}
