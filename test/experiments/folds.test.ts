// Cross-validation: each fold's network beside the one that `train` makes of the same samples, with folds put together here; figures beside
// plain sums over what the networks said; what is told, in which order, and on how many lanes; folds that fail; what is refused; the command.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { NablaError } from '#src/errors.js';
import {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type Dataset,
  type FoldsEvent,
  loadDataset,
  type OutOfFold,
  type Samples,
} from '#src/index.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { seeded } from '../support/bound-kernels.js';
import { jsonLines, quickNabla, start } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { madeUpHouses, madeUpPeople } from '../support/made-up.js';
import { pooledTraining } from '../support/pooled-training.js';
import { expectRefused, refusal } from '../support/refused.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

const IRIS = fileURLToPath(new URL('../fixtures/iris.csv', import.meta.url));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** A folder of IDX files. */
const digits = (): string => {
  const path = join(folder, 'digits');
  mkdirSync(path, { recursive: true });
  writeIdxFolder(path);
  return path;
};

const train = pooledTraining(1);
const random = seeded('folds');
const part = (n: number): Samples => ({
  values: Uint8Array.from({ length: n * 12 }, () => (random.below(3) === 0 ? random.below(256) : 0)),
  labels: Uint16Array.from({ length: n }, (_, k) => k % 3),
});
const PLAIN: Dataset = { name: 'own', inputs: 12, classes: 3, scale: 1 / 255, training: part(70), validation: part(31), test: part(9) };
const NUMBERS: Dataset = (() => {
  const of = (n: number): Samples => ({
    values: Float32Array.from({ length: n * 3 }, () => random.uniform()),
    labels: new Uint16Array(0),
    targets: Float32Array.from({ length: n * 2 }, () => random.uniform()),
  });
  return { name: 'own', inputs: 3, classes: 2, scale: 1, training: of(40), validation: of(10), test: of(5) };
})();
const SMALL = { hidden: [6], epochs: 2, folds: 4 } as const;

type WithOutputs = CrossValidation & { readonly outOfFold: OutOfFold };
const validated = async (options: CrossValidateOptions): Promise<WithOutputs> =>
  (await crossValidate({ ...options, outOfFold: true })) as WithOutputs;

/** Numbers of the samples, in the source, of a fold from 1, and of all others, from the fold behind it on. */
function membersOf({ folds, rows }: OutOfFold, fold: number): { own: number[]; others: number[] } {
  const inFold = (wanted: number): number[] => [...rows].flatMap((row, k) => (folds[k] === wanted ? [row - 1] : []));
  const count = Math.max(...folds);
  const others = Array.from({ length: count - 1 }, (_, k) => inFold(((fold + k) % count) + 1)).flat();
  return { own: inFold(fold), others };
}

/** Samples of training and validation, one after another, by their numbers. */
function taken({ inputs, classes, training, validation }: Dataset, numbers: readonly number[]): Samples {
  const all = <T extends number>(of: (one: Samples) => Iterable<T> | undefined): T[] => [...(of(training) ?? []), ...(of(validation) ?? [])];
  const [values, labels, targets] = [all(({ values }) => values), all(({ labels }) => labels), all((one) => one.targets)];
  const rows = (list: number[], width: number): number[] => numbers.flatMap((n) => list.slice(n * width, (n + 1) * width));
  return {
    values: training.values instanceof Uint8Array ? Uint8Array.from(rows(values, inputs)) : Float32Array.from(rows(values, inputs)),
    labels: Uint16Array.from(labels.length > 0 ? rows(labels, 1) : []),
    ...(targets.length > 0 && { targets: Float32Array.from(rows(targets, classes)) }),
  };
}

/** What `train` makes of a fold's samples. */
async function trainedOn(data: Dataset, outOfFold: OutOfFold, fold: number, options: CrossValidateOptions) {
  const { own, others } = membersOf(outOfFold, fold);
  const { folds, jobs, group, onEvent, outOfFold: _, ...rest } = options;
  return train({ ...rest, workers: 1, data: { ...data, training: taken(data, others), validation: taken(data, []), test: taken(data, own) } });
}

describe("a fold's network is that of `train` on the same samples", () => {
  it.each<[string, Dataset, CrossValidateOptions]>([
    ['over sparse inputs, with Adam', PLAIN, { input: 'sparse', optimiser: 'adam', lambda: 0.1 }],
    ['of numbers', NUMBERS, {}],
    ['on two workers', PLAIN, { workers: 2, jobs: 1 }],
  ])('%s', async (_, data, more) => {
    const options = { ...SMALL, ...more, data };
    const { folds, outOfFold } = await validated(options);
    for (const { fold, figures, weightsSha256, samples, trainingSamples } of folds) {
      const one = await trainedOn(data, outOfFold, fold, options);
      expect([weightsSha256, figures.cost, figures.accuracy ?? null]).toEqual([one.weightsSha256, one.testCost, one.testAccuracy]);
      expect(samples + trainingSamples).toBe(outOfFold.rows.length);
    }
  });

  it('with dropout that of the last fold alone, whose samples are numbered as there; on any number of lanes the same', async () => {
    const options = { ...SMALL, dropout: 0.5, data: PLAIN };
    const { folds, outOfFold } = await validated(options);
    const hashes = folds.map(({ weightsSha256 }) => weightsSha256);
    const others = await crossValidate({ ...options, jobs: 1, workers: 2 });
    expect(others.folds.map(({ weightsSha256 }) => weightsSha256)).toEqual(hashes);
    expect(hashes[3]).toBe((await trainedOn(PLAIN, outOfFold, 4, options)).weightsSha256);
    expect(hashes[0]).not.toBe((await trainedOn(PLAIN, outOfFold, 1, options)).weightsSha256);
  });

  // Rows that are not in the file cannot enter what is fitted on it.
  it.each([
    ['classes', madeUpPeople(90, 3).replace(/^(.*),Private,/gm, (line, age, at) => (at % 3 === 0 ? `${age},,` : line)), 'income'],
    ['numbers', madeUpHouses(60, 3), 'value'],
  ])('of columns, with %s: from files that hold its rows alone', async (name, text, target) => {
    const [header, ...rows] = text.trimEnd().split('\n');
    const options = { hidden: [5], epochs: 2, target, missing: 'indicator', split: [0.8, 0.2] } as const;
    const { folds, outOfFold } = await validated({ ...options, folds: 3, data: file(`${name}.csv`, text) });
    expect(outOfFold.rows).toHaveLength(rows.length);
    for (const { fold, figures, weightsSha256 } of folds) {
      const { own, others } = membersOf(outOfFold, fold);
      const [data, test] = [others, own].map((numbers, k) => file(`${k}.csv`, [header, ...numbers.map((row) => rows[row])].join('\n')));
      const { split, ...alone } = options;
      const one = await train({
        ...alone,
        target: undefined,
        missing: undefined,
        data: await loadDataset(data, { target, missing: 'indicator', test, validation: 0 }),
        workers: 1,
      });
      expect([weightsSha256, figures.cost, figures.r2]).toEqual([one.weightsSha256, one.testCost, one.testFigures?.r2]);
    }
  });
});

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('figures are those of what the networks say', () => {
  it('of classes', async () => {
    const { folds, metrics, outOfFold } = await validated({ data: IRIS, hidden: [5], epochs: 8, folds: 5, seed: 3 });
    const { labels = [], outputs, folds: foldOf, rows } = outOfFold;
    expect(rows).toHaveLength(135);
    const right = [...foldOf.keys()].map((k) => {
      const a = [...outputs.subarray(3 * k, 3 * k + 3)];
      return a.indexOf(Math.max(...a)) === labels[k] ? 1 : 0;
    });
    const accuracies = folds.map(({ fold }) => mean(right.filter((_, k) => foldOf[k] === fold)));
    expect(folds.map(({ figures }) => figures.accuracy)).toEqual(accuracies);
    const deviation = Math.sqrt(accuracies.reduce((sum, x) => sum + (x - mean(accuracies)) ** 2, 0) / 4);
    expect(new Set(accuracies).size).toBeGreaterThan(1);
    expect(metrics.accuracy?.mean).toBeCloseTo(mean(accuracies), 12);
    expect(metrics.accuracy?.deviation).toBeCloseTo(deviation, 12);
    expect(metrics.accuracy?.standardError).toBeCloseTo(deviation / Math.sqrt(5), 12);
    expect([metrics.accuracy?.least, metrics.accuracy?.most]).toEqual([Math.min(...accuracies), Math.max(...accuracies)]);
  });

  it('of numbers, in their own unit', async () => {
    const text = madeUpHouses(60, 4);
    const { folds, outOfFold } = await validated({ data: file('houses.csv', text), target: 'value', hidden: [5], epochs: 5, folds: 3 });
    const stated = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',').at(-1)));
    const { targets = [], outputs, folds: foldOf, rows } = outOfFold;
    expect([...targets]).toEqual([...rows].map((row) => Math.fround(stated[row - 1])));
    for (const { fold, figures } of folds) {
      const squares = [...foldOf.keys()].filter((k) => foldOf[k] === fold).map((k) => (outputs[k] - targets[k]) ** 2);
      expect((figures.rmse as number) / Math.sqrt(mean(squares))).toBeCloseTo(1, 5);
    }
  });
});

const PATIENTS = `patient,x,colour,y\n${Array.from({ length: 60 }, (_, k) => `p${(k * 7) % 11},${(k % 13) / 3},${k % 2 ? 'red' : 'blue'},${k % 5 < 2 ? 'sick' : 'well'}`).join('\n')}\n`;

describe('groups', () => {
  it('a column: its rows are together, and it is no input', async () => {
    const events: FoldsEvent[] = [];
    const options = { data: file('patients.csv', PATIENTS), target: 'y', group: 'patient', split: [0.9, 0.1], hidden: [3], epochs: 1, folds: 3 };
    const { outOfFold } = await validated({ ...options, onEvent: (event) => events.push(event) });
    const where = new Map<number, number>();
    for (const [k, row] of outOfFold.rows.entries()) {
      const patient = ((row - 1) * 7) % 11;
      expect(where.get(patient) ?? outOfFold.folds[k]).toBe(outOfFold.folds[k]);
      where.set(patient, outOfFold.folds[k]);
    }
    expect(events[0]).toMatchObject({ groups: 11, stratified: true, network: [3, 3, 2], samples: 60, testSamples: 0 });
  });

  it('a list beside a data set', async () => {
    const group = Array.from({ length: 101 }, (_, k) => `g${k % 10}`);
    const { outOfFold } = await validated({ ...SMALL, epochs: 1, data: PLAIN, group });
    for (const name of new Set(group)) {
      expect(new Set([...outOfFold.folds].filter((_, k) => group[k] === name)).size).toBe(1);
    }
  });
});

describe('what is told', () => {
  const told = async (options: CrossValidateOptions): Promise<FoldsEvent[]> => {
    const events: FoldsEvent[] = [];
    await crossValidate({ ...SMALL, data: PLAIN, ...options, onEvent: (event) => events.push(event) });
    return events.filter(({ event }) => event !== 'progress');
  };

  it('is the same on any number of lanes, but for the last event, and in the order of the folds', async () => {
    const [one, two] = [await told({ jobs: 1, workers: 1, epochs: 1 }), await told({ jobs: 3, epochs: 1 })];
    expect(two.slice(0, -1)).toEqual(one.slice(0, -1));
    expect(one.map((event) => (event.event === 'fold' ? event.fold : event.event))).toEqual(['folds', 1, 2, 3, 4, 'cross-validated']);
    expect(one[0]).toMatchObject({ sizes: [26, 25, 25, 25], samples: 101, testSamples: 9, warnings: [] });
  });

  it('says that patience goes by the training cost', async () => {
    const [first] = await told({ patience: 1, epochs: 3 });
    expect(first).toMatchObject({ warnings: expect.arrayContaining([expect.stringContaining('goes by the training cost here')]) });
  });

  it('of what was prepared before', async () => {
    const [first] = await told({ data: await loadDataset(IRIS), epochs: 1 });
    expect(first).toMatchObject({ warnings: [expect.stringContaining('has seen the samples of every fold')] });
  });
});

describe('what goes wrong', () => {
  /** The first calls of all pools fail so. */
  const failing = (calls: number, code: 'WORKER_LOST' | 'DIVERGED'): void => {
    const real = WorkerPool.prototype.runEpoch;
    let call = 0;
    vi.spyOn(WorkerPool.prototype, 'runEpoch').mockImplementation(async function (this: WorkerPool, options) {
      if (++call <= calls) throw new NablaError(code, 'As it was told.');
      return real.call(this, options);
    });
  };
  const options = { ...SMALL, data: PLAIN, jobs: 1, workers: 1 };

  it('a run that is lost with its threads is repeated, in its folder, to the same bits', async () => {
    const expected = await crossValidate(options);
    failing(3, 'WORKER_LOST');
    const run = join(folder, 'lost');
    const { folds } = await crossValidate({ ...options, run });
    expect(folds.map(({ weightsSha256 }) => weightsSha256)).toEqual(expected.folds.map(({ weightsSha256 }) => weightsSha256));
    expect(existsSync(join(run, 'fold-1', 'run.json')) && existsSync(join(run, 'fold-4', 'run.json'))).toBe(true);
    expect(await refusal(() => crossValidate({ ...options, run }))).toMatch(/^run: expected a new folder, or an empty one/);
  });

  it('a fold that fails is told of, and the others go on', async () => {
    failing(1, 'DIVERGED');
    const { folds, metrics, outOfFold } = await validated(options);
    expect(folds[0]).toMatchObject({ fold: 1, figures: {}, failure: { code: 'DIVERGED', text: 'As it was told.' } });
    expect(metrics.accuracy?.folds).toBe(3);
    expect(metrics.accuracy?.mean).toBeCloseTo(mean(folds.slice(1).map(({ figures }) => figures.accuracy as number)), 12);
    expect([...outOfFold.folds].filter((fold) => fold === 0)).toHaveLength(26);
    failing(4, 'DIVERGED');
    await expect(crossValidate(options)).rejects.toMatchObject({ code: 'DIVERGED' });
  });

  it('what has ended when all is stopped is told', async () => {
    const [events, stop]: [FoldsEvent[], AbortController] = [[], new AbortController()];
    const onEvent = (event: FoldsEvent): void => {
      events.push(event);
      if (event.event === 'fold' && event.fold === 2) stop.abort();
    };
    await expect(crossValidate({ ...options, signal: stop.signal, onEvent })).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: 'Stopped after 2 of 4 folds. Nothing is kept.',
    });
    expect(events.filter(({ event }) => event !== 'progress').map(({ event }) => event)).toEqual(['folds', 'fold', 'fold']);
  });

  it('so is a fold that ended before an earlier one', async () => {
    const [told, stop]: [number[], AbortController] = [[], new AbortController()];
    const real = WorkerPool.prototype.runEpoch;
    // The first fold, which alone is trained on 75 samples, waits for the end of all.
    vi.spyOn(WorkerPool.prototype, 'runEpoch').mockImplementation(async function (this: WorkerPool, epoch) {
      if (epoch.upTo === 75 && !stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
      return real.call(this, epoch);
    });
    const onEvent = (event: FoldsEvent): void => {
      if (event.event === 'fold') told.push(event.fold);
      if (event.event === 'progress' && event.done === 1) stop.abort();
    };
    const running = crossValidate({ ...options, jobs: 2, signal: stop.signal, onEvent });
    await expect(running).rejects.toThrow('Stopped after 1 of 4 folds.');
    expect(told).toEqual([2]);
  });

  it.each<[string, () => CrossValidateOptions, RegExp]>([
    ['one fold', () => ({ folds: 1 }), /^folds: expected a whole number from 2 to 1000, got 1/],
    ['more folds than members', () => ({ folds: 40 }), /^folds: expected at most 33, as class '1' has samples/],
    ['a saved start', () => ({ from: 'x' }) as CrossValidateOptions, /^from: expected none beside folds: a network must not have seen/],
    ['a column beside a data set', () => ({ group: 'a' }), /^group: expected a list with a value for each sample/],
    ['too few groups', () => ({ group: [1, 2] }), /^group: expected 101 values, one for each sample/],
    ['groups of pictures', () => ({ data: digits(), group: 'a' }), /^group: expected none for 'digits', which has no columns/],
    ['the target as groups', () => ({ data: IRIS, group: 'species', target: 'species' }), /^group: expected a column beside the target/],
    ['a column that is not there', () => ({ data: IRIS, group: 'specie' }), /group: expected one of its columns/],
    ['layers that do not fit', () => ({ hidden: undefined, layers: [3, 3] }), /^layers: expected 12 inputs/],
  ])('refused: %s', async (_, more, says) => {
    const spy = vi.spyOn(WorkerPool.prototype, 'runEpoch');
    expect(await refusal(() => crossValidate({ ...SMALL, data: PLAIN, ...more() }))).toMatch(says);
    expect(spy).not.toHaveBeenCalled();
  });
});

describe('the command', () => {
  const args = ['train', IRIS, '--folds', '3', '--hidden', '4', '--epochs', '3'];

  it('shows each fold and all together, and writes what the networks say', async () => {
    const out = join(folder, 'out.csv');
    const { stdout, stderr, code } = await quickNabla([...args, '--out-of-fold', out], folder);
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toMatch(
      /^folds {6}3 of 45 samples, with classes in proportion; seed 1\ndata {7}iris\.csv, 135 samples; 15 test samples stay apart\n/,
    );
    expect(stdout).toMatch(/\nfold 3 .* 45 samples .* 3 epochs .* accuracy \d/);
    expect(stdout).toMatch(/\naccuracy +\d+\.\d\d % +\d+\.\d\d % +\d+\.\d\d % +\d+\.\d\d % +\d+\.\d\d %\n/);
    const [header, ...rows] = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(header).toBe('row,fold,truth,prediction,probability,output_setosa,output_versicolor,output_virginica');
    const truths = readFileSync(IRIS, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',').at(-1));
    expect(rows).toHaveLength(135);
    for (const row of rows) {
      const [number, fold, truth, , probability] = row.split(',');
      expect([truth, fold, Number(probability) > 1 / 3]).toEqual([truths[Number(number)], expect.stringMatching(/^[123]$/), true]);
    }
  });

  it('gives programs the events', async () => {
    const { stdout, code } = await quickNabla([...args, '--format', 'json'], folder);
    const events = jsonLines(stdout) as { event: string; figures?: object }[];
    expect([code, ...events.map(({ event }) => event)]).toEqual([0, 'folds', 'fold', 'fold', 'fold', 'cross-validated']);
    expect(Object.keys(events[1].figures ?? {})).toEqual([
      'accuracy',
      'macroF1',
      'weightedF1',
      'logLoss',
      'calibrationError',
      'cost',
      'trainingCost',
    ]);
  });

  it('Ctrl-C ends it with code 130, after what has ended', async () => {
    const { child, outcome, seen } = start([...args, '--epochs', '500', '--jobs', '1'], folder);
    await seen('fold 1');
    child.kill('SIGINT');
    expect((await outcome).code).toBe(130);
  });

  it('refuses what cannot be, and writes nothing', async () => {
    await expectRefused([...args, '--group', 'specie'], folder, /group: expected one of its columns.*Did you mean 'species'\?/);
    await expectRefused([...args, '--out-of-fold', 'nowhere/x.csv'], folder, /out-of-fold: expected a file in a folder that exists/);
    await expectRefused([...args, '--out-of-fold', '-'], folder, /out-of-fold: expected a file, got '-'/);
    await expectRefused([...args, '--from', 'x'], folder, /from: expected none beside folds/);
  });
});
