// Training on columns as they come, from one command line each: as good as scikit-learn's networks on the same rows. Its scores, and the
// program that found them, stand in scikit-learn/.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, quickNabla } from '../support/command.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { drawing, madeUpHouses, madeUpPeople } from '../support/made-up.js';
import { SLOW } from '../support/slow.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (name: string): string => readFileSync(fileURLToPath(new URL(`../fixtures/${name}.csv`, import.meta.url)), 'utf8');
const scores: Record<string, number[]> = JSON.parse(readFileSync(fileURLToPath(new URL('scikit-learn/scores.json', import.meta.url)), 'utf8'));
/** In the long version; the short one has fewer, but not so few that a single flower counts for points. */
const SPLITS = 10;

/** A quarter of the rows, the first of an order that is drawn by the split's number. */
function forTest(rows: number, split: number): Set<number> {
  const draw = drawing(split);
  const order = Array.from({ length: rows }, (_, k) => k);
  for (let k = rows - 1; k > 0; k--) {
    const other = Math.floor(draw() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return new Set(order.slice(0, Math.floor(rows / 4)));
}

/** Accuracy, or R², of one command line. */
async function score(text: string, name: string, split: number, args: readonly string[]): Promise<number> {
  const [header, ...rows] = text.trimEnd().split('\n');
  const part = (kind: string, wanted: (row: number) => boolean): string => {
    const path = join(folder, `${name}-${split}-${kind}.csv`);
    writeFileSync(path, `${[header, ...rows.filter((_, row) => wanted(row))].join('\n')}\n`);
    return path;
  };
  const kept = forTest(rows.length, split);
  const data = ['--data', part('rows', (row) => !kept.has(row)), '--test', part('kept', (row) => kept.has(row))];
  // The same bits on any machine, so that what is found here holds there.
  const settings = ['--preset', 'tabular', '--reproducible', '--workers', '1', '--seed', String(split + 1), '--format', 'json'];
  const { stdout, stderr, code } = await quickNabla(['train', ...data, ...settings, ...args], folder);
  expect([stderr, code]).toEqual(['', 0]);
  const { testAccuracy, testFigures } = jsonLines(stdout).at(-1) as { testAccuracy: number | null; testFigures?: { r2: number } };
  return testAccuracy ?? (testFigures as { r2: number }).r2;
}

describe('is as good as scikit-learn, with a preset', () => {
  it.each<[string, number, () => string, number, string[]]>([
    ['iris', 3, () => textOf('iris'), 0.01, []],
    ['wine', 3, () => textOf('wine'), 0.01, []],
    ['breast-cancer', 1, () => textOf('breast-cancer'), 0.01, []],
    ['people', 1, () => madeUpPeople(2000, 1), 0.01, ['--target', 'income']],
    ['houses', 1, () => madeUpHouses(2000, 1), 0.02, ['--target', 'value']],
  ])('on %s', { tags: ['longer'] }, async (name, few, text, within, args) => {
    const splits = SLOW ? SPLITS : few;
    const found: number[] = [];
    for (let split = 0; split < splits; split++) found.push(await score(text(), name, split, args));
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(found)).toBeGreaterThanOrEqual(mean(scores[name].slice(0, splits)) - within);
  });
});
