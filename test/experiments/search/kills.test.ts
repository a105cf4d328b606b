// Searches that are struck at random moments, by signals and by the end of their threads, and come to the same.

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '#src/random.js';
import { MAIN } from '../../support/command.js';
import { temporaryFolder } from '../../support/idx-folder.js';
import { BLOWS, SearchKills } from '../../support/search-kills.js';

const KILLS = 20;

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('of 20 searches that are struck all come to the same, and leave nothing else', { tags: ['slow'] }, async () => {
  const searches = new SearchKills(MAIN, folder, Random.stream(1, 'search kills'));
  await searches.undisturbed();
  let hits = 0;
  for (let k = 0; k < KILLS; k++) {
    const { blow, hit, isRight, left } = await searches.strike(BLOWS[k % BLOWS.length]);
    expect([isRight, left], `${k}: ${blow}`).toEqual([true, []]);
    if (hit) hits++;
  }
  expect(hits).toBeGreaterThanOrEqual(KILLS / 2);
});
