// Two settings compared over seeds: which runs are pairs, which figure decides, what is said of luck, and what is refused because its
// figures would say something else.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareRuns, train } from '#src/index.js';
import { temporaryFolder } from '../../support/idx-folder.js';
import { smallData } from '../../support/insight-data.js';
import { refusal } from '../../support/refused.js';

let folder: string;
let template: string;
beforeAll(async () => {
  folder = temporaryFolder();
  const run = join(folder, 'template');
  await train({ data: smallData(), layers: [7, 4], epochs: 1, workers: 1, run });
  template = readFileSync(join(run, 'run.json'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);

interface Made {
  eta?: number;
  state?: string;
  sha256?: string;
  outcome?: Record<string, unknown>;
}

/** A run's folder as training writes it, without the training. @param accuracy on the test samples, in per cent */
function make(name: string, seed: number, accuracy: number | null, { eta = 0.5, state = 'done', sha256 = 'a', outcome = {} }: Made = {}): void {
  const record = JSON.parse(template);
  const { outcome: ended, configuration } = record;
  const figures = { ...ended, testFigures: undefined, testAccuracy: accuracy === null ? null : accuracy / 100, ...outcome };
  const file = join(place(name), `seed-${seed}`, 'run.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({ ...record, state, configuration: { ...configuration, seed, eta }, data: { ...record.data, sha256 }, outcome: figures }),
  );
}

/** Seeds from 1 on with these accuracies. */
function makeAll(name: string, accuracies: readonly (number | null)[], made: Made = {}): string {
  for (const [k, accuracy] of accuracies.entries()) make(name, k + 1, accuracy, made);
  return place(name);
}

describe('in pairs', () => {
  it('more than luck', () => {
    const a = makeAll('a8', [95.1, 94.8, 95.5, 95.0, 94.6, 95.2, 94.9, 95.3]);
    const b = makeAll('b8', [95.6, 95.1, 96.0, 95.2, 95.3, 95.5, 95.4, 95.6], { eta: 0.25 });
    const { pairs, figures, verdict, options } = compareRuns(a, b);
    expect(pairs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(options).toEqual([{ option: 'eta', a: '0.5', b: '0.25' }]);
    expect(figures[0]).toMatchObject({ figure: 'test-accuracy', better: { a: 0, b: 8 }, signedRanks: 2 / 2 ** 8 });
    // scipy.stats.ttest_rel of SciPy 1.17.1 on these.
    expect(verdict).toMatchObject({ better: 'B', isMoreThanLuck: true, test: 'paired t' });
    expect(verdict.p).toBeCloseTo(0.00019278504695, 12);
    expect(verdict.text).toBe('B is better by 0.41 points of test accuracy (0.28 to 0.55, with 8 of 8 seeds): that is more than luck (p 0.00019).');
    // The other way round the same is said of A.
    expect(compareRuns(b, a).verdict.text).toBe(verdict.text.replace('B is', 'A is'));
  });

  it('could be luck, and how many seeds would tell', () => {
    const { verdict } = compareRuns(makeAll('a4', [95.1, 94.8, 95.5, 95.0]), makeAll('b4', [95.4, 94.6, 95.9, 94.9]));
    expect(verdict).toMatchObject({ better: 'B', isMoreThanLuck: false });
    expect(verdict.text).toMatch(
      /^B is better by 0\.10 points of test accuracy \(-0\.37 to 0\.57, with 2 of 4 seeds\), which could be luck \(p 0\.55\)/,
    );
    // n = (1.96 + 0.84)² (s / d)² with s = 0.294 and d = 0.1 is 68, and two more for Student's t.
    expect(verdict.seedsToTell).toBeGreaterThan(67);
    expect(verdict.seedsToTell).toBeLessThan(73);
  });

  it('a few seeds that the ranks can never tell are said to be such', () => {
    const { verdict } = compareRuns(makeAll('a3', [90, 91, 92]), makeAll('b3', [94, 95.1, 96]));
    expect(verdict.isMoreThanLuck).toBe(true);
    expect(verdict.text).toMatch(/do not say so \(p 0\.25\), and of 3 seeds they never could\.$/);
  });

  it('of costs the smaller is the better', () => {
    const costs = (name: string, all: readonly number[]): string => {
      for (const [k, testCost] of all.entries()) make(name, k + 1, 90, { outcome: { testCost } });
      return place(name);
    };
    const a = costs('costs-a', [0.5, 0.52, 0.48, 0.51, 0.49]);
    const { verdict, figures } = compareRuns(a, costs('costs-b', [0.61, 0.62, 0.57, 0.63, 0.6]), { by: 'test-cost' });
    expect(verdict).toMatchObject({ figure: 'test-cost', better: 'A', isMoreThanLuck: true });
    expect(verdict.text).toMatch(/^A is better by 0\.1060 of test cost \(0\.0\d+ to 0\.1\d+, with 5 of 5 seeds\)/);
    expect(figures[0].better).toEqual({ a: 5, b: 0 });
  });
});

describe('differences that are all the same', () => {
  it('are told by their sign, where there are enough of them', () => {
    const [few, many] = [3, 7].map((n) => {
      const all = Array.from({ length: n }, (_, k) => 90 + k / 10);
      const b = all.map((accuracy) => accuracy + 1);
      return compareRuns(makeAll(`same-a${n}`, all), makeAll(`same-b${n}`, b)).verdict;
    });
    expect(few).toMatchObject({ better: 'B', isMoreThanLuck: false, p: 0.25, test: 'signed ranks' });
    expect(few.text).toBe(
      'B is better by 1.00 points of test accuracy (with 3 of 3 seeds), which could be luck (p 0.25): it takes more seeds to tell.',
    );
    expect(many).toMatchObject({ isMoreThanLuck: true, p: 2 / 2 ** 7, test: 'signed ranks' });
  });

  it('and none at all, are no difference', () => {
    const a = makeAll('none-a', [90, 91, 92]);
    expect(compareRuns(a, makeAll('none-b', [90, 91, 92])).verdict).toMatchObject({ better: null, isMoreThanLuck: false, p: 1 });
    expect(compareRuns(a, a).notes).toEqual(['3 pairs of 3 are one and the same run.']);
  });
});

describe('what has no pairs', () => {
  it('is compared by itself', () => {
    const a = makeAll('left', [95.1, 94.8, 95.5, 95.0]);
    for (const [k, accuracy] of [96.4, 96.0, 96.9].entries()) make('right', 10 + k, accuracy);
    const { pairs, verdict, figures } = compareRuns(a, place('right'));
    expect(pairs).toBeUndefined();
    expect(figures[0]).not.toHaveProperty('better');
    expect(verdict).toMatchObject({ better: 'B', isMoreThanLuck: true, test: 'Welch t' });
    // scipy.stats.ttest_ind(equal_var=False) of SciPy 1.17.1 on these.
    expect(verdict.p).toBeCloseTo(0.01758298498154, 12);
  });

  it('and one seed only, says nothing of luck', () => {
    const a = makeAll('one-a', [95]);
    const { verdict } = compareRuns(a, makeAll('one-b', [96]));
    expect(verdict).toMatchObject({ better: 'B', isMoreThanLuck: false, p: null, test: null });
    expect(verdict.text).toBe(
      'B is better by 1.00 points of test accuracy (with 1 of 1 seed). One seed says nothing of luck: train both with several.',
    );
  });
});

describe('seeds without a figure', () => {
  it('are left out with their partners, and named', () => {
    const a = makeAll('gaps-a', [95.1, 94.8, 95.5, null]);
    const b = makeAll('gaps-b', [95.4, 94.9, 95.8, 95.5]);
    make('gaps-b', 2, 99, { state: 'diverged' });
    writeFileSync(join(b, 'seeds.json'), JSON.stringify({ format: 1, seeds: [1, 2, 3, 4, 5] }));
    const { pairs, leftOut, notes } = compareRuns(a, b);
    expect(pairs).toEqual([1, 3]);
    expect(notes).toEqual(['1 of 4 runs of B has diverged or failed: what is compared are those that did not.']);
    expect(leftOut).toEqual([
      { side: 'A', seed: 2, why: 'without a partner' },
      { side: 'A', seed: 4, why: 'without a test accuracy' },
      { side: 'B', seed: 2, why: 'diverged' },
      { side: 'B', seed: 4, why: 'without a partner' },
      { side: 'B', seed: 5, why: 'not begun' },
    ]);
  });

  it('leave nothing to compare where no seed has one', async () => {
    const a = makeAll('bare', [null, null]);
    const b = makeAll('whole', [90, 91]);
    expect(await refusal(() => compareRuns(a, b))).toMatch(/bare: none of its 2 runs has a test accuracy\.$/);
  });
});

describe('is refused', () => {
  const emptyFolder = (): string => {
    mkdirSync(place('empty'));
    return place('empty');
  };
  const mixed = (): string => {
    make('mixed', 1, 90);
    make('mixed', 2, 90, { eta: 3 });
    return place('mixed');
  };
  const twice = (): string => {
    make('twice/x', 1, 90);
    make('twice/y', 1, 91);
    return place('twice');
  };
  it.each([
    ['no folder', () => compareRuns(place('nowhere'), place('a8')), /there is no such folder/],
    ['a folder without runs', () => compareRuns(emptyFolder(), place('a8')), /there are no runs in this folder/],
    [
      'other samples',
      () => compareRuns(makeAll('ours', [90, 91]), makeAll('theirs', [90, 91], { sha256: 'b' })),
      /theirs.seed-1: expected the samples of .*ours.seed-1, got others/,
    ],
    [
      'several settings in one folder',
      () => compareRuns(mixed(), mixed()),
      /expected runs that differ in their seeds alone, got some that differ in eta/,
    ],
    ['a seed twice', () => compareRuns(twice(), twice()), /expected one run of each seed, got two of seed 1/],
    ['a figure of another name', () => compareRuns('a', 'b', { by: 'auc' as 'test-roc-auc' }), /nabla calls it 'test-roc-auc'/],
    ['an option of another name', () => compareRuns('a', 'b', { figure: 'x' } as object), /got 'figure'/],
  ])('%s', async (_, compare, says) => {
    expect(await refusal(compare)).toMatch(says);
  });

  it('a record of seeds that is none', async () => {
    const a = makeAll('torn', [90, 91]);
    writeFileSync(join(a, 'seeds.json'), '{"format": 1, "see');
    expect(await refusal(() => compareRuns(a, a))).toMatch(/seeds\.json: this is not what nabla wrote/);
  });
});

it('samples may differ from seed to seed where each pair has the same, and that is said', () => {
  for (const side of ['split-a', 'split-b'])
    for (const seed of [1, 2, 3]) make(side, seed, 90 + seed + (side === 'split-b' ? seed / 10 : 0), { sha256: `split ${seed}` });
  const { pairs, notes } = compareRuns(place('split-a'), place('split-b'));
  expect(pairs).toHaveLength(3);
  expect(notes).toEqual(['Each seed has a split of its own: the luck of the split is in the spread.']);
});
