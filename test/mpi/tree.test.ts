// Gradients that are added up in a fixed tree give the weights, costs and accuracies of one process, whatever the number of ranks, also where
// it divides no number of shards, and where ranks have shards without samples; and a run that some ranks have begun, others go on with, from
// the optimiser's states that each had a slice of. One start of the launcher trains all of the table (support/ranks-train.mjs).

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainOptions } from '#src/index.js';
import type { MpiFamily } from '#src/mpi/launcher.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { FAMILIES, mpiNabla, needsMpi } from '../support/mpirun.js';
import { type RankResult, type RankTraining, RankTrainings } from '../support/rank-trainings.js';

const IRIS = fileURLToPath(new URL('../fixtures/iris.csv', import.meta.url));
const DIGITS = { inputs: 40, classes: 5, counts: [331, 50, 50], bytes: true, numbers: false, filled: 0.5 };
const NUMBERS = { inputs: 6, classes: 2, counts: [203, 40, 40], bytes: false, numbers: true, filled: 1 };
const TREE: TrainOptions = { gradient: 'tree', epochs: 2, seed: 4 };

const ADAM: TrainOptions = { ...TREE, optimiser: 'adam', eta: 0.003, shards: 8, batch: 13, hidden: [33, 17] };
const TRAININGS: readonly RankTraining[] = [
  // Of 8 shards, a mini-batch of 7 leaves one without samples, and the last one, of 2, six.
  { name: 'sgd, 8 shards of 7 samples', data: DIGITS, options: { ...TREE, layers: [40, 33, 17, 5], batch: 7, lambda: 0.1 } },
  {
    name: 'adam, clipping, max-norm, dropout, 16 shards',
    data: DIGITS,
    options: { ...TREE, layers: [40, 33, 5], batch: 50, shards: 16, optimiser: 'adam', eta: 0.003, clipNorm: 0.2, maxNorm: 1.2, dropout: 0.3 },
  },
  {
    name: 'momentum, numbers, scalar kernels',
    data: NUMBERS,
    options: { ...TREE, layers: [6, 19, 2], cost: 'quadratic', output: 'linear', batch: 11, shards: 4, momentum: 0.8, eta: 0.05, kernels: 'scalar' },
  },
];

interface Start {
  readonly family: MpiFamily;
  readonly ranks: number;
  readonly workers: number;
}

const ALL: readonly Start[] = FAMILIES.flatMap((family) => [2, 3, 4].flatMap((ranks) => [1, 2].map((workers) => ({ family, ranks, workers }))));

const folder = temporaryFolder();
const trainings = new RankTrainings(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const withWorkers = (table: readonly RankTraining[], workers: number): RankTraining[] =>
  table.map((training) => ({ ...training, options: { ...training.options, workers } }));

describe('one result, whatever the number of ranks', { tags: ['longer'] }, () => {
  let plain: RankResult[];

  beforeAll(() => {
    plain = trainings.alone(withWorkers(TRAININGS, 1));
    expect(new Set(plain.map(({ done }) => done.weightsSha256)).size).toBe(TRAININGS.length);
  });

  for (const { family, ranks, workers } of ALL) {
    test(`${family}, ${ranks} ranks with ${workers} workers each`, { ...needsMpi(family), tags: ['slow'] }, async () => {
      const results = await trainings.together({ family, ranks }, withWorkers(TRAININGS, workers));
      for (const [rank, found] of results.entries()) {
        // Rank 0 alone has a listener.
        expect(found).toEqual(plain.map((one) => (rank === 0 ? one : { ...one, epochs: [] })));
      }
    });
  }
});

test('a run that three ranks have begun, stopped within an epoch, goes on to the same with two', {
  ...needsMpi('openmpi'),
  ...needsMpi('mpich'),
  tags: ['slow'],
}, async () => {
  const options = { ...ADAM, epochs: 4, workers: 1 };
  const [whole] = trainings.alone([{ name: 'whole', data: IRIS, options }]);
  const run = join(folder, 'run');
  const begun = { name: 'begun', data: IRIS, options: { ...options, run, checkpointEvery: '0.4e' }, stopAt: 6 };
  const first = await trainings.together({ family: 'mpich', ranks: 3 }, [begun]);
  expect(first.flat().map(({ interrupted }) => interrupted)).toEqual([true, true, true]);
  const [[again], [other]] = await trainings.together({ family: 'openmpi', ranks: 2 }, [
    { name: 'again', data: IRIS, options: { resume: run, workers: 2 } },
  ]);
  expect(again.resumed?.samples).toBeGreaterThan(0);
  expect(again.done).toEqual(whole.done);
  expect(other.done).toEqual(whole.done);
});

test('more ranks than shards are refused once, in words', needsMpi('mpich'), async () => {
  const args = ['train', '--data', IRIS, '--gradient', 'tree', '--shards', '2'];
  const { code, errors } = await mpiNabla('mpich', 3, args, { cwd: folder });
  expect([code, errors]).toEqual([2, [expect.stringMatching(/shards: expected at least one for each of the 3 processes, got 2/)]]);
});
