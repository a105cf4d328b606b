// `nabla train --seeds` and `nabla compare`, as they are typed: a line for each seed, a table, a verdict; JSON in the same order; and what
// does not go together is refused.

import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, quickNabla } from '../support/command.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { expectRefused } from '../support/refused.js';

let folder: string;
const run = (line: string) => quickNabla(line.split(' '), folder);
beforeAll(async () => {
  folder = temporaryFolder();
  const rows = Array.from({ length: 120 }, (_, k) => `${(k * k) % 17},${(k * 7) % 13},${(k * k) % 17 > 7 ? 'a' : 'b'}`);
  writeFileSync(join(folder, 'rows.csv'), `x,y,label\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('nabla train --seeds', () => {
  it('shows each seed and the spread of all, and keeps them', async () => {
    const { code, stdout } = await run('train rows.csv --hidden 4 --epochs 3 --seeds 3 --run slow --eta 0.01');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^seeds {6}1 to 3, of 2-4-2 for 3 epochs\ndata {7}rows\.csv, 96 training, 12 validation, 12 test samples/);
    expect(stdout).toMatch(/\nseed 1 {4}3 epochs {2}validation accuracy [\d.]+ % {2}test accuracy [\d.]+ %.*\nseed 2 .*\nseed 3 /);
    expect(stdout).toMatch(/\n +mean +deviation +least +most +interval\ntest accuracy +[\d.]+ % +[\d.]+ points /);
    expect(stdout).toMatch(/\nkept in {4}slow\n$/);
    expect(readdirSync(join(folder, 'slow')).sort()).toEqual(['seed-1', 'seed-2', 'seed-3', 'seeds.json']);
  });

  it('writes JSON in the order of the seeds, and names the folder after their number', async () => {
    const { code, stdout } = await run('train rows.csv --hidden 4 --epochs 1 --seeds 2 --seed 7 --format json');
    const lines = jsonLines(stdout);
    expect([code, lines.map(({ event, seed }) => seed ?? event)]).toEqual([0, ['seeds', 7, 8, 'trained']]);
    expect(lines[0].folder).toMatch(/^runs\/[\dT-]+-2-4-2-x2$/);
    expect(lines[0]).toMatchObject({ splitSeed: 7, samples: [96, 12, 12], network: [2, 4, 2] });
  });

  it.each([
    ['one seed', '--seeds 1', /^error: seeds: expected a whole number from 2 to 1000, got 1\./],
    ['a page', '--seeds 2 --watch', /^error: watch: expected none beside --seeds/],
    ['a run to go on', '--seeds 2 --resume x', /^error: resume: expected none beside --seeds/],
    ['folds', '--seeds 2 --folds 3', /^error: seeds: expected none beside folds/],
    ['jobs without them', '--jobs 2', /^error: jobs: expected none without --/],
  ])('refuses %s', (_, options, says) => expectRefused(`train rows.csv --run never ${options}`.split(' '), folder, says));
});

describe('nabla compare', () => {
  it('says what differs, in which options, and whether it is luck', async () => {
    await run('train rows.csv --hidden 4 --epochs 3 --seeds 3 --run fast --eta 3');
    const { code, stdout } = await run('compare slow fast --by training-cost');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^A {10}slow: 2-4-2, 3 epochs, 3 seeds from 1 to 3\nB {10}fast: .*\noptions {4}eta 0\.01 in A, 3 in B\n/);
    expect(stdout).toMatch(/\n +A +B +B - A +interval +p +ranks +better A, B\ntraining cost +[\d.]+ ± [\d.]+ /);
    expect(stdout).toMatch(/\nverdict {4}B is better by [\d.]+ of training cost/);
    expect(stdout).toMatch(/training cost alone decides;/);
    const [comparison, ...more] = jsonLines((await run('compare slow fast --by training-cost --format json')).stdout);
    expect(more).toEqual([]);
    expect(comparison).toMatchObject({ event: 'comparison', pairs: [1, 2, 3], verdict: { figure: 'training-cost', better: 'B' } });
  });

  it('refuses what cannot be compared', async () => {
    await expectRefused(['compare', 'slow', 'nowhere'], folder, /nowhere: there is no such folder/);
    await expectRefused(['compare', 'slow', 'fast', '--by', 'auc'], folder, /nabla calls it 'test-roc-auc'/);
    await expectRefused(['compare', 'slow', 'fast', '--metric', 'auc'], folder, /nabla calls it --by/);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });
});
