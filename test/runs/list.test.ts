// Many runs at a glance: which are found, how they stand, in which order they come, which a filter means, what of them differs; and
// that a removal takes away what nabla has written and nothing else.

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { train } from '#src/index.js';
import { distinctNames } from '#src/report/data/run-names.js';
import { runList } from '#src/report/terminal/run-list.js';
import { differingSettings, fieldOf } from '#src/runs/fields.js';
import { bestOfEachData, byOutcome, gradeOf } from '#src/runs/grade.js';
import { listRuns, type RunSummary } from '#src/runs/list.js';
import { planPruning, removeRun } from '#src/runs/prune.js';
import { type Selection, selected, sorted } from '#src/runs/select.js';
import { contents, inFolder, jsonLines, quickNabla } from '../support/command.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';
import { expectRefused } from '../support/refused.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Made {
  state?: string;
  test?: number | null;
  best?: number;
  cost?: number;
  r2?: number;
  daysAgo?: number;
  seconds?: number;
  data?: string;
  optimiser?: string;
  eta?: number;
  layers?: number[];
  /** Epochs with a line in the metrics. */
  epochs?: number;
  /** File of its test samples. */
  testFile?: string;
}

/** A run's folder as training writes it, without the training. */
function make(name: string, made: Made = {}): string {
  const {
    state = 'done',
    test = 0.9,
    best,
    cost,
    r2,
    daysAgo = 1,
    seconds = 2,
    data = 'a',
    optimiser = 'sgd',
    eta = 0.5,
    layers = [4, 3],
    epochs = 3,
    testFile,
  } = made;
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  const network = { layers, activations: ['sigmoid'], neurons: [], cost: 'cross-entropy', initialiser: 'scaled', functions: [] };
  const learning = {
    optimiser,
    momentum: 0.9,
    rho: 0.9,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    lambda: 0,
    l1: 0,
    dropout: [],
    schedule: { kind: 'constant' },
  };
  const configuration = {
    network,
    learning,
    eta,
    epochs: 3,
    batch: 10,
    seed: 1,
    timeout: 60_000,
    kernels: 'auto',
    gradient: 'owned',
    input: 'dense',
  };
  const done = {
    ...{ event: 'done', epochs, testAccuracy: test, testCost: cost ?? 1, validationAccuracy: best ?? test, seconds, weightsSha256: '' },
    ...(r2 !== undefined && { testFigures: { r2, rmse: 1, mae: 1 } }),
    best: { epoch: 2, by: test === null ? 'validation cost' : 'validation accuracy', value: best ?? test ?? cost },
  };
  const outcome = state === 'done' ? done : state === 'running' ? undefined : { error: 'It stopped.', seconds };
  const record = {
    ...{ format: 1, state, created: new Date(NOW - 86_400e3 * daysAgo).toISOString(), configuration, asked: { workers: 1 }, modules: {} },
    data: {
      source: 'digits',
      name: 'digits',
      brought: testFile === undefined,
      sha256: data,
      inputs: 4,
      classes: 3,
      scale: 1,
      regression: test === null,
      test: testFile,
    },
    environment: { kernels: 'simd' },
    outcome,
  };
  writeFileSync(join(path, 'run.json'), JSON.stringify(record));
  const line = (epoch: number): object => ({
    ...{ event: 'epoch', epoch, epochs: 3, eta, seconds: 1, samplesPerSecond: 1, trainingCost: 1, trainingAccuracy: test },
    ...{ validationCost: 1, validationAccuracy: (best ?? test ?? 0) - 0.01 * (epochs - epoch), testCost: 1, testAccuracy: test },
  });
  writeFileSync(join(path, 'metrics.jsonl'), Array.from({ length: epochs }, (_, k) => `${JSON.stringify(line(k + 1))}\n`).join(''));
  return path;
}

/** An ensemble's folder, with runs for its members as `make` writes them. */
function makeEnsemble(name: string, members: number, average?: { testAccuracy: number }): string {
  const path = join(folder, name);
  for (let k = 1; k <= members; k++) make(`${name}/members/${k}`, { test: 0.8 });
  const record = {
    format: 1,
    created: '2026-11-27T00:00:00.000Z',
    state: average ? 'done' : 'running',
    members,
    seed: 1,
    sha256: 'a',
    asked: {},
    average,
  };
  writeFileSync(join(path, 'ensemble.json'), JSON.stringify(record));
  return path;
}

const all = (): readonly RunSummary[] => listRuns([folder]).runs;
const namesOf = (runs: readonly RunSummary[]): string[] => runs.map((run) => fieldOf('field', 'name').text(run));

describe('a list of runs', () => {
  it('has those in a folder and in folders within it, and a folder that is one; what cannot be read keeps no other out', () => {
    make('one');
    make('sweep/two');
    make('.hidden/three');
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(make('broken'), 'run.json'), '{');
    writeFileSync(join(make('foreign'), 'run.json'), '{"format":7}');
    symlinkSync(join(folder, 'one'), join(folder, 'link'));
    const { runs, unreadable } = listRuns([folder, join(folder, 'none')]);
    expect(namesOf(runs)).toEqual(['one', 'two']);
    expect(unreadable.map(({ path }) => path)).toEqual([join(folder, 'broken'), join(folder, 'foreign'), join(folder, 'none')]);
    expect(unreadable.map(({ error }) => error.message)).toEqual([
      expect.stringContaining('this is no JSON'),
      expect.stringContaining('expected a run of format 1, got 7'),
      expect.stringContaining('there is no such folder'),
    ]);
    expect(namesOf(listRuns([join(folder, 'one'), join(folder, 'one')]).runs)).toEqual(['one']);
  });

  it('says how each stands: one that is running is known by its lock, one that was killed by having none', () => {
    for (const state of ['done', 'interrupted', 'diverged', 'failed', 'unheard']) make(state, { state });
    make('running', { state: 'running', epochs: 2 });
    writeFileSync(join(folder, 'running', 'lock-1'), JSON.stringify({ host: 'elsewhere', pid: 1 }));
    make('killed', { state: 'running', epochs: 0 });
    writeFileSync(join(folder, 'killed', 'lock-1'), JSON.stringify({ host: hostname(), pid: 2 ** 30, began: '1' }));
    const runs = Object.fromEntries(all().map((run) => [namesOf([run])[0], run]));
    expect(Object.fromEntries(Object.entries(runs).map(([name, { state }]) => [name, state]))).toEqual({
      ...{
        done: 'done',
        interrupted: 'interrupted',
        diverged: 'diverged',
        failed: 'failed',
        unheard: 'failed',
        running: 'running',
        killed: 'killed',
      },
    });
    expect(runs.running).toMatchObject({
      epochs: 2,
      of: 3,
      best: { epoch: 2, by: 'validation accuracy', value: 0.9 },
      figures: { testAccuracy: 0.9 },
    });
    expect(runs.killed).toMatchObject({ epochs: 0, figures: {} });
    expect(runs.diverged.why).toBe('It stopped.');
  });

  it('has an ensemble as one, with the figures of its average; its members where it is named itself', () => {
    make('one', { test: 0.85 });
    const path = makeEnsemble('five', 5, { testAccuracy: 0.95 });
    makeEnsemble('sweep/begun', 2);
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'empty', 'ensemble.json'), '{');
    const { runs, unreadable } = listRuns([folder]);
    expect(namesOf(runs)).toEqual(['five', 'one', 'begun']);
    expect(runs.map(({ state, members }) => [state, members])).toEqual([
      ['done', 5],
      ['done', undefined],
      ['interrupted', 2],
    ]);
    expect(runs[0]).toMatchObject({
      path,
      figures: { testAccuracy: 0.95 },
      network: [4, 3],
      epochs: 3,
      seconds: 10,
      created: '2026-11-27T00:00:00.000Z',
    });
    expect(fieldOf('field', 'network').text(runs[0])).toBe('4-3 ×5');
    expect(unreadable.map(({ error }) => error.message)).toEqual([expect.stringContaining('ensemble.json: this is not what nabla wrote: line 1')]);
    expect(namesOf(listRuns([path]).runs)).toEqual(['1', '2', '3', '4', '5']);
    writeFileSync(join(path, 'lock-1'), JSON.stringify({ host: 'elsewhere', pid: 1 }));
    writeFileSync(join(path, 'ensemble.json'), readFileSync(join(path, 'ensemble.json'), 'utf8').replace('"done"', '"running"'));
    expect(listRuns([folder]).runs[0].state).toBe('running');
  });

  it('reads no metrics of a run that is done', () => {
    writeFileSync(join(make('done', { test: 0.7 }), 'metrics.jsonl'), 'nothing that could be read\n');
    expect(all()).toMatchObject([{ state: 'done', epochs: 3, best: { epoch: 2, value: 0.7 }, figures: { testAccuracy: 0.7 } }]);
  });

  it('has the figures of a run that was trained', async () => {
    const { testAccuracy, testCost } = await train({
      data: smallData(),
      layers: [7, 4],
      epochs: 2,
      workers: 1,
      run: join(folder, 'real'),
      eta: 0.25,
    });
    const [run] = all();
    expect(run).toMatchObject({
      state: 'done',
      epochs: 2,
      of: 2,
      network: [7, 4],
      figures: { testAccuracy, testCost },
      settings: { eta: '0.25', optimiser: 'sgd' },
    });
    expect(run.seconds).toBeGreaterThan(0);
  });
});

describe('the order', () => {
  it('is by the outcome: the best first, what is not done below, what failed last; costs after accuracies', () => {
    make('good', { test: 0.95 });
    make('better', { test: 0.97 });
    make('stopped', { state: 'interrupted', test: 0.99 });
    make('lost', { state: 'diverged', test: 0.999 });
    make('dear', { test: null, cost: 0.3 });
    make('cheap', { test: null, cost: 0.2 });
    expect(namesOf(byOutcome(all()))).toEqual(['better', 'good', 'cheap', 'dear', 'stopped', 'lost']);
  });

  it('of targets that are numbers is by R², whatever the costs, and those without it come after', () => {
    make('far', { test: null, cost: 0.1, r2: -0.5 });
    make('near', { test: null, cost: 0.3, r2: 0.75 });
    make('older', { test: null, cost: 0.01 });
    make('classes', { test: 0.5 });
    expect(namesOf(byOutcome(all()))).toEqual(['classes', 'near', 'far', 'older']);
    expect(namesOf(sorted(all(), 'test'))).toEqual(['classes', 'near', 'far', 'older']);
    expect(byOutcome(all()).map((run) => fieldOf('field', 'test').text(run))).toEqual(['50.00 %', '0.7500 R²', '-0.5000 R²', '0.01000']);
    expect(namesOf(selected(all(), { where: ['test>0.7', 'test<1'] }, NOW))).toEqual(['near']);
    expect(gradeOf(byOutcome(all())[1])).toEqual({ by: 'test R²', value: 0.75, kind: 'R²' });
  });

  it.each([
    ['outcome', 'b c a'],
    ['name', 'a b c'],
    ['when', 'b a c'],
    ['time', 'c b a'],
    ['best', 'c b a'],
    ['eta', 'a c b'],
  ])('by %s is %s', (by, order) => {
    make('a', { test: 0.7, best: 0.7, daysAgo: 2, seconds: 9, eta: 0.1 });
    make('b', { test: 0.9, best: 0.8, daysAgo: 1, seconds: 5, eta: 10 });
    make('c', { test: 0.8, best: 0.9, daysAgo: 3, seconds: 1, eta: 2 });
    expect(namesOf(sorted(all(), by)).join(' ')).toBe(order);
  });
});

describe('a filter', () => {
  beforeEach(() => {
    make('adam', { optimiser: 'adam', eta: 0.001, test: 0.97, daysAgo: 10 });
    make('slow', { eta: 0.1, test: 0.85, daysAgo: 5, state: 'interrupted' });
    make('quick', { eta: 3, test: 0.912, daysAgo: 0.1, layers: [4, 5, 3] });
  });

  it.each([
    [{ where: ['eta=0.1'] }, 'slow'],
    [{ where: ['eta=1/10'] }, 'slow'],
    [{ where: ['eta>0.1'] }, 'quick'],
    [{ where: ['eta >= 0.1', 'test<90'] }, 'slow'],
    [{ where: ['test<85'] }, ''],
    [{ where: ['test<=85'] }, 'slow'],
    [{ where: ['test>=91.2'] }, 'adam quick'],
    [{ where: ['test>90 %'] }, 'adam quick'],
    [{ where: ['optimiser!=adam'] }, 'quick slow'],
    [{ where: ['beta1=0.9'] }, 'adam'],
    [{ where: ['network=4-5-3'] }, 'quick'],
    [{ where: ['name=adam'] }, 'adam'],
    [{ state: ['done'] }, 'adam quick'],
    [{ state: ['done', 'interrupted'], since: '7d' }, 'quick slow'],
    [{ since: '12h' }, 'quick'],
    [{ before: '2026-11-20' }, 'adam'],
    [{ before: '1w', where: ['eta<1'] }, 'adam'],
    [{ where: ['dropout=0.5'] }, ''],
  ] as [Selection, string][])('%o means %s', (selection, names) => {
    expect(namesOf(selected(all(), selection, NOW)).join(' ')).toBe(names);
  });

  it.each([
    [{ where: ['eta'] }, /where: expected a condition such as eta=0.5/],
    [{ where: ['lr=1'] }, /nabla calls it 'eta'/],
    [{ where: ['accuracy>1'] }, /nabla calls it 'test'/],
    [{ where: ['eta<fast'] }, /where: expected a number after eta<, got 'fast'/],
    [{ state: ['finished'] }, /nabla calls it 'done'/],
    [{ since: 'yesterday' }, /since: expected a date such as/],
    [{ before: '2026-99-99' }, /before: expected a date such as/],
  ] as [Selection, RegExp][])('%o is refused', (selection, says) => {
    expect(() => selected(all(), selection, NOW)).toThrow(says);
  });
});

describe('what differs', () => {
  it('is said of settings that can matter: no number that only one optimiser reads, none that two of them have alike', () => {
    make('plain');
    make('adam', { optimiser: 'adam', eta: 0.001 });
    expect(differingSettings(all())).toEqual(['optimiser', 'eta']);
    expect(differingSettings(all().slice(0, 1))).toEqual([]);
  });

  it('in the file for the test is not the figure of the test', () => {
    make('plain', { testFile: '/home/ann/test.csv' });
    make('other', { testFile: '/home/ann/held-out.csv', test: 0.8 });
    const [head, ...rows] = runList(byOutcome(all()), ['plain', 'other'], 200);
    expect(head.split(/\s{2,}/)).toEqual('name state test best epochs time when network test-data'.split(' '));
    expect([rows[0], rows[1]]).toEqual([
      expect.stringMatching(/^plain .* 4-3 +test\.csv$/),
      expect.stringMatching(/^other .* 80\.00 % .* held-out\.csv$/),
    ]);
    expect(fieldOf('where', 'test-data').value(all()[0])).toBe('held-out.csv');
  });

  it('stands in a table that fits, without the columns that matter least, which are named', () => {
    make('plain');
    make('adam', { optimiser: 'adam', eta: 0.001, test: 0.95, state: 'interrupted', epochs: 2 });
    const runs = byOutcome(all());
    const names = ['runs/plain', 'runs/adam'];
    const [head, ...rows] = runList(runs, names, 200);
    expect(head.split(/\s{2,}/)).toEqual('name state test best epochs time when network optimiser eta'.split(' '));
    expect(rows[1]).toMatch(/^runs\/adam {3}interrupted {2}95\.00 % {2}95\.00 % {2}2 of 3 {2}2\.0 s {2}2026-11-27 12:00 {2}4-3 {6}adam {7}0\.001$/);
    for (const width of [90, 70, 50, 30]) {
      const lines = runList(runs, names, width);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.join(' ')).toMatch(/Not shown, for want of room: .*when/);
    }
  });

  it.each([
    [
      ['/a/one', '/a/two'],
      ['one', 'two'],
    ],
    [
      ['/a/x/run', '/a/y/run', 'z'],
      ['x/run', 'y/run', 'z'],
    ],
    [
      ['/x/run', '/a/x/run'],
      ['/x/run', 'a/x/run'],
    ],
  ])('names of %o are %o', (paths, names) => expect(distinctNames(paths)).toEqual(names));
});

describe('a removal', () => {
  it('takes what nabla has written, and leaves what it has not, and the folder that holds it', async () => {
    const run = join(folder, 'real');
    await train({ data: smallData(), layers: [7, 4], epochs: 2, workers: 1, run });
    for (const name of ['run.json.part', 'checkpoints/best.safetensors.part', 'checkpoints/step-000000009.safetensors.damaged'])
      writeFileSync(join(run, name), 'x');
    writeFileSync(join(run, 'lock-1'), JSON.stringify({ host: hostname(), pid: 2 ** 30, began: '1' }));
    for (const name of ['notes.md', 'lock-x', 'checkpoints/mine.safetensors']) writeFileSync(join(run, name), 'mine');
    expect(removeRun(run)).toBe(false);
    expect(readdirSync(run, { recursive: true }).toSorted()).toEqual(['checkpoints', 'checkpoints/mine.safetensors', 'lock-x', 'notes.md']);
    expect(removeRun(make('whole'))).toBe(true);
    expect(existsSync(join(folder, 'whole'))).toBe(false);
  });

  it('takes an ensemble with its members, and leaves what is none of them', () => {
    const path = makeEnsemble('five', 5, { testAccuracy: 0.95 });
    writeFileSync(join(path, 'members', 'mine.txt'), 'a');
    make('five/members/other');
    const [{ run, bytes }] = planPruning(all(), []).remove;
    expect(bytes).toBeGreaterThan(5 * readFileSync(join(path, 'members', '1', 'run.json')).length);
    expect(removeRun(run.path)).toBe(false);
    expect(readdirSync(path)).toEqual(['members']);
    expect(readdirSync(join(path, 'members')).sort()).toEqual(['mine.txt', 'other']);
    const whole = makeEnsemble('two', 2, { testAccuracy: 0.95 });
    expect(removeRun(whole)).toBe(true);
    expect(existsSync(whole)).toBe(false);
  });

  it('follows no link', () => {
    const run = make('one');
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere', 'best.safetensors'), 'mine');
    writeFileSync(join(folder, 'log'), 'mine');
    symlinkSync(join(folder, 'elsewhere'), join(run, 'checkpoints'));
    symlinkSync(join(folder, 'log'), join(run, 'log.txt'));
    expect(removeRun(run)).toBe(false);
    expect(readdirSync(run).toSorted()).toEqual(['checkpoints', 'log.txt']);
    expect(readFileSync(join(folder, 'elsewhere', 'best.safetensors'), 'utf8')).toBe('mine');
  });

  it('leaves the best on each data set, and what a process is at work on, here or on another machine', () => {
    make('best', { test: 0.9 });
    make('worse', { test: 0.8 });
    make('other-data', { test: 0.5, data: 'b' });
    make('running', { state: 'running' });
    const held = (of: string, host: string): void => writeFileSync(join(folder, of, 'lock-3'), JSON.stringify({ host, pid: process.pid }));
    held('running', 'elsewhere');
    make('again', { test: 0.1 });
    writeFileSync(join(folder, 'again', 'lock-1'), readFileSync(lockOfThisProcess(), 'utf8'));
    const { remove, keep } = planPruning(all(), bestOfEachData(all()));
    expect(remove.map(({ run, bytes }) => [...namesOf([run]), bytes > 500])).toEqual([['worse', true]]);
    expect(keep.map(({ run, why }) => `${namesOf([run])}: ${why}`)).toEqual([
      'again: a process is at work on it',
      'best: the best run on its data',
      'other-data: the best run on its data',
      'running: a process is at work on it',
    ]);
    expect(() => removeRun(join(folder, 'again'))).toThrow(/nobody is at work on/);
    expect(existsSync(join(folder, 'again', 'run.json'))).toBe(true);
  });
});

/** A lock as this process writes it. */
function lockOfThisProcess(): string {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const path = join(folder, 'a-lock');
  writeFileSync(path, JSON.stringify({ host: hostname(), pid: process.pid, began }));
  return path;
}

describe('nabla runs', () => {
  const ofRuns = (...args: string[]) => quickNabla(['runs', ...args], folder);

  it('prints a table, the best first, and names what cannot be read: code 0', async () => {
    make('runs/good', { test: 0.9, eta: 1 });
    make('runs/better', { test: 0.95 });
    writeFileSync(join(make('runs/broken'), 'run.json'), '');
    const { code, stdout, stderr } = await ofRuns();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^2 runs in runs\n\nname {4}state .*\nbetter .* 0\.5\ngood .* 1\n\nunreadable {2}runs\/broken\/run\.json: [^\n]+\n$/);
    expect((await ofRuns('--where', 'eta=1', '--sort', 'when')).stdout).toMatch(/^1 of 2 runs in runs\n\nname .*\ngood .*\n\nunreadable/);
  });

  it('prints a line of JSON for each run, and one for all', async () => {
    make('runs/good', { test: 0.9 });
    writeFileSync(join(make('runs/broken'), 'run.json'), '');
    expect(jsonLines((await ofRuns('runs', '--format', 'json')).stdout)).toMatchObject([
      { event: 'run', path: 'runs/good', state: 'done', network: [4, 3], figures: { testAccuracy: 0.9 }, settings: { eta: '0.5' } },
      { event: 'unreadable', path: 'runs/broken' },
      { event: 'runs', found: 1, shown: 1, unreadable: 1 },
    ]);
  });

  it('says so where there is no run; a folder that is not there is named: code 2, or 1 where others hold some', async () => {
    expect(await ofRuns()).toEqual({ code: 0, stdout: 'No runs in runs.\n', stderr: '' });
    expect(await ofRuns('none')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: none: there is no such folder[^\n]+\n$/) });
    make('runs/good');
    expect(await ofRuns('none', 'runs')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^1 run in none, runs\n\nname .*\nruns\/good/) });
  });

  it('--prune says what would go, and removes it with --yes alone', async () => {
    make('runs/best', { test: 0.95 });
    for (const name of ['worse', 'worst']) make(`runs/${name}`, { test: 0.5 });
    appendFileSync(join(folder, 'runs', 'worst', 'notes'), 'mine');
    const before = contents(folder);
    const dry = await ofRuns('--prune', '--where', 'test>1');
    expect(dry.stdout).toMatch(
      /^would go {2}runs\/worse\nwould go {2}runs\/worst\nstays {5}runs\/best: the best run on its data\n2 runs, 1 MB\. Nothing was removed; --yes removes them\.\n$/,
    );
    expect(contents(folder)).toEqual(before);
    const wet = await ofRuns('--prune', '--yes', '--where', 'test>1');
    expect(wet.stdout).toMatch(
      /^removed {3}runs\/worse\nremoved {3}runs\/worst, but not its folder, which holds other files\nstays .*\n2 runs, 1 MB freed\.\n$/,
    );
    expect(readdirSync(join(folder, 'runs'), { recursive: true }).toSorted()).toEqual([
      'best',
      'best/metrics.jsonl',
      'best/run.json',
      'worst',
      'worst/notes',
    ]);
    const last = await ofRuns('--prune', '--yes', '--no-keep-best', '--where', 'test>1', '--format', 'json');
    expect(jsonLines(last.stdout)).toMatchObject([
      { event: 'prune', path: 'runs/best', removed: true },
      { event: 'pruned', runs: 1 },
    ]);
    expect(readdirSync(join(folder, 'runs'))).toEqual(['worst']);
  });

  it.each([
    ['a removal without a filter', ['--prune', '--yes'], /prune: expected a filter that says which runs/],
    ['--yes alone', ['--yes'], /yes: expected none without --prune/],
    ['a page beside a removal', ['--prune', '--state', 'done', '--html', 'x.html'], /html: expected none beside --prune/],
    ['a page in no folder', ['--html', 'none/x.html'], /html: expected a file in a folder that exists/],
    ['a field that is none', ['--sort', 'colour'], /sort: expected one of name, /],
    ['a state that is none', ['--state', 'done,finished'], /state: expected one of done, .*nabla calls it 'done'/],
    ['another word', ['--filter', 'eta=1'], /unknown option '--filter'.*nabla calls it --where: a condition/],
  ])('refuses %s: one line, code 2, nothing written', (_, args, says) =>
    inFolder(async (work) => {
      await expectRefused(['runs', ...args], work, says);
    }),
  );

  it.each(['list', 'ls', 'history'])('is what `%s` leads to', async (word) => {
    const { code, stderr } = await quickNabla([word], folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining('nabla calls it runs')]);
  });

  it('--html says by how much of R² a run is ahead of another', async () => {
    make('runs/near', { test: null, cost: 0.3, r2: 0.75 });
    make('runs/far', { test: null, cost: 0.1, r2: 0.5, eta: 1 });
    expect(await ofRuns('--html', 'r2.html')).toMatchObject({ code: 0 });
    const page = readFileSync(join(folder, 'r2.html'), 'utf8');
    expect(page).toContain('<dt>test R² of near</dt><dd>0.7500</dd>');
    expect(page).toContain('near is the best of 2 runs by test R², 0.25 of R² ahead of far, which differs in eta.');
    expect(page).toContain('<tr><th scope="row">test R²</th><td>0.7500</td><td>0.5000</td></tr>');
  });

  it('--html compares more runs than it has curves of', async () => {
    for (let k = 0; k < 10; k++) make(`runs/run-${k}`, { test: 0.9 + k / 1000, eta: k + 1 });
    const { code, stdout } = await ofRuns('--html', 'all.html');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\nall\.html: 10 runs, \d+ kB\n$/)]);
    const page = readFileSync(join(folder, 'all.html'), 'utf8');
    expect(page).toContain('<h1>10 runs beside one another</h1>');
    expect(page).toContain('run-9 is the best of 10 runs by test accuracy, 0.10 points ahead of run-8, which differs in eta.');
    expect(page).toContain('Runs with a mark have curves below; those that have learnt nothing, or stand far down, have none.');
    const rows = /<table class="ranking">.*?<tbody>(.*?)<\/tbody>/s.exec(page)?.[1].match(/<tr>/g);
    expect([rows?.length, page.match(/stroke curve/g)?.length]).toEqual([10, 24]);
    expect(page).not.toContain(folder);
  });
});
