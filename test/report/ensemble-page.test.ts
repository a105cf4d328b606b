// The page of an ensemble: its average beside each member and their mean, the curves of the members, and the average's own mistakes.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MemberAddition, type MembersResult, reportPage, type SplitAdditions, trainMembers } from '#src/index.js';
import { additionRows, disagreementText, luckText } from '#src/report/data/additions-words.js';
import { collectEnsemble } from '#src/report/data/ensemble-report.js';
import { cellsOf, comparedOf, gainTexts } from '#src/report/data/member-figures.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';

const data = smallData({ count: 40 });
let folder: string;
let run: string;
let trained: MembersResult;
beforeAll(async () => {
  folder = temporaryFolder();
  run = join(folder, 'three');
  trained = await trainMembers({ data, hidden: [5], epochs: 3, batch: 5, eta: 2, seed: 5, members: 3, workers: 1, run });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page of an ensemble', () => {
  it('has the figures of all, and confusions and mistakes of the average', async () => {
    const page = await reportPage([run], { data });
    const { members, mean, average } = trained;
    const percent = (value: number | null): string => `${(100 * (value as number)).toFixed(2)} %`;
    const row = (name: string, seed: string, of: typeof mean): string =>
      `<th scope="row">${name}</th><td>${seed}</td><td>${percent(of.validationAccuracy)}</td><td>${percent(of.testAccuracy)}</td>`;
    for (const [k, member] of members.entries()) expect(page).toContain(row(`member ${k + 1}`, String(k + 5), member));
    // It is none of theirs, so that it can only be that of the average.
    expect(members.map(({ testAccuracy }) => testAccuracy)).not.toContain(average.testAccuracy);
    expect(page).toContain(row('mean of the members', '', mean));
    expect(page).toContain(row('average of their outputs', '', average));
    expect(page).toContain(`${Math.round(40 * (average.testAccuracy as number))} of 40 samples right`);
    expect(page.match(/stroke curve/g)?.length).toBeGreaterThanOrEqual(3);
    expect(page).not.toContain(folder);
  });

  it('has what each member adds, its curves and who disagrees with whom', async () => {
    const page = await reportPage([run], { data });
    const { additions = [] } = await collectEnsemble(run, { data });
    expect(additions.map(({ split, samples }) => [split, samples])).toEqual([
      ['validation', 40],
      ['test', 40],
    ]);
    for (const split of additions) {
      for (const [k, cells] of additionRows(split).entries())
        expect(page).toContain(
          `<th scope="row">member ${k + 1}</th>${cells
            .map((cell) => `<td>${cell}</td>`)
            .join('')
            .replaceAll('<td>< ', '<td>&lt; ')}`,
        );
      expect(page).toContain(luckText(split));
      expect(page).toContain(disagreementText(split));
      expect(split.average.accuracy).toBe(split.split === 'test' ? trained.average.testAccuracy : trained.average.validationAccuracy);
    }
    expect(page).toContain('Accuracy by members');
  });

  it('is one without what needs the data, where these are gone, and says so', async () => {
    const page = await reportPage([run]);
    expect(page).toContain('average of their outputs');
    expect(page).toContain('Nothing that needs the data: ');
    expect(page).not.toContain('Confusion matrix');
  });

  it('is of it alone', async () => {
    await expect(reportPage([run, join(run, 'members', '1')], { data })).rejects.toThrow('several networks, whose average is one model');
  });
});

describe('what an average gains', () => {
  const figures = (test: number, cost = 1): MembersResult['mean'] => ({
    validationCost: null,
    validationAccuracy: null,
    testCost: cost,
    testAccuracy: test,
  });

  it.each([
    [0.97, 'test 97.00 %: 2.00 points above the mean of theirs, 1.00 points above the best of them'],
    [0.955, 'test 95.50 %: 0.50 points above the mean of theirs, 0.50 points below the best of them'],
    [0.95, 'test 95.00 %: as the mean of theirs, 1.00 points below the best of them'],
  ])('of shares is said in points: %f', (average, says) => {
    expect(gainTexts([figures(0.94), figures(0.96)], figures(0.95), figures(average))).toEqual([says]);
  });

  it('of costs in shares, whichever is less; and of no figure that one of them lacks', () => {
    const numbers = (testCost: number, validationCost: number | null = null) => ({ ...figures(0), testAccuracy: null, testCost, validationCost });
    const texts = gainTexts([numbers(1, 1), numbers(2)], numbers(1.5), numbers(1.2));
    expect(texts).toEqual(['test cost 1.200: 20.0 % less cost than the mean of theirs, 16.7 % less cost for the best of them']);
    expect(cellsOf(comparedOf([numbers(1, 1)]), numbers(3))).toEqual(['', '3.000']);
  });
});

describe('what each member adds', () => {
  const goodness = (accuracy: number | null, cost = 1) => ({ accuracy, cost });
  const member = (mean: number, p: number | null, accuracy: number | null = 0.9): MemberAddition => ({
    alone: goodness(accuracy),
    without: goodness(accuracy, 2),
    gained: 3,
    lost: 1,
    accuracy: accuracy === null ? null : { mean, interval: [mean - 0.01, mean + 0.01], p },
    cost: { mean, interval: [mean - 0.01, mean + 0.01], p },
  });
  const split = (
    members: MemberAddition[],
    disagreement: number[][] | null = [
      [0, 0.1],
      [0.1, 0],
    ],
  ): SplitAdditions => ({
    split: 'test',
    samples: 1000,
    average: goodness(0.9),
    members,
    curve: [],
    disagreement,
  });

  it.each<[string, MemberAddition[], string]>([
    [
      'nobody',
      [member(0.1, 0.04), member(0, 1)],
      'What any single member adds could be luck on these 1,000 test samples: none has p below 0.05 / 2.',
    ],
    ['one', [member(0.1, 0.001), member(0, 1)], 'Member 1 adds more than luck (p below 0.05 / 2). What the other one adds could be luck.'],
    ['all', [member(0.1, 0.001), member(0.1, 0.02)], 'Members 1 and 2 add more than luck (p below 0.05 / 2).'],
    [
      'one for the worse',
      [member(-0.1, 0.001), member(0, null), member(0, 1)],
      'Without member 1 the average is better, by more than luck (p below 0.05 / 3). What each of the other 2 adds could be luck.',
    ],
  ])('is told from luck by a level that all members share: %s', (_, members, says) => {
    expect(luckText(split(members))).toBe(says);
  });

  it('stands in points, or of numbers in shares of the cost', () => {
    expect(additionRows(split([member(0.012, 0.00001)]))[0]).toEqual(['90.00 %', '90.00 %', '+1.20', '0.20 to 2.20', '< 0.0001', '+0.6 %']);
    expect(additionRows(split([member(-0.5, 0.25, null)], null))[0]).toEqual(['1.000', '2.000', '-25.0 %', '-25.5 % to -24.5 %', '0.25']);
    expect(disagreementText(split([member(0, 1), member(0, 1)]))).toBe('Two members name different classes for 10.00 % of the samples.');
    expect(disagreementText(split([], null))).toBeUndefined();
  });
});
