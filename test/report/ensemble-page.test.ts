// The page of an ensemble: its average beside each member and their mean, the curves of the members, and the average's own mistakes.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MembersResult, reportPage, trainMembers } from '#src/index.js';
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
