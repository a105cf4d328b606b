// Public data sets by their names, once they are fetched: what `--data` takes, what is said before, and `nabla data get` as a user sees
// it. No server is asked here.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nablaProgram } from '#src/cli/program.js';
import { sourceOf } from '#src/data/load.js';
import { fetchedSet } from '#src/downloads/fetched.js';
import { PUBLIC_SETS } from '#src/downloads/sets.js';
import { loadDataset } from '#src/index.js';
import { readConfig } from '#src/options/config-file.js';
import { inFolder, jsonLines, nabla, quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { expectRefused, refusal } from '../support/refused.js';

const cache = temporaryFolder();
const before = process.env.XDG_CACHE_HOME;
const data = join(cache, 'nabla', 'data');
const setOf = (name: string) => PUBLIC_SETS.find((one) => one.name === name)!;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const IRIS = 'sepal_length,species\n5.1,setosa\n';
beforeAll(() => {
  process.env.XDG_CACHE_HOME = cache;
  for (const folder of ['iris', 'kmnist', ...setOf('emnist').parts!.map((part) => `emnist/${part}`)]) {
    mkdirSync(join(data, folder), { recursive: true });
    if (folder !== 'iris') writeIdxFolder(join(data, folder), {}, true);
  }
  const files = [{ name: 'iris.csv', bytes: IRIS.length, sha256: digest(IRIS) }];
  writeFileSync(join(data, 'iris', 'iris.csv'), IRIS);
  writeFileSync(join(data, 'iris', 'fetched.json'), JSON.stringify({ format: 'nabla-fetched/1', set: 'iris', files }));
});
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  rmSync(cache, { recursive: true });
});

describe('a name', () => {
  it('of a set that was fetched is its place', async () => {
    expect(fetchedSet('kmnist')).toEqual({ path: join(data, 'kmnist') });
    expect(fetchedSet('emnist/letters')).toEqual({ path: join(data, 'emnist/letters') });
    expect(fetchedSet('iris')).toEqual({ path: join(data, 'iris/iris.csv') });
    expect(sourceOf('kmnist')).toBe(join(data, 'kmnist'));
    expect((await loadDataset('kmnist')).inputs).toBe(6);
    expect(await loadDataset('emnist/letters', { transpose: true })).toMatchObject({ name: 'letters', classes: 4 });
  });

  it.each([
    ['wine', /^wine: This public data set has not been fetched yet\. The command `data` does that: get wine$/],
    ['emnist', /^emnist: It has a data set in each of its parts: emnist\/balanced, .* and emnist\/mnist\.$/],
    ['emnist/letter', /^emnist\/letter: there is no such file or folder\./],
    ['emnist/letters/more', /there is no such file or folder/],
    ['../wine', /there is no such file or folder/],
    ['constructor', /there is no such file or folder/],
  ])('%s is refused', async (name, says) => {
    expect(await refusal(() => loadDataset(name))).toMatch(says);
  });

  it('of a set of which a file is missing is not its place', () => {
    const file = join(data, 'kmnist', 't10k-labels-idx1-ubyte.gz');
    rmSync(file);
    expect(fetchedSet('kmnist')).toMatchObject({ get: 'get kmnist' });
    writeIdxFolder(join(data, 'kmnist'), {}, true);
  });

  it('of a folder that is there is that folder', () =>
    inFolder(async (folder) => {
      const here = process.cwd();
      process.chdir(folder);
      try {
        mkdirSync('kmnist');
        expect(sourceOf('kmnist')).toBe(join(process.cwd(), 'kmnist'));
        expect(await refusal(() => loadDataset('kmnist'))).toMatch(/kmnist: there is no train-images-idx3-ubyte/);
        mkdirSync('set/iris', { recursive: true });
        writeFileSync('set/a.toml', 'data = "iris"\n');
        writeFileSync('a.toml', 'data = "iris"\n');
        writeFileSync('b.toml', 'data = "irises"\n');
        expect([readConfig('set/a.toml').options.data, readConfig('a.toml').options.data, readConfig('b.toml').options.data]).toEqual([
          join(process.cwd(), 'set/iris'),
          'iris',
          join(process.cwd(), 'irises'),
        ]);
      } finally {
        process.chdir(here);
      }
    }));
});

describe('nabla data get', () => {
  it.each([
    ['data get', /missing required argument 'name'/],
    ['data get irs', /name: expected one of mnist, .*got 'irs'\. Did you mean 'iris'\?/],
    ['data get emnist/letter', /name: expected one of .*got 'emnist\/letter'/],
    ['data get iris wine', /too many arguments/],
    ['data get iris --to file', /to: expected a folder, got 'file'/],
    ['data get iris --too x', /unknown option '--too'.*--to/],
    ['data fetch iris', /^error: fetch: there is no such file or folder\. nabla calls it get\./],
    ['data irir', /^error: irir: there is no such file or folder\./],
    ['download iris', /unknown command 'download'\. Write nabla data get NAME\./],
  ])('nabla %s', (line, says) =>
    inFolder((folder) => {
      writeFileSync(join(folder, 'file'), '');
      return expectRefused(line.split(' '), folder, says);
    }),
  );

  it('says at once what is there already, and how to go on', () =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await nabla(['data', 'get', 'iris'], folder);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout.split('\n')).toEqual([
        setOf('iris').title,
        'there      1 file, 1 kB, already, and unchanged',
        `kept in    ${join(data, 'iris')}`,
        `licence    ${setOf('iris').licence}`,
        'next       nabla train --data iris --target species',
        '',
      ]);
    }));

  it('says what to fetch by hand, and where to put it', () =>
    inFolder(async (folder) => {
      // A machine without a network: no name is found.
      const offline = 'import dns from "node:dns"; dns.lookup = (host, _, done) => done(Object.assign(new Error("no"), { code: "ENOTFOUND" }))';
      const env = { NODE_OPTIONS: `--import ${JSON.stringify(`data:text/javascript,${encodeURIComponent(offline)}`)}` };
      const { code, stdout, stderr } = await nabla(['data', 'get', 'wine', '--to', 'my wine', '--format', 'json'], folder, env);
      const [{ urls }] = setOf('wine').files;
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr.split('\n')).toEqual([
        'error: wine: wine_data.csv could not be fetched. raw.githubusercontent.com: no address is known for this name (ENOTFOUND).',
        'By hand: fetch with anything that can',
        `  ${urls[0]}`,
        `    (11,157 bytes) as ${join(folder, 'my wine', 'published', 'wine_data.csv')}`,
        'and give the same command again: it checks what lies there, and fetches no more than is missing.',
        '',
      ]);
      expect(readdirSync(join(folder, 'my wine', 'published'))).toEqual([]);
    }));

  it('names a folder that nabla train does not know by its name', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'my iris'));
      writeFileSync(join(folder, 'my iris', 'iris.csv'), IRIS);
      const record = { format: 'nabla-fetched/1', set: 'iris', files: [{ name: 'iris.csv', bytes: IRIS.length, sha256: digest(IRIS) }] };
      writeFileSync(join(folder, 'my iris', 'fetched.json'), JSON.stringify(record));
      const { stdout } = await quickNabla(['data', 'get', 'iris', '--to', 'my iris'], folder);
      expect(stdout).toContain(`next       nabla train --data '${join(folder, 'my iris', 'iris.csv')}' --target species\n`);
      const json = await quickNabla(['data', 'get', 'iris', '--to', 'my iris', '--format', 'json'], folder);
      expect(jsonLines(json.stdout)).toMatchObject([{ event: 'fetched', name: 'iris', folder: join(folder, 'my iris'), isOld: true, files: 1 }]);
    }));
});

it('`nabla data` has arguments of its own beside the commands within it, and options of the same names', async () => {
  const seen: string[] = [];
  const program = await nablaProgram();
  const command = program.commands.find((one) => one.name() === 'data')!;
  command.action((files: string[], { format }) => void seen.push(`files ${files} ${format}`));
  command.commands[0].action((name: string, { format }) => void seen.push(`get ${name} ${format}`));
  const lines = ['data a.csv b.csv --format json', 'data get iris', 'data get iris --format json', 'data --format json ./get'];
  for (const line of lines) program.parse(line.split(' '), { from: 'user' });
  expect(seen).toEqual(['files a.csv,b.csv json', 'get iris text', 'get iris json', 'files ./get json']);
});
