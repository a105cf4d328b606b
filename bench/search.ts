// The search for good options. Beside scikit-learn: the same settings in the same rungs on the same samples and cores, by `search` and by
// HalvingRandomSearchCV over an MLPClassifier, in turns; how long each takes, and what its winner reaches on samples that neither has
// seen. And from the book's starting point, its first try in chapter 3 (η 10, λ 1000): which accuracy a search by one command reaches on
// the test digits, beside the book's own. Run: npm run bench:search -- --data FOLDER

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countSamples, type Dataset, SPLITS } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import { PUBLISHED_RUNS } from '../src/experiments/published-runs.js';
import { epochsOf, type Rung, rungsOf } from '../src/experiments/search/plan.js';
import { search } from '../src/experiments/search/search.js';
import { type SearchSpace, Space } from '../src/experiments/search/space.js';
import { describeMachine, formatMachine, inTurns, range, row, type Summary, summarise } from './measure.js';
import { readOptions } from './options.js';
import { findPython, PROGRAMS, threadVariables } from './peers/catalogue.js';
import { today, writeRecord } from './record.js';

export interface SearchSide {
  readonly side: string;
  readonly seconds: Summary;
  /** Accuracies of the winner, in percent. */
  readonly validation: Summary;
  readonly test: Summary;
  /** Epochs that all runs were trained for together: from the beginning in each rung, or on from the last one. */
  readonly epochs: number;
}

export interface BookSearch {
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
  /** What is found. */
  readonly eta: number;
  readonly lambda: number;
  readonly validation: number;
  /** In percent, and that of the book. */
  readonly test: number;
  readonly book: number;
}

export interface SearchBenchResult {
  readonly rungs: readonly Rung[];
  readonly sides: readonly SearchSide[];
  readonly ratio?: Summary;
  readonly book: readonly BookSearch[];
}

interface Found {
  readonly seconds: number;
  /** In percent. */
  readonly validation: number;
  readonly test: number;
  /** Runs and epochs of each rung, where the side says them. */
  readonly rungs?: readonly (readonly number[])[];
}

const { data, only, quick, record } = readOptions(
  "How long a search takes and what it finds, beside scikit-learn (NABLA_PYTHON names a Python that has it), and from the book's starting point.",
  ['sklearn', 'book'],
);
const pythons = [process.env.NABLA_PYTHON, 'python3', '/usr/bin/python3'].filter((command) => command !== undefined);
const PROGRAM = fileURLToPath(new URL('sklearn_search.py', PROGRAMS));
const MODULES = ['numpy', 'sklearn'];
/** Milliseconds that a search of scikit-learn may take. */
const LIMIT = 180_000;
/** What both sides look among; ReLU and softmax, SGD with a constant rate, Glorot's weights, which are all that MLPClassifier has in common with nabla. */
const SPACE: SearchSpace = {
  hidden: { each: [{ from: 10, to: 100, log: true }] },
  eta: { from: 0.003, to: 1, log: true },
  lambda: { from: 0.1, to: 100, log: true },
};
const COMMON = { activation: 'relu', output: 'softmax', cost: 'log-likelihood', optimiser: 'sgd', init: 'glorot', batch: 50 } as const;
const beside = quick ? { runs: 9, epochs: 9, factor: 3, rounds: 2 } : { runs: 27, epochs: 27, factor: 3, rounds: 3 };
/** The book's network and mini-batch. It names no schedule for its own run; that of its chapter 3, halving where validation stalls, is fixed here. */
const BOOK = { layers: [784, 30, 10], cost: 'cross-entropy', batch: 10, schedule: { kind: 'halve', patience: 3 }, restoreBest: true } as const;
const BOOK_SPACE: SearchSpace = { eta: { from: 0.01, to: 10, log: true }, lambda: { from: 0.1, to: 1000, log: true } };
const bookish = quick ? { runs: 9, epochs: 9, seeds: [1] } : { runs: 81, epochs: 30, seeds: [1, 2, 3] };

const machine = describeMachine();
const folder = mkdtempSync(join(tmpdir(), 'nabla-search-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

async function foundHere(samples: Dataset, seed: number): Promise<Found> {
  const { runs, epochs, factor } = beside;
  const begin = performance.now();
  const { best, test } = await search({ ...COMMON, data: samples, space: SPACE, runs, epochs, factor, seed, workers: 1 });
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, validation: 100 * (best.validationAccuracy ?? 0), test: 100 * (test?.accuracy ?? 0) };
}

/** What scikit-learn comes to with the settings that this seed draws. */
async function foundThere(python: string, samples: Dataset, rungs: readonly Rung[], seed: number): Promise<Found> {
  const { runs, epochs, factor } = beside;
  const settings = new Space(SPACE).draw(runs, seed).map(({ hidden = [], eta, lambda }) => ({ hidden: hidden[0], eta, lambda }));
  const { scale } = samples;
  const counts = SPLITS.map((split) => countSamples(samples, split));
  const request = { settings, samples: counts, scale, batch: COMMON.batch, epochs, factor, least: rungs[0].epochs, seed, cores: machine.cores };
  writeFileSync(join(folder, 'request.json'), JSON.stringify(request));
  const env = { ...process.env, ...threadVariables('1') };
  const { stdout, stderr, status } = spawnSync(python, ['-B', PROGRAM, folder], { encoding: 'utf8', timeout: LIMIT, env });
  if (status !== 0) throw new Error(`scikit-learn ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Found;
}

async function compare(python: string, samples: Dataset): Promise<Omit<SearchBenchResult, 'book'>> {
  const { runs, epochs, factor, rounds } = beside;
  const rungs = rungsOf(runs, epochs, factor);
  writeFileSync(join(folder, 'x.bin'), Buffer.concat(SPLITS.map((split) => samples[split].values as Uint8Array)));
  writeFileSync(join(folder, 'y.bin'), Buffer.concat(SPLITS.map((split) => bytesOf(samples[split].labels))));
  const [ours, theirs]: [Found[], Found[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const [here, there] = await inTurns(
      round,
      () => foundHere(samples, round + 1),
      () => foundThere(python, samples, rungs, round + 1),
    );
    const same = rungs.map((rung) => [rung.runs, rung.epochs]);
    if (JSON.stringify(there.rungs) !== JSON.stringify(same)) throw new Error(`scikit-learn had other rungs: ${JSON.stringify(there.rungs)}.`);
    ours.push(here);
    theirs.push(there);
  }
  const anew = rungs.reduce((sum, rung) => sum + rung.runs * rung.epochs, 0);
  const sides = [sideOf('nabla', ours, epochsOf(rungs)), sideOf('scikit-learn', theirs, anew)];
  return { rungs, sides, ratio: summarise(theirs.map(({ seconds }, k) => seconds / ours[k].seconds)) };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint16Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

function sideOf(side: string, found: readonly Found[], epochs: number): SearchSide {
  const summary = (key: 'seconds' | 'validation' | 'test'): Summary => summarise(found.map((one) => one[key]));
  return { side, seconds: summary('seconds'), validation: summary('validation'), test: summary('test'), epochs };
}

async function fromBook(samples: Dataset, seed: number): Promise<BookSearch> {
  const { runs, epochs } = bookish;
  const begin = performance.now();
  const { best, test } = await search({ ...BOOK, layers: [...BOOK.layers], data: samples, space: BOOK_SPACE, runs, epochs, seed });
  const { eta, lambda } = best.options as { eta: number; lambda: number };
  const seconds = (performance.now() - begin) / 1000;
  const { book = Number.NaN } = PUBLISHED_RUNS.find(({ id }) => id === 'ch3-l2-30') ?? {};
  return { seed, runs, seconds, eta, lambda, validation: 100 * (best.validationAccuracy ?? 0), test: 100 * (test?.accuracy ?? 0), book };
}

console.log(formatMachine(machine));
const samples = await loadDataset(data);
let compared: Omit<SearchBenchResult, 'book'> = { rungs: [], sides: [] };
const python = only.includes('sklearn') ? findPython(MODULES, pythons) : undefined;
const isThere = python !== undefined && spawnSync(python, ['-c', `import ${MODULES.join(', ')}`], { timeout: 60_000 }).status === 0;
if (only.includes('sklearn') && !isThere)
  console.log(`scikit-learn is left out: no Python has ${MODULES.join(' and ')} (tried ${pythons.join(', ')})`);
if (isThere) {
  compared = await compare(python, samples);
  const plan = compared.rungs.map(({ runs, epochs }) => `${runs} for ${epochs}`).join(', ');
  console.log(`\nruns for epochs: ${plan}; ${beside.rounds} rounds with other settings each`);
  console.log(row('', 'epochs', 'seconds', 'validation', 'test'));
  for (const { side, epochs, seconds, validation, test } of compared.sides) {
    console.log(row(side, String(epochs), seconds.median.toFixed(2), validation.median.toFixed(2), test.median.toFixed(2)));
  }
  if (compared.ratio) console.log(`scikit-learn takes so many times as long: ${range(compared.ratio)}`);
}
const book: BookSearch[] = [];
if (only.includes('book')) {
  console.log(`\n784-30-10 from the book's starting point, ${bookish.runs} runs of at most ${bookish.epochs} epochs`);
  console.log(row('seed', 'seconds', 'eta', 'lambda', 'validation', 'test', 'book'));
  for (const seed of bookish.seeds) {
    const found = await fromBook(samples, seed);
    book.push(found);
    const { seconds, eta, lambda, validation, test } = found;
    console.log(row(String(seed), seconds.toFixed(1), String(eta), String(lambda), validation.toFixed(2), test.toFixed(2), found.book.toFixed(2)));
  }
}
if (record) {
  const settings = { ...beside, data: data === 'mnist' ? 'package' : 'folder' };
  writeRecord({ bench: 'search', date: today(), machine, settings, results: [{ ...compared, book }] });
}
