// `nabla data` from the command line: text, lines of JSON, a page; pictures as they are trained on; several files; the command that it proposes; and what it refuses.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contents, inFolder, jsonLines, quickNabla } from '../support/command.js';
import { expectRefused } from '../support/refused.js';

const ROWS = Array.from({ length: 60 }, (_, k) => `${(k * 37) % 61},${k % 5 ? k : ''},2024-01-${10 + (k % 9)},${k % 3 ? 'yes' : 'no'}`);
const HEAD = 'a,b,when,y';
const write = (folder: string): void => {
  writeFileSync(join(folder, 'one.csv'), [HEAD, ...ROWS.slice(0, 30)].join('\n'));
  writeFileSync(join(folder, 'two.csv'), [HEAD, ...ROWS.slice(30)].join('\n'));
  writeFileSync(join(folder, 'all.csv'), [HEAD, ...ROWS].join('\n'));
  writeFileSync(join(folder, 'semi.csv'), [HEAD, ...ROWS].join('\n').replaceAll(',', ';'));
};
/** Square pictures of two classes. */
const writePixels = (folder: string): void => {
  const row = (k: number): string => [k % 2, ...Array.from({ length: 64 }, (_, i) => (i * (k + 1) * 7) % 256)].join(',');
  writeFileSync(join(folder, 'pixels.csv'), Array.from({ length: 30 }, (_, k) => row(k)).join('\n'));
};

describe('nabla data', () => {
  it('describes files, and proposes a command that trains on them', () =>
    inFolder(async (folder) => {
      write(folder);
      const before = contents(folder);
      const { code, stdout, stderr } = await quickNabla(['data', 'all.csv', '--target', 'y'], folder);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^all\.csv: 60 rows, 4 columns; 48 for training, 6 for validation, 6 for test, drawn by --seed\n/);
      expect(contents(folder)).toEqual(before);
      const [, command] = /^command +nabla (train .*)$/m.exec(stdout) as RegExpExecArray;
      expect(command).toBe('train all.csv --target y --drop when --missing mean --preset tabular');
      const trained = await quickNabla([...command.split(' '), '--epochs', '1', '--workers', '1', '--run', 'r', '--format', 'json'], folder);
      const [start] = jsonLines(trained.stdout);
      expect([trained.code, start.samples, start.validationSamples, start.testSamples]).toEqual([0, 48, 6, 6]);
      expect(stdout).toContain(`network     ${(start.network as number[]).join('-')};`);
    }));

  it('takes the options of how data are read', () =>
    inFolder(async (folder) => {
      write(folder);
      const line = 'data semi.csv --target y --separator ; --split 0.5,0.25,0.25 --seed 4 --categorical a --drop when --missing zero --format json';
      const lines = jsonLines((await quickNabla(line.split(' '), folder)).stdout);
      expect(lines[0]).toMatchObject({ event: 'data', splits: { training: 30, validation: 15, test: 15 } });
      expect(lines[1]).toMatchObject({ event: 'column', name: 'a', kind: 'words' });
      const several = await quickNabla('data one.csv two.csv --target y'.split(' '), folder);
      expect(several.stdout).toMatch(/: 60 rows, 4 columns; 48 for training/);
      expect(several.stdout).toMatch(/^command +nabla train one\.csv two\.csv --target y /m);
      expect(lines.at(-1)).toMatchObject({
        options: "--split 0.5,0.25,0.25 --target y --drop when --categorical a --missing zero --separator ';' --seed 4 --preset tabular",
      });
    }));

  it('has a line of JSON for each thing', () =>
    inFolder(async (folder) => {
      write(folder);
      const { code, stdout, stderr } = await quickNabla('data all.csv --target y --format json --html page.html'.split(' '), folder);
      expect([code, stderr]).toEqual([0, '']);
      const lines = jsonLines(stdout);
      expect(lines.map(({ event }) => event)).toEqual(['data', ...new Array(4).fill('column'), 'class', 'class', 'duplicates', 'train', 'page']);
      expect(lines[0]).toMatchObject({ rows: 60, width: 4, target: { columns: ['y'], kind: 'classes' } });
      expect(lines[2]).toMatchObject({ name: 'b', kind: 'number', missing: 12, distinct: 48 });
      expect(lines.at(-1)).toMatchObject({ out: 'page.html', bytes: readFileSync(join(folder, 'page.html')).length });
    }));

  it('shows pictures as they are, and as they are trained on, alone or on the page', () =>
    inFolder(async (folder) => {
      writePixels(folder);
      const { code, stdout, stderr } = await quickNabla(['data', 'pixels.csv', '--sheet', '--augment', 'rotate:9'], folder);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^pixels\.csv: 30 rows, 65 columns; [^\n]*\nEach training sample as it is, /);
      expect(stdout.match(/^[01] +epoch 1 +epoch 2 +epoch 3 +epoch 4 +epoch 5 +epoch 6$/gm)?.length).toBe(6);
      expect(stdout).not.toMatch(/same rows|What train would do/);
      const [, command] = /^command +nabla (train .*)$/m.exec(stdout) as RegExpExecArray;
      expect(command).toBe('train pixels.csv --augment rotate:9');
      const plain = await quickNabla(['data', 'pixels.csv', '--sheet'], folder);
      expect(plain.stdout).not.toMatch(/epoch|same rows/);
      const line = ['data', 'pixels.csv', '--augment', 'rotate:9', '--html', 'page.html', '--format', 'json'];
      const events = jsonLines((await quickNabla(line, folder)).stdout).map(({ event }) => event);
      expect(events).toEqual(['data', 'column', 'class', 'class', 'duplicates', 'train', 'page']);
      const both = await quickNabla(['data', 'pixels.csv', '--augment', 'rotate:9', '--html', 'page.html'], folder);
      expect(both.stdout).toMatch(/^same rows/m);
      expect(readFileSync(join(folder, 'page.html'), 'utf8')).toContain('<h2>As they are trained on</h2>');
    }));

  it.each([
    ['pictures of samples that are none', 'data all.csv --target y --sheet', /^error: sheet: expected samples that are pictures, got 'all\.csv'/],
    ['changes that nothing shows', 'data all.csv --target y --augment noise:1', /^error: augment: expected --sheet or --html beside it/],
    ['changes of samples that are no pictures', 'data all.csv --target y --augment noise:1 --sheet', /augment: expected samples that are pictures/],
    ['a kind that there is not', 'data all.csv --target y --augment blur:1 --html page.html', /augment: expected one of mix, shift, rotate, /],
    ['pictures as lines of JSON', 'data all.csv --target y --sheet --format json', /^error: format: expected 'text' beside --sheet/],
    ['no file', 'data none.csv', /none\.csv: there is no such file/],
    ['one file of several that is not there', 'data one.csv none.csv', /^error: none\.csv: there is no such file or folder\.\n$/],
    ['nothing', 'data', /missing required argument/],
    [
      'a target that is not there',
      'data all.csv --target nope',
      /target: expected one of its columns \('a', 'b', 'when' and 'y'\), or a number from 1 to 4, got 'nope'/,
    ],
    ['a wrong split', 'data all.csv --target y --split 2,3', /split: expected shares/],
    ['a word that is no way to fill', 'data all.csv --missing guess', /missing: expected/],
    ['a page in a folder that is not there', 'data all.csv --html none/page.html', /html: expected a file in a folder that exists/],
    ['a page where data are bad', 'data bad.csv --html page.html', /bad\.csv: line 3: expected 2 columns/],
    ['data named twice', 'data all.csv --data one.csv', /unknown option '--data'/],
  ])('refuses %s', (_, line, says) =>
    inFolder(async (folder) => {
      write(folder);
      writeFileSync(join(folder, 'bad.csv'), 'a,b\n1,2\n3\n');
      await expectRefused(line.split(' '), folder, says);
    }),
  );
});
