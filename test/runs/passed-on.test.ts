// What may be passed on, pages and exported files, names data, modules and runs, and no folder that they lie in: whoever trained
// a network need not be told by it. The run's own files keep the paths.

import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPORT_FORMAT_NAMES } from '#src/export/formats.js';
import { evaluate, exportRun, reportPage, type StartEvent, train } from '#src/index.js';
import { LiveRun } from '#src/report/data/live-run.js';
import { runPage } from '#src/report/pages/run-page.js';
import { listRuns } from '#src/runs/list.js';
import { passedOn } from '#src/runs/passed-on.js';
import { SavedRun } from '#src/runs/saved-run.js';
import { nameOfPath, withoutFolders } from '#src/system/path-name.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';

/** Of a folder that must be named nowhere; with a space and with what HTML escapes. */
const SECRET = 'secret project';
const MODULE = 'export const activations = { arctan: { f: Math.atan, derivative: (z) => 1 / (1 + z * z) } };';

let folder: string;
let secret: string;
let started: StartEvent;
const path = (name: string): string => join(secret, 'runs', name);

beforeAll(async () => {
  folder = temporaryFolder();
  secret = join(folder, `${SECRET} of <A&B>'s`);
  mkdirSync(join(secret, 'my-digits'), { recursive: true });
  writeIdxFolder(join(secret, 'my-digits'));
  writeFileSync(join(secret, 'arctan.mjs'), MODULE);
  const options = { data: join(secret, 'my-digits'), epochs: 1, workers: 1, scale: 1 / 255 };
  await train({
    ...options,
    run: path('plain'),
    onEvent: (e) => {
      if (e.event === 'start') started = e;
    },
  });
  await train({ ...options, run: path('later'), from: path('plain'), eta: 0.1 });
  await train({ ...options, run: path('own'), functions: join(secret, 'arctan.mjs'), activation: 'arctan', layers: [6, 3, 4] });
  const diverging = { ...options, activation: 'relu', output: 'linear', cost: 'quadratic', eta: 1e30, epochs: 9 } as const;
  await expect(train({ ...diverging, run: path('diverged') })).rejects.toThrow(SECRET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of a run whose record says something else. */
function recorded(name: string, change: (record: { data: object }) => object): string {
  cpSync(path('plain'), path(name), { recursive: true });
  const file = join(path(name), 'run.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...record, ...change(record) }));
  return path(name);
}

describe('a page', () => {
  it.each([['plain'], ['own'], ['diverged'], ['later'], ['plain', 'own', 'later', 'diverged']])(
    'of %s has the names and no folder',
    async (...names) => {
      const text = await reportPage(names.map(path));
      expect(text).toContain('my-digits');
      if (names.includes('own')) expect(text).toContain('arctan.mjs');
      expect(text).not.toContain(process.cwd());
      if (names.includes('diverged')) expect(text).toContain('--from &#39;diverged&#39;');
      expect(text).not.toContain(SECRET);
    },
  );

  it('of data that have gone says which, by name', async () => {
    const gone = recorded('gone', ({ data }) => ({ data: { ...data, source: join(secret, 'gone-digits') } }));
    const text = await reportPage([gone]);
    expect(text).toContain('Nothing that needs the data: gone-digits: there is no such file or folder');
    expect(text).not.toContain(SECRET);
  });

  it('of a run that goes on is no other', () => {
    const text = runPage([new LiveRun(started).report]);
    expect(text).toContain('my-digits');
    expect(text).not.toContain(SECRET);
  });

  it('of a run of an older version, which called its data by their path, has the name', async () => {
    const old = recorded('old', ({ data }) => ({ data: { ...data, name: join(secret, 'my-digits') } }));
    expect(await reportPage([old])).not.toContain(SECRET);
    await exportRun({ run: old, to: 'json', out: join(folder, 'old.json') });
    expect(JSON.parse(readFileSync(join(folder, 'old.json'), 'utf8')).metadata.data).toBe('my-digits');
  });
});

describe('of a run on columns', () => {
  /** A run whose rows for validation and test are in files of their own. */
  beforeAll(async () => {
    const rows = (from: number): string => Array.from({ length: 12 }, (_, k) => `${from + k / 3},${k % 2 ? 'yes' : 'no'}\n`).join('');
    const file = (name: string, from: number): string => {
      writeFileSync(join(secret, name), `length,kind\n${rows(from)}`);
      return join(secret, name);
    };
    const data = { data: file('own-rows.csv', 0), validation: file('own-val.csv', 1), test: file('own-test.csv', 2) };
    await train({ ...data, epochs: 1, workers: 1, run: path('columns') });
  });

  it('a page and a list have the names of all its files, and no folder', async () => {
    const text = await reportPage([path('columns')]);
    for (const name of ['own-rows.csv', 'own-val.csv', 'own-test.csv']) expect(text).toContain(name);
    const { runs } = listRuns([path('columns')]);
    const record = passedOn(SavedRun.open(path('columns')).record, path('columns'));
    for (const said of [text, JSON.stringify(runs.map(({ path: _, ...others }) => others)), JSON.stringify(record)]) {
      expect(said).not.toContain(SECRET);
      expect(said).not.toContain(process.cwd());
    }
  });

  it('a page says by its name which file has gone', async () => {
    renameSync(join(secret, 'own-test.csv'), join(secret, 'gone.csv'));
    const text = await reportPage([path('columns')]);
    renameSync(join(secret, 'gone.csv'), join(secret, 'own-test.csv'));
    expect(text).toContain('own-test.csv: there is no such file');
    expect(text).not.toContain(SECRET);
  });

  it.each(EXPORT_FORMAT_NAMES)('an export to %s has columns and classes, and no folder', async (to) => {
    const out = join(folder, `columns.${to}`);
    await exportRun({ run: path('columns'), to, out });
    expect(readFileSync(out, 'latin1')).not.toContain(SECRET);
  });
});

it.each(EXPORT_FORMAT_NAMES)('an export to %s has no folder', async (to) => {
  const out = join(folder, `network.${to}`);
  await exportRun({ run: path('plain'), to, out });
  const text = readFileSync(out, 'latin1');
  expect(text.includes('my-digits')).toBe(to !== 'book');
  expect(text).not.toContain(SECRET);
});

it('files of parameters have no folder either, the record has', async () => {
  const files = readdirSync(path('own'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.safetensors'));
  expect(files.length).toBe(3);
  for (const name of files) expect(readFileSync(join(path('own'), name), 'latin1')).not.toContain('secret');
  expect(readFileSync(join(path('own'), 'weights.safetensors'), 'latin1')).toContain('arctan.mjs');
  for (const name of ['run.json', 'config.json']) expect(readFileSync(join(path('own'), name), 'utf8')).toContain(SECRET);
});

it('what is said of the data is their name; a list of runs has paths of runs alone', async () => {
  expect(started.data).toBe('my-digits');
  expect((await evaluate({ run: path('plain') })).data).toBe('my-digits');
  const { runs } = listRuns([join(secret, 'runs')]);
  expect(runs.length).toBeGreaterThan(3);
  const settings = Object.fromEntries(runs.map((one) => [nameOfPath(one.path), one.settings]));
  expect(settings).toMatchObject({ plain: { data: 'my-digits' }, later: { from: 'plain' }, own: { functions: 'arctan.mjs' } });
  for (const { path: _, ...said } of runs) expect(JSON.stringify(said)).not.toContain(SECRET);
});

it('a run still finds what it has by path: its data and its modules', async () => {
  await expect(evaluate({ run: path('own') })).resolves.toMatchObject({ samples: 8 });
  renameSync(join(secret, 'my-digits'), join(secret, 'elsewhere'));
  await expect(evaluate({ run: path('own') })).rejects.toThrow(join(secret, 'my-digits'));
  renameSync(join(secret, 'elsewhere'), join(secret, 'my-digits'));
});

it.each([
  ['/home/someone/digits', 'digits'],
  ['/home/someone/digits/', 'digits'],
  ['digits', 'digits'],
  ['./a/../digits', 'digits'],
  [pathToFileURL('/home/some one/arc tan.mjs').href, 'arc tan.mjs'],
  ['file://%', '%'],
  ['data:text/javascript,export', 'data:text/javascript,export'],
  ['/', '/'],
  ['/home/ann/{people/a\\,b.csv,more/secret/c.csv}', 'a,b.csv and 1 more'],
  ['{a.csv,b.csv,c.csv}', 'a.csv and 2 more'],
  ['/home/ann/{one}', '{one}'],
])('the name of %s is %s', (of, name) => expect(nameOfPath(of)).toBe(name));

it.each([
  ['/home/someone/digits/train: byte 16: …', [], 'train: byte 16: …'],
  ["'/home/some one/digits' no longer holds", ['/home/some one/digits'], "'digits' no longer holds"],
  ['in /home/some one/digits/train-labels', ['/home/some one/digits'], 'in digits/train-labels'],
  ['Cannot find module file:///opt/x/y.mjs imported from /opt/x/z.mjs', [], 'Cannot find module y.mjs imported from z.mjs'],
  [`(${homedir()})`, [], `(${nameOfPath(homedir())})`],
  ['C:\\Users\\someone\\digits: gone', [], 'digits: gone'],
  ['scale 1/255, and/or runs/first: 2 / 3', [], 'scale 1/255, and/or runs/first: 2 / 3'],
  ['--from runs/first', ['runs/first'], '--from runs/first'],
])('%s, told to others', (text, known, told) => expect(withoutFolders(text, known)).toBe(told));
