// What a search that goes on does where files of its runs were lost after they had been noted, as with the power, since no run waits for
// the disk: it trains them again, to the same bits.

import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { datasetFrom } from '#src/data/from-rows.js';
import type { SearchResult } from '#src/experiments/search/events.js';
import { search } from '#src/experiments/search/search.js';
import { temporaryFolder } from '../../support/idx-folder.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const inputs = Array.from({ length: 60 }, (_, k) => [Math.cos(k), Math.sin(k)]);
const data = datasetFrom({ inputs, labels: inputs.map(([x, y]) => (x * y > 0 ? 1 : 0)) });
const whole = join(folder, 'whole');
const first = await search({ data, space: { eta: { from: 0.1, to: 5, log: true } }, hidden: [4], runs: 4, epochs: 4, factor: 2, folder: whole });

const figures = ({ runs, test }: SearchResult) => ({ runs, test });
const bestOf = (path: string): string => join(path, first.bestRun!.slice(whole.length));
/** The search as it was before its end, without some files of the best run. */
function copyWithout(name: string, ...files: string[]): string {
  const path = join(folder, name);
  cpSync(whole, path, { recursive: true });
  const record = JSON.parse(readFileSync(join(path, 'search.json'), 'utf8'));
  writeFileSync(join(path, 'search.json'), JSON.stringify({ ...record, state: 'running' }));
  rmSync(join(path, 'best.toml'));
  for (const file of files) rmSync(join(bestOf(path), file), { recursive: true });
  return path;
}

it.each([
  ['its weights and checkpoints', ['weights.safetensors', 'checkpoints']],
  ['its options', ['config.json']],
  ['all of it', ['.']],
])('the best run without %s is trained again', async (what, files) => {
  const path = copyWithout(what, ...files);
  const again = await search({ data, resume: path });
  expect(figures(again)).toEqual(figures(first));
  expect(readFileSync(join(path, 'best.toml'), 'utf8').replaceAll(path, whole)).toBe(readFileSync(join(whole, 'best.toml'), 'utf8'));
  expect(existsSync(join(bestOf(path), 'weights.safetensors'))).toBe(true);
});

it('a run that is to go on, and whose record is damaged, begins anew', async () => {
  const path = copyWithout('damaged');
  const journal = readFileSync(join(path, 'journal.jsonl'), 'utf8').split('\n');
  // The last rung is yet to come.
  writeFileSync(join(path, 'journal.jsonl'), `${journal.filter((line) => !line.includes('"rung":2')).join('\n')}`);
  writeFileSync(join(bestOf(path), 'run.json'), '');
  copyFileSync(join(whole, 'search.json'), join(path, 'search.json'));
  expect(figures(await search({ data, resume: path }))).toEqual(figures(first));
});
