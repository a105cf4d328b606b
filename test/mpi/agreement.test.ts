// What the processes of a run must have in common, and what becomes of a start where they do not: one message, of one process, that names
// rank, host and difference; code 2; and no process left, also where one of them cannot even join the others.

import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainOptions } from '#src/index.js';
import type { MpiFamily } from '#src/mpi/launcher.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { eventsIn, FAMILIES, mpiNabla, needsMpi, needsMpiAndTime, type RankProgram, runRanks } from '../support/mpirun.js';
import { needs } from '../support/needs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REFUSE = fileURLToPath(new URL('../support/ranks-refuse.mjs', import.meta.url));
const IRIS = join(ROOT, 'test/fixtures/iris.csv');
const OWN = 'export const activations = { arctan: { f: Math.atan, derivative: (z) => 1 / (1 + z * z) } };\n';
const OTHER = OWN.replace('arctan', 'arc');
const OTHER_TOO = 'export const activations = { arc: { f: (z) => Math.atan(z), derivative: (z) => 1 / (1 + z * z) } };\n';

/** Seconds within which a start is refused: 5 are promised, and this machine has other things to do. */
const WITHIN = 15;

/** For tests of ranks that may use one core only. */
const TWO_CORES = needs(
  availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0,
  'no second core, or no taskset(1) (apt install util-linux)',
);

/** Two hosts as far as their files go: `here` has all that `there` lacks or has otherwise. */
const folder = temporaryFolder();
const [here, there] = [join(folder, 'here'), join(folder, 'there')];
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  for (const host of [here, there]) mkdirSync(host);
  for (const name of ['iris.csv', 'same.csv']) copyFileSync(IRIS, join(here, name));
  copyFileSync(IRIS, join(there, 'same.csv'));
  // One flower fewer.
  writeFileSync(join(there, 'iris.csv'), readFileSync(IRIS, 'utf8').split('\n').toSpliced(7, 1).join('\n'));
  writeFileSync(join(here, 'all.csv'), readFileSync(IRIS));
  writeFileSync(join(here, 'own.mjs'), OWN);
  writeFileSync(join(here, 'other.mjs'), OTHER);
  writeFileSync(join(there, 'other.mjs'), OTHER_TOO);
  writeFileSync(join(here, 'train.toml'), 'epochs = 1\n');
});

const AT_1 = `rank 1 on ${hostname()}`;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** A message that begins with a rank's name, and has all of these. */
const says = (...parts: readonly string[]): RegExp => new RegExp(`^${parts.map(escaped).join('.*')}`);

describe('what two ranks have otherwise, each refused by both of them, the program going on', () => {
  interface Case {
    readonly name: string;
    readonly all?: TrainOptions;
    readonly ranks?: readonly TrainOptions[];
    readonly processors?: readonly (string | null)[];
    readonly refused: RegExp;
    /** A machine that cannot is no bad input. */
    readonly isBad?: false;
  }
  const ok: TrainOptions = { data: IRIS, epochs: 1, workers: 1 };
  const data = (name: string): TrainOptions[] => [here, there].map((host) => ({ data: join(host, name) }));
  const CASES: readonly Case[] = [
    { name: 'other options', ranks: [{ batch: 10 }, { batch: 20 }], refused: says(`${AT_1} was given batch 20, rank 0 10: `, 'the same options') },
    { name: 'an option of one', ranks: [{}, { dropout: 0.5 }], refused: says(`${AT_1} was given dropout 0.5, rank 0 nothing: `) },
    { name: 'an option that there is not', ranks: [{}, { bach: 3 } as TrainOptions], refused: says(`${AT_1}: `, 'bach') },
    { name: 'a bad value for all', all: { batch: 0 }, refused: /^batch: expected a whole number/ },
    { name: 'a bad value for rank 1', ranks: [{}, { batch: 0 }], refused: says(`${AT_1} was given batch 0, rank 0 nothing`) },
    { name: 'other samples', ranks: data('iris.csv'), refused: says(`${AT_1} has read other samples than rank 0: `, 'the same data') },
    { name: 'a file that rank 1 lacks', ranks: data('all.csv'), refused: says(`${AT_1}: ${there}/all.csv: there is no such file`) },
    {
      name: 'functions that rank 1 lacks',
      all: { activation: 'arctan' },
      ranks: [here, there].map((host) => ({ functions: join(host, 'own.mjs') })),
      refused: says(`${AT_1}`, 'own.mjs'),
    },
    {
      name: 'other functions',
      all: { activation: 'arc' },
      ranks: [here, there].map((host) => ({ functions: join(host, 'other.mjs') })),
      refused: says(`${AT_1} has other functions of its own than rank 0`),
    },
    { name: 'more ranks than rows', all: { batch: 1 }, refused: /^batch: expected at least one sample for each of the 2 processes, got 1/ },
    { name: 'a gradient that cannot', all: { gradient: 'partial' }, refused: /^gradient: expected .* 2 processes/ },
    { name: 'a run that is not there', all: { resume: join(folder, 'nowhere') }, refused: says('rank 0 on', 'nowhere: there is no such folder') },
    {
      name: 'other kernels',
      processors: [null, 'without relaxed SIMD'],
      refused: says(`${AT_1} has kernels 'simd', rank 0 '`, 'whose bits differ: --kernels simd'),
    },
    {
      name: 'kernels that rank 1 cannot run',
      all: { kernels: 'relaxed' },
      processors: [null, 'without relaxed SIMD'],
      refused: says(`${AT_1}: Kernels 'relaxed' do not run here`),
      isBad: false,
    },
    {
      name: 'other arithmetic',
      all: { kernels: 'scalar' },
      processors: [null, 'with another exp'],
      refused: says(`${AT_1} computes other bits with kernels 'scalar'`),
    },
  ];

  for (const family of FAMILIES) test(family, needsMpiAndTime(family, family === 'openmpi'), () => check(family));

  async function check(family: MpiFamily): Promise<void> {
    const place = join(folder, `cases-${family}`);
    mkdirSync(place);
    const plain = { name: 'nothing', all: ok };
    const cases = [plain, ...CASES.map(({ refused, all, ...one }) => ({ ...one, all: { ...ok, ...all } })), plain];
    writeFileSync(join(place, 'cases.json'), JSON.stringify(cases));
    const { code, stderr } = await runRanks(family, [{ ranks: 2, args: [place], main: REFUSE }], { cwd: place });
    // Newer versions of V8 have relaxed SIMD without a flag, and say so where kernels look for it in vain.
    expect([code, stderr.replace(/^(Error: unrecognized flag|Try) .*\n/gm, '')]).toEqual([0, '']);
    const found = [0, 1].map((rank) => eventsIn(readFileSync(join(place, `rank-${rank}.jsonl`), 'utf8')));
    for (const [k, { name, refused, isBad = true }] of CASES.entries()) {
      const [first, second] = found.map((outcomes) => outcomes[k + 1]);
      expect(first).toMatchObject({ name, message: expect.stringMatching(refused), isBad, isTold: false });
      expect(second).toMatchObject({ message: first.message, isBad, isTold: true });
      expect(first.seconds).toBeLessThan(WITHIN);
    }
    // After all of that they still train together.
    const [begin, end] = [found[0][0], found[0].at(-1)];
    expect(end?.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect([end, found[1].at(-1)].map((one) => one?.weightsSha256)).toEqual([begin.weightsSha256, begin.weightsSha256]);
  }
});

describe('what is refused on the command line', () => {
  const ARGS = ['train', '--data', 'same.csv', '--epochs', '1', '--workers', '1', '--format', 'json'];
  /** Two ranks, each on a host of its own. */
  const two = (first: readonly string[], second = first, ...of: readonly Partial<RankProgram>[]): RankProgram[] =>
    [first, second].map((more, k) => ({ ranks: 1, cwd: [here, there][k], args: [...ARGS, ...more], ...of[k] }));
  const other: Readonly<Record<MpiFamily, string>> = { openmpi: 'libmpich.so.12', mpich: 'libmpi.so.40' };
  const NO_LIBRARY = ['--mpi', '/nowhere/libmpi.so'];

  interface Case {
    readonly name: string;
    readonly programs: (family: MpiFamily) => RankProgram[];
    readonly says: RegExp;
    /** In npm test with one of the libraries only, or none. */
    readonly short?: MpiFamily;
  }

  /** A package that is as it is here, but for what is changed in its folder. */
  function packageWith(name: string, change: (folder: string) => void): string {
    const copy = join(folder, name);
    mkdirSync(copy);
    for (const part of ['src', 'workers']) cpSync(join(ROOT, 'dist', part), join(copy, 'dist', part), { recursive: true });
    copyFileSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
    mkdirSync(join(copy, 'node_modules'));
    for (const entry of readdirSync(join(ROOT, 'node_modules'))) symlinkSync(join(ROOT, 'node_modules', entry), join(copy, 'node_modules', entry));
    change(copy);
    return join(copy, 'dist/src/cli/main.js');
  }
  let newer: string;
  let withoutKoffi: string;
  beforeAll(() => {
    newer = packageWith('newer', (copy) => {
      const text = readFileSync(join(copy, 'package.json'), 'utf8');
      writeFileSync(join(copy, 'package.json'), text.replace(/"version": "[^"]*"/, '"version": "99.0.1"'));
    });
    withoutKoffi = packageWith('without-koffi', (copy) => rmSync(join(copy, 'node_modules/koffi')));
  });

  const CASES: readonly Case[] = [
    {
      name: 'a library that does not fit the launcher',
      programs: (family) => two(['--mpi', other[family]]),
      says: /^error: mpi: expected a library that fits .*, got '.*'\. It is (MPICH|Open MPI), and the launcher needs /,
    },
    {
      name: 'a library that is not there, for rank 1',
      programs: () => two([], NO_LIBRARY),
      says: says(`error: ${AT_1}: mpi: expected a library that fits`, "got '/nowhere/libmpi.so'. It cannot be used"),
    },
    {
      name: 'a library that is not there, for rank 0',
      programs: () => two(NO_LIBRARY, []),
      says: /^error: mpi: expected a library that fits .*, got '\/nowhere\/libmpi\.so'/,
    },
    {
      name: 'no koffi',
      programs: () => two([], [], { main: withoutKoffi }, { main: withoutKoffi }),
      says: /^error: mpi: .*\. The optional package 'koffi' is not installed \(npm install koffi\)\. Without MPI: --mpi off\.$/,
      short: 'mpich',
    },
    {
      name: 'no koffi for rank 1',
      programs: () => two([], [], {}, { main: withoutKoffi }),
      says: says(`error: ${AT_1}: mpi: `, "The optional package 'koffi' is not installed"),
    },
    {
      name: 'another version',
      programs: () => two([], [], {}, { main: newer }),
      says: says(`error: ${AT_1} runs nabla 99.0.1, rank 0 `, 'install the same version on every host'),
    },
    {
      name: 'a configuration that rank 1 lacks',
      programs: () => two(['--config', 'train.toml']),
      says: says(`error: ${AT_1}: train.toml: there is no such file`),
    },
    {
      name: 'an option that there is not, for rank 1',
      programs: () => two([], ['--bach', '7']),
      says: says(`error: ${AT_1}: unknown option '--bach'. Did you mean --batch 7?`),
    },
    {
      name: 'an option that there is not, for rank 0',
      programs: () => two(['--bach', '7'], []),
      says: says(`error: rank 0 on ${hostname()}: unknown option '--bach'`),
    },
    { name: 'an option that there is not, for all', programs: () => two(['--bach=7']), says: /^error: unknown option '--bach=7'/ },
    { name: 'a value of no kind, for all', programs: () => two(['--batch', 'x']), says: /^error: batch: expected a number, got 'x'/ },
    {
      name: 'a value of no kind, for rank 1',
      programs: () => two([], ['--batch', 'x']),
      says: says(`error: ${AT_1}: batch: expected a number, got 'x'`),
    },
    { name: 'other options', programs: () => two([], ['--batch', '20']), says: says(`error: ${AT_1} was given batch 20, rank 0 nothing`) },
  ];

  for (const { name, programs, says, short } of CASES) {
    for (const family of FAMILIES) {
      test(`${name}, ${family}`, needsMpiAndTime(family, short !== family), async () => {
        const outcome = await runRanks(family, programs(family), { cwd: folder });
        expect([outcome.code, outcome.errors]).toEqual([2, [expect.stringMatching(says)]]);
        expect(outcome.stderr).not.toContain('    at ');
        expect(eventsIn(outcome.stdout)).toEqual([]);
        expect(outcome.seconds).toBeLessThan(WITHIN);
      });
    }
  }
});

describe('what does not stop a start', () => {
  const args = ['train', '--data', IRIS, '--epochs', '1', '--format', 'json', '--run'];
  const warnings = (stdout: string): unknown => eventsIn(stdout)[0].warnings;

  test('ranks on fewer cores than they have workers: one warning for all that are bound alike', { ...needsMpi('mpich'), ...TWO_CORES }, async () => {
    const options = { cwd: folder, before: ['taskset', '-c', '0'] };
    const { code, stdout } = await mpiNabla('mpich', 2, [...args, 'few', '--workers', '2'], options);
    expect(code).toBe(0);
    expect(warnings(stdout)).toEqual([
      '2 workers on 1 core take turns, and wait for each other asleep.',
      `ranks 0 and 1 may use 1 core of ${cpus().length} each, and have 2 workers each.`,
    ]);
  });

  test('ranks on one core of many: where nobody says how many workers, they share it', {
    ...needsMpiAndTime('mpich', true),
    ...TWO_CORES,
  }, async () => {
    const options = { cwd: folder, before: ['taskset', '-c', '0'] };
    const { stdout: auto } = await mpiNabla('mpich', 2, [...args, 'auto'], options);
    expect(eventsIn(auto)[0].workers).toBe(1);
  });

  test("Open MPI's usual binding, with one core of many: the warning says how to lift it", {
    ...needsMpiAndTime('openmpi', true),
    ...TWO_CORES,
  }, async () => {
    const flags = ['--allow-run-as-root', '--bind-to', 'core'];
    const { code, stdout } = await mpiNabla('openmpi', 2, [...args, 'bound'], { cwd: folder, flags });
    expect(code).toBe(0);
    const bound = `ranks 0 and 1 may use 1 core of ${cpus().length} each, and have 1 worker each (mpirun --bind-to none`;
    expect(warnings(stdout)).toContainEqual(expect.stringMatching(says(bound)));
    expect(eventsIn(stdout)[0].workers).toBe(1);
  });
});
