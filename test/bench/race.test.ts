// The race: when a mark counts as reached, which recipe is chosen for it, and what becomes of a side that hangs, dies, talks nonsense
// or is not installed. How fast a side is, no test says.

import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { bestRecipes, type Trial } from '#bench/race/choose.js';
import { firstAtMarks, formatTimes, summariseTimes } from '#bench/race/marks.js';
import { race } from '#bench/race/race.js';
import { CANDIDATES, describeMark, describeRecipe, MARKS, type Recipe } from '#bench/race/recipes.js';
import { runOnce } from '#bench/race/run.js';
import { commandOf, SIDES } from '#bench/race/sides.js';
import { labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { NEEDS_NUMPY, PYTHONS } from '../support/python.js';

const folder = temporaryFolder();
writeIdxFolder(folder, { trainingLabels: labels(24, 10), testLabels: labels(8, 10) });
afterAll(() => rmSync(folder, { recursive: true }));

const recipe: Recipe = { id: 'r', layers: [6, 5, 10], batch: 4, optimiser: 'adam', eta: 0.01, dropout: 0.1, lambda: 2, epochs: 3 };

describe('marks', () => {
  const evaluations = [0.9, 0.97, 0.96, 0.985].map((accuracy, k) => ({ seconds: k + 1, accuracy }));

  test('a mark is reached in the first line at or above it, whatever comes after', () => {
    expect(firstAtMarks(evaluations, [0.9, 0.97, 0.98, 0.99])).toEqual([1, 2, 4, null]);
    expect(firstAtMarks([], [0.97])).toEqual([null]);
  });

  test('a run that misses the mark counts as longer than any', () => {
    expect(summariseTimes([3, null, 1])).toEqual({ minimum: 1, median: 3, maximum: null, reached: 2, of: 3 });
    expect(formatTimes([3, 2, 1])).toBe('2.0 (1.0 to 3.0)');
    expect(formatTimes([3, null, 1])).toBe('3.0 (1.0 to –), 2 of 3');
    expect(formatTimes([3, null, null])).toBe('– (3.0 to –), 1 of 3');
    expect(formatTimes([3])).toBe('3.0');
    expect(formatTimes([null])).toBe('not reached');
  });

  test('are written as shares', () => expect(MARKS.map(describeMark)).toEqual(['97 %', '98 %', '98.4 %']));
});

describe('the choice of a recipe', () => {
  const trial = (id: string, best: number, ...seconds: (number | null)[][]): Trial => ({ recipe: { ...recipe, id }, seconds, best: [best] });
  const chosen = (...trials: Trial[]): string[] =>
    bestRecipes(trials).map(
      ({
        trial: {
          recipe: { id },
        },
      }) => id,
    );

  test('is the fastest for each mark, of those that reach it with most seeds', () => {
    const small = trial('small', 0.979, [1, 1], [3, null], [null, null]);
    const wide = trial('wide', 0.985, [2, 2], [4, 4], [8, 9]);
    const deep = trial('deep', 0.985, [3, 2], [5, 4], [7, 8]);
    expect(chosen(small, wide, deep)).toEqual(['small', 'wide', 'deep']);
  });

  test('is none that misses the mark with a seed, however fast with the others', () => {
    const shaky = trial('shaky', 0.985, [1, 1, null], [2, 2, null], [3, null, null]);
    const steady = trial('steady', 0.985, [5, 5, 5], [6, 6, 6], [7, 7, null]);
    expect(chosen(shaky, steady)).toEqual(['steady', 'steady', 'steady']);
  });

  test('is the most accurate one where none reaches the mark', () => {
    const missed = [[null], [null], [null]];
    expect(chosen(trial('a', 0.9, ...missed), trial('b', 0.96, ...missed))).toEqual(['b', 'b', 'b']);
    expect(chosen()).toEqual([]);
  });
});

describe('candidates', () => {
  test('have names of their own and are told apart by what is said of them', () => {
    expect(new Set(CANDIDATES.map(({ id }) => id)).size).toBe(CANDIDATES.length);
    expect(new Set(CANDIDATES.map(describeRecipe)).size).toBe(CANDIDATES.length);
    expect(describeRecipe(recipe)).toBe('6-5-10, adam, η 0.01, mini-batch 4, dropout 0.1, λ 2, 3 epochs');
  });
});

describe('a run', () => {
  /** A side that is a few lines of JavaScript. */
  const script = (code: string) => runOnce({ file: process.execPath, args: ['-e', code], env: {}, input: '{}\n' }, 'test', [0.5, 0.9], 30);
  const say = (...lines: object[]): string => lines.map((line) => `console.log(${JSON.stringify(JSON.stringify(line))});`).join('');
  const epoch = (testAccuracy: number): object => ({ event: 'epoch', testAccuracy, validationAccuracy: 1 });
  const hang = 'setInterval(() => {}, 1000);';

  test('ends at the last mark, though the side would go on', async () => {
    const run = await script(say({ event: 'start', version: 'Some 1.0' }, epoch(0.4), epoch(0.9)) + hang);
    expect(run).toEqual({ what: 'Some 1.0', seconds: [expect.any(Number), expect.any(Number)], best: 0.9 });
  });

  test('that ends below a mark has no time for it', async () => {
    expect(await script(say(epoch(0.6), epoch(0.7)))).toEqual({ what: undefined, seconds: [expect.any(Number), null], best: 0.7 });
  });

  test('that hangs is ended at the limit', async () => {
    const command = { file: process.execPath, args: ['-e', say(epoch(0.6)) + hang], env: {}, input: '' };
    const run = await runOnce(command, 'test', [0.9], 1);
    expect(run).toMatchObject({ seconds: [null] });
  });

  test('that fails says why', async () => {
    await expect(script("throw new TypeError('no such thing')")).rejects.toThrow('it ended with exit code 1: TypeError: no such thing');
    await expect(script(say({ event: 'failed', reason: 'no memory' }))).rejects.toThrow('no memory');
    await expect(script("console.log('hello')")).rejects.toThrow('its line is not a JSON object: hello');
    await expect(runOnce({ file: '/no/such', args: [], env: {}, input: '' }, 'test', [1], 9)).rejects.toThrow('it did not start');
  });

  test('of a side that is not installed is none', async () => {
    expect(await script(say({ event: 'unavailable', reason: 'not installed' }))).toEqual({ unavailable: 'not installed' });
  });
});

describe('sides', () => {
  const side = (id: string) => SIDES.find((known) => known.id === id)!;
  const train = (id: string) => {
    const command = commandOf(side(id), { data: folder, digits: 'test', recipe, seed: 1 }, PYTHONS);
    if ('unavailable' in command) throw new Error(command.unavailable);
    return runOnce(command, 'test', [0, 2], 60);
  };

  test('nabla takes a recipe as the options of its command', async () => {
    expect(await train('nabla')).toMatchObject({ what: expect.stringMatching(/^nabla, kernels \w+$/), seconds: [expect.any(Number), null] });
  });

  test('NumPy trains by it', NEEDS_NUMPY, async () => {
    expect(await train('numpy')).toMatchObject({ what: expect.stringMatching(/^NumPy /), seconds: [expect.any(Number), null] });
  });

  test('scikit-learn is asked for no dropout', () => {
    expect(side('sklearn').expresses(recipe)).toBe(false);
    expect(side('sklearn').expresses({ ...recipe, dropout: 0 })).toBe(true);
  });

  test('without a recipe, or that could not be tried, have no figures and a reason', async () => {
    const settings = { data: folder, seeds: [1], limit: 1, pythons: [] };
    const choices = [{ side: 'tfjs', reason: 'unavailable: not installed', trials: [] }];
    expect(await race([side('torch'), side('tfjs')], choices, settings, () => {})).toEqual([
      { side: 'torch', marks: [], reason: 'no recipe was chosen: --choose does it' },
      { side: 'tfjs', marks: [], reason: 'unavailable: not installed' },
    ]);
  });
});
