// A program that trains one network after the other, alone or as several ranks, and writes for each what has come of it: the file
// trainings.json of a folder says what to train, rank-0.jsonl and so on hold the results of every rank. See test/mpi/bits.test.ts.

import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '#src/index.js';
import { launchedBy } from '#src/mpi/launcher.js';
import { Random } from '#src/random.js';

const [folder, inLine] = process.argv.slice(2);
const trainings = JSON.parse(readFileSync(join(folder, 'trainings.json'), 'utf8'));
const out = join(folder, inLine ?? `rank-${launchedBy()?.rank ?? 0}.jsonl`);

/** Samples that any process draws alike. */
function dataOf({ inputs, classes, counts, bytes, numbers, filled }) {
  const random = Random.stream(7, 'drawn');
  const value = () => (random.uniform() >= filled ? 0 : bytes ? random.below(256) : 2 * random.uniform() - 1);
  const split = (n) => ({
    values: (bytes ? Uint8Array : Float32Array).from({ length: n * inputs }, value),
    labels: Uint16Array.from({ length: numbers ? 0 : n }, () => random.below(classes)),
    ...(numbers && { targets: Float32Array.from({ length: n * classes }, () => 2 * random.uniform() - 1) }),
  });
  const [training, validation, test] = counts.map(split);
  return { name: 'drawn', inputs, classes, scale: bytes ? 1 / 255 : 1, training, validation, test };
}

/** What must not hang on how many there are: not times, memory and workers. */
const epochOf = ({ epoch, eta, trainingCost, trainingAccuracy, validationCost, validationAccuracy, testCost, testAccuracy, best }) => ({
  epoch,
  eta,
  trainingCost,
  trainingAccuracy,
  validationCost,
  validationAccuracy,
  testCost,
  testAccuracy,
  best,
});
const doneOf = ({
  epochs,
  trainingCost,
  validationAccuracy,
  testCost,
  testAccuracy,
  testFigures,
  best,
  restored,
  nothingLearnt,
  stopped,
  weightsSha256,
}) => ({ epochs, trainingCost, validationAccuracy, testCost, testAccuracy, testFigures, best, restored, nothingLearnt, stopped, weightsSha256 });

for (const { name, data, options, stopAt } of trainings) {
  const epochs = [];
  let resumed;
  let checkpoints = 0;
  const stopping = new AbortController();
  const onEvent = (event) => {
    if (event.event === 'start') resumed = event.resumed;
    if (event.event === 'epoch') epochs.push(epochOf(event));
    if (event.event === 'checkpoint' && ++checkpoints === stopAt) stopping.abort();
  };
  const brought = typeof data === 'object' ? dataOf(data) : data;
  try {
    const result = await train({ ...options, ...(brought && { data: brought }), signal: stopping.signal, onEvent });
    const own = createHash('sha256').update(new Uint8Array(result.parameters.buffer)).digest('hex');
    const answer = typeof data === 'object' ? result.predict(brought.training.values.slice(0, brought.inputs)) : undefined;
    appendFileSync(out, `${JSON.stringify({ name, resumed, epochs, done: doneOf(result), own, answer })}\n`);
  } catch (error) {
    if (error.code !== 'INTERRUPTED') throw error;
    appendFileSync(out, `${JSON.stringify({ name, interrupted: true })}\n`);
  }
}
