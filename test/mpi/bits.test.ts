// How many processes share a run is a speed knob, never a mathematical one: whatever their number, their workers, their library and the way
// they share, a training has the weights, the costs and the accuracies of one process alone; all of them have the same result; and a run that
// some have begun, others go on with. One start of the launcher trains all of the table, one after the other (support/ranks-train.mjs).

import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainOptions } from '#src/index.js';
import type { MpiFamily } from '#src/mpi/launcher.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { FAMILIES, needsMpi } from '../support/mpirun.js';
import { type RankResult, type RankTraining, RankTrainings } from '../support/rank-trainings.js';
import { SLOW } from '../support/slow.js';

const IRIS = fileURLToPath(new URL('../fixtures/iris.csv', import.meta.url));

/** 331 samples: of mini-batches of 7, the last has 2, fewer than three and four ranks; a half of the pixels are 0, or four of five. */
const DIGITS = { inputs: 40, classes: 5, counts: [331, 50, 50], bytes: true, numbers: false, filled: 0.5 };
const SPARSE = { ...DIGITS, filled: 0.2 };
const NUMBERS = { inputs: 6, classes: 2, counts: [203, 40, 40], bytes: false, numbers: true, filled: 1 };

const BASE: TrainOptions = { layers: [40, 33, 17, 5], epochs: 2, batch: 7, lambda: 0.1, seed: 4 };
const REGRESSION: TrainOptions = { layers: [6, 19, 2], activation: 'tanh', output: 'linear', cost: 'quadratic', epochs: 3, batch: 11, eta: 0.05 };

interface Training {
  readonly data: typeof DIGITS | string;
  readonly options: TrainOptions;
}

/** Each kind of step, of data, of end. */
const TRAININGS: Readonly<Record<string, Training>> = {
  'sgd, dense, mini-batches that grow': { data: DIGITS, options: { ...BASE, input: 'dense', growBatch: '1,3' } },
  'adam, sparse, dropout': { data: SPARSE, options: { ...BASE, input: 'sparse', optimiser: 'adam', eta: 0.003, dropout: 0.3, batch: 9 } },
  'momentum, clipping, max-norm, class weights, label smoothing, mixing, a mean of networks': {
    data: SPARSE,
    options: {
      ...BASE,
      input: 'sparse',
      momentum: 0.8,
      eta: 0.05,
      clipNorm: 0.5,
      maxNorm: 1.5,
      classWeights: [1, 2, 0.5, 1, 3],
      smooth: 0.2,
      augment: 'mix:0.5 brightness:0.2',
      average: 1,
    },
  },
  'targets that are numbers, mixing, early stopping with restore-best, a mean of networks': {
    data: NUMBERS,
    options: { ...REGRESSION, epochs: 30, patience: 2, restoreBest: true, eta: 0.3, average: 2, augment: 'mix:0.5 noise:0.01' },
  },
  'columns of a file, simd': { data: IRIS, options: { hidden: [21], epochs: 2, batch: 13, reproducible: true } },
};

/** What else there is to be had, in the long version. */
const OTHERS: Readonly<Record<string, Training>> = {
  'adam, dense, clipping': { data: DIGITS, options: { ...BASE, input: 'dense', optimiser: 'adamw', eta: 0.003, clipNorm: 0.1 } },
  'sgd, sparse, large mini-batches': { data: SPARSE, options: { ...BASE, input: 'sparse', layers: [40, 150, 5], batch: 100, dropout: 0.2 } },
  'rmsprop, float inputs, max-norm': { data: NUMBERS, options: { ...REGRESSION, optimiser: 'rmsprop', eta: 0.002, maxNorm: 1 } },
  'scalar kernels, no hidden layer': { data: DIGITS, options: { ...BASE, layers: [40, 5], kernels: 'scalar', batch: 4 } },
  'a mini-batch of all samples': { data: DIGITS, options: { ...BASE, batch: 331, epochs: 3 } },
  'a schedule by the validation': { data: DIGITS, options: { ...BASE, epochs: 6, schedule: 'halve', eta: 2 } },
  'softmax, weights balanced': { data: DIGITS, options: { ...BASE, cost: 'log-likelihood', classWeights: 'balanced', eta: 0.1 } },
};

/** A column of the table: what a training may be told besides, without another result. */
const WAYS: readonly TrainOptions[] = [{ across: 'replicated' }, { across: 'sliced' }];

interface Start {
  readonly family: MpiFamily;
  readonly ranks: number;
  readonly workers: number;
}

/** All numbers of ranks, and of workers; in the short version one of them. */
const SHORT: readonly Start[] = [{ family: 'openmpi', ranks: 3, workers: 2 }];
const ALL: readonly Start[] = FAMILIES.flatMap((family) => [1, 2, 3, 4].flatMap((ranks) => [1, 2].map((workers) => ({ family, ranks, workers }))));
const STARTS = SLOW ? ALL : SHORT;

/** In the short version each training in one of the ways, in another with each start. */
function listed(all: Readonly<Record<string, Training>>, workers: number, turn: number): RankTraining[] {
  return Object.entries(all).flatMap(([name, { data, options }], k) =>
    (SLOW ? WAYS : [WAYS[(k + turn) % WAYS.length]]).map((way) => ({ name, data, options: { ...options, ...way, workers } })),
  );
}

const folder = temporaryFolder();
const trainings = new RankTrainings(folder);
afterAll(() => rmSync(folder, { recursive: true }));

describe('one result, whatever the number of ranks', { tags: ['longer'] }, () => {
  const table = SLOW ? { ...TRAININGS, ...OTHERS } : TRAININGS;
  const plain = new Map<string, RankResult>();

  beforeAll(() => {
    const one = Object.entries(table).map(([name, training]) => ({ name, ...training, options: { ...training.options, workers: 1 } }));
    for (const result of trainings.alone(one)) plain.set(result.name, result);
    expect([...plain.keys()]).toEqual(Object.keys(table));
    // No two trainings of the table are the same by mistake.
    expect(new Set([...plain.values()].map(({ done }) => done.weightsSha256)).size).toBe(plain.size);
  });

  for (const [turn, { family, ranks, workers }] of STARTS.entries()) {
    test(`${family}, ${ranks} ranks with ${workers} workers each`, needsMpi(family), async () => {
      const asked = listed(table, workers, turn);
      const results = await trainings.together({ family, ranks }, asked);
      for (const [rank, found] of results.entries()) {
        expect(found.map(({ name }) => name)).toEqual(asked.map(({ name }) => name));
        for (const result of found) {
          const { epochs, ...end } = plain.get(result.name) as RankResult;
          // Rank 0 alone has a listener.
          expect({ rank, ...result }).toEqual({ rank, ...end, epochs: rank === 0 ? epochs : [] });
          expect(result.own).toBe(result.done.weightsSha256);
        }
      }
    });
  }
});

describe('a run that some ranks have begun, and others go on with', { tags: ['slow'] }, () => {
  const KINDS = [
    'sgd, dense',
    'adam, sparse, dropout',
    'momentum, clipping, max-norm, class weights, label smoothing, mixing, a mean of networks',
  ] as const;
  const EPOCHS = 4;
  /** The checkpoint after which they stop, of those after each 0.4 epochs: in the third epoch. */
  const STOP_AT = 6;

  interface Relay {
    readonly begun: Start;
    /** Libraries and numbers of ranks; alone where it is 1. */
    readonly goesOn: readonly (readonly [MpiFamily, number])[];
    readonly kinds: readonly (typeof KINDS)[number][];
  }

  const RELAYS: readonly Relay[] = FAMILIES.flatMap((family, k) =>
    [1, 2, 3, 4].map((ranks) => ({
      begun: { family, ranks, workers: 1 },
      goesOn: [
        [FAMILIES[1 - k], (ranks % 4) + 1],
        [family, 5 - ranks],
      ] as const,
      kinds: KINDS,
    })),
  );

  // In npm test signals.test.ts has one of them.
  test.each(RELAYS)(
    '$begun.family, $begun.ranks ranks with $begun.workers workers',
    { ...needsMpi('openmpi'), ...needsMpi('mpich') },
    async ({ begun, goesOn, kinds }) => {
      const whole = kinds.map((name) => ({ name, data: IRIS, options: optionsOf(name) }));
      const plain = trainings.alone(whole.map((one) => ({ ...one, options: { ...one.options, workers: 1 } })));
      const runOf = (name: string): string => join(folder, `${Object.values(begun).join('-')}-${name}`);
      const first = await trainings.together(
        begun,
        whole.map((one) => ({
          ...one,
          stopAt: STOP_AT,
          options: { checkpointEvery: '0.4e', ...one.options, workers: begun.workers, run: runOf(one.name) },
        })),
      );
      expect(first.flat().map(({ interrupted }) => interrupted)).toEqual(first.flat().map(() => true));
      for (const [family, ranks] of goesOn) {
        const again = kinds.map((name) => {
          const resume = `${runOf(name)}-${family}-${ranks}`;
          cpSync(runOf(name), resume, { recursive: true });
          return { name, data: IRIS, options: { resume, workers: 1 } };
        });
        const results = await trainings.together({ family, ranks }, again);
        for (const { resumed } of results[0]) expect(resumed?.samples).toBeGreaterThan(0);
        for (const found of results) {
          expect(found.map(({ done }) => done)).toEqual(plain.map(({ done }) => done));
        }
      }
    },
  );

  /** As in the table, on columns: samples that a program brings are no run's to go on with by itself. */
  function optionsOf(name: (typeof KINDS)[number]): TrainOptions {
    const { layers, classWeights, input, ...options } = TRAININGS[name].options;
    return { ...options, hidden: [33, 17], epochs: EPOCHS, ...(classWeights && { classWeights: [1, 2, 0.5] }) };
  }
});
