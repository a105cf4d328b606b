// `nabla search` as a user meets it: its table and its events, spaces from files, what it leaves, how it goes on after Ctrl-C, and command
// lines that cannot be meant.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SearchResult } from '#src/index.js';
import { contents, inFolder, jsonLines, nabla, quickNabla, start } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { madeUpPeople } from '../support/made-up.js';
import { expectRefused } from '../support/refused.js';
import { SLOW } from '../support/slow.js';

/** Four settings, of which two go on. */
const HALVING = 'search . --hidden {2..9} --eta log:0.1..3 --runs 4 --factor 2 --epochs 2 --validation 8';
const line = (args: string): string[] => args.split(' ');

describe('nabla search', () => {
  it('writes the same lines on any number of cores, and options that train the best again', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const outputs: string[] = [];
      for (const jobs of [1, 3]) {
        const { code, stdout, stderr } = await quickNabla(line(`${HALVING} --out s${jobs} --jobs ${jobs} --format json`), folder);
        expect([code, stderr]).toEqual([0, '']);
        const told = jsonLines(stdout).at(-1) as unknown as SearchResult;
        const { bestOptions, bestRun, runs } = told;
        expect([bestOptions, bestRun, runs.length]).toEqual([`s${jobs}/best.toml`, `s${jobs}/trials/000${told.best.number}`, 4]);
        expect(readdirSync(join(folder, `s${jobs}`)).sort()).toEqual(['best.toml', 'journal.jsonl', 'search.json', 'trials']);
        outputs.push(stdout.replace(/\{"event":"searched".*\n/, '').replace(`"folder":"s${jobs}"`, ''));
      }
      expect(outputs[1]).toBe(outputs[0]);
      expect(jsonLines(outputs[0].replace(',}', '}')).map(({ event }) => event)).toEqual([
        'search',
        'run',
        'run',
        'run',
        'run',
        'rung',
        'run',
        'run',
      ]);
      // A search that is done only tells again what it has found.
      const again = await quickNabla(line('search --resume s1 --jobs 2 --format json'), folder);
      expect(again.stdout.replace(/\{"event":"searched".*\n/, '').replace('"folder":"s1"', '')).toBe(outputs[0]);
      const { best } = jsonLines(again.stdout).at(-1) as unknown as SearchResult;
      const trained = await quickNabla(line('train --config s3/best.toml --format json'), folder);
      expect(jsonLines(trained.stdout).at(-1)).toMatchObject({ event: 'done', weightsSha256: best.weightsSha256 });
    }));

  it('shows a line for each run, and a table of the best', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { code, stdout, stderr } = await quickNabla(line(`${HALVING} --out s`), folder);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^search +hidden\[0\], eta: halving, 4 runs for 1 epoch, 2 runs for 2 epochs$/m);
      expect(stdout.match(/^run \d +\d epochs? +[\d.]+ % {2}hidden\[0\] \d {2}eta [\d.]+$/gm)).toHaveLength(6);
      expect(stdout).toMatch(/^rung 1 +2 runs go on after 1 epoch: \d, \d$/m);
      expect(stdout).toMatch(/^run +epochs +validation +hidden\[0\] +eta\n(?: +\d +[12] +[\d.]+ % .*\n){4}/m);
      expect(stdout).toMatch(/^again +(?:nabla|node \S+main\.js) train --config s\/best\.toml$/m);
    }));

  it('takes columns, a space from a file, and what is typed before it', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'people.csv'), madeUpPeople(120, 1));
      const config = ['data = "people.csv"', 'target = "income"', 'epochs = 2', 'hidden = [4]', 'lambda = 0.1'];
      const space = ['[space]', 'eta = "log:0.01..1:2"', 'optimiser = ["sgd", "adam"]', 'lambda = [0, 1]'];
      writeFileSync(join(folder, 'search.toml'), [...config.slice(0, -1), ...space, ''].join('\n'));
      const typed = line('search --config search.toml --drop sex --strategy grid --optimiser adam --lambda 0,0.5,1 --out s --format json');
      const { code, stdout, stderr } = await quickNabla(typed, folder);
      expect([code, stderr]).toEqual([0, '']);
      const [first, ...rest] = jsonLines(stdout);
      expect(first).toMatchObject({ parameters: ['eta', 'lambda'], rungs: [{ runs: 6, epochs: 2 }] });
      const looked = rest.flatMap(({ event, options }) => (event === 'run' ? [options] : []));
      expect(looked).toEqual([0.01, 1].flatMap((eta) => [0, 0.5, 1].map((lambda) => ({ eta, lambda }))));
      expect(readFileSync(join(folder, 's', 'best.toml'), 'utf8')).toMatch(/^optimiser = "adam"$/m);
      writeFileSync(join(folder, 'bad.toml'), [...config.slice(0, -1), '[space]', 'etta = [1, 2]', ''].join('\n'));
      await expectRefused(line('search --config bad.toml --out t'), folder, /bad\.toml: space: 'etta' is no option that can be looked for/);
    }));

  it.each(SLOW ? (['SIGINT', 'SIGTERM'] as const) : (['SIGINT'] as const))(
    '%s keeps what has ended, and goes on from another folder with what was named by paths',
    (signal) =>
      inFolder(async (folder) => {
        writeIdxFolder(folder);
        mkdirSync(join(folder, 'elsewhere'));
        writeFileSync(join(folder, 'own.mjs'), 'export const activations = { half: { f: (z) => z / 2, derivative: () => 0.5 } };\n');
        const args = 'search . --functions own.mjs --activation half|tanh --strategy grid --eta 0.1..0.5:6 --epochs 60 --validation 8 --format json';
        const run = start(line(`${args} --jobs 2 --out s`), folder);
        await run.seen('"number":3');
        run.child.kill(signal);
        const { code, stdout, stderr } = await run.outcome;
        expect([code, stderr]).toEqual([130, 'Stopped. What has ended is kept; the search goes on with: nabla search --resume s\n']);
        const ended = jsonLines(stdout).filter(({ event }) => event === 'run');
        expect(ended.length).toBeLessThan(12);
        expect(readdirSync(join(folder, 's')).sort()).toEqual(['journal.jsonl', 'search.json', 'trials']);
        const on = await nabla(line('search --resume ../s --jobs 1 --format json'), join(folder, 'elsewhere'));
        expect([on.code, on.stderr]).toEqual([0, '']);
        const all = jsonLines(on.stdout).filter(({ event }) => event === 'run');
        expect(all).toHaveLength(12);
        expect(all.slice(0, ended.length)).toEqual(ended);
      }),
  );

  const BAD: [args: string, says: RegExp][] = [
    ['search .', /search: expected an option with values to look among, such as --eta/],
    ['search . --eta 1..0.1', /space\.eta: expected a range from a smaller number to a larger one/],
    ['search . --eta log:0..1', /space\.eta\.from: expected a number above 0/],
    ['search . --eta 0.1,0.1', /space\.eta: expected choices that differ/],
    ['search . --layers 784,{30,100,10', /layers: expected braces that close again/],
    ['search . --layers 7,{5,6},4', /space: .*layers: expected 6 inputs/],
    ['search . --optimiser sgd,addam', /Did you mean 'adam'/],
    ['search . --epochs 3..9', /space\.epochs: expected none with strategy 'halving'/],
    ['search . --eta 0.1..1 --validation 0', /validation: expected samples to judge the runs by/],
    ['search . --eta 0.1..1 --for 0s', /for: expected a number of seconds/],
    ['search . --eta 0.1..1 --for ten', /for: expected a time such as 90s, 10m or 1h, got 'ten'/],
    ['search . --eta 0.1..1 --factor 1', /factor: expected a finite number of at least 1\.1/],
    ['search . --eta 0.1..1 --strategy gridd', /strategy.*Allowed choices are halving, random, grid/],
    ['search . --eta 0.1..1 --jobs 0', /jobs: expected a whole number/],
    ['search . --eta 0.1..1 --workers two', /workers: expected a number/],
    ['search . --eta 0.1..1 --seed 1,2', /seed: expected a number, got '1,2'/],
    ['search . --eta 0.1..1 --out train-images-idx3-ubyte', /out: expected a folder/],
    ['search nowhere --eta 0.1..1', /nowhere: there is no such file or folder/],
    ['search --resume nowhere', /nowhere: there is no search in this folder/],
    ['search --resume . --eta 0.1..1', /space: expected none beside a search to resume/],
    ['search . --eta 0.1..1 --run here', /unknown option '--run'/],
  ];
  it.concurrent.each(BAD)('nabla %s: code 2, one line and nothing written (%s)', (args, says) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      await expectRefused(line(args), folder, says);
    }),
  );

  it('under a launcher of several processes is refused, by the first of them aloud, and writes nothing', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const before = contents(folder);
      const launchers: Record<string, string>[] = [
        { OMPI_COMM_WORLD_RANK: '0', OMPI_COMM_WORLD_SIZE: '2' },
        { PMI_RANK: '0', PMI_SIZE: '2' },
      ];
      for (const env of launchers) {
        const { code, stdout, stderr } = await nabla(line(HALVING), folder, env);
        expect([code, stdout]).toEqual([2, '']);
        expect(stderr).toMatch(/^error: search: expected one process, .*got '2 that .*start it without a launcher\.\n$/);
      }
      const other = await nabla(line(HALVING), folder, { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '2' });
      expect([other.code, other.stdout, other.stderr]).toEqual([2, '', '']);
      expect(contents(folder)).toEqual(before);
    }));
});
