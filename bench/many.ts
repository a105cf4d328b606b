// Many networks at once: a search of 16 runs of N1, and of N2, one run at a time and as many at a time as there are cores, in turns. Beside
// it the ceiling, what the machine gives: separate processes, as many as cores, each with its share of the same epochs, against one of
// them alone. And how much memory eight runs at once take beside one. Both sides must have come to the same figures, and learnt.
// Run: npm run bench:many -- --data FOLDER

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import type { SearchRun } from '../src/experiments/search/events.js';
import { search } from '../src/experiments/search/search.js';
import { count, percent } from '../src/text.js';
import type { PeakOfRuns } from './many/peak.js';
import { searchOf } from './many/runs.js';
import { describeMachine, formatMachine, inTurns, range, row, type Summary, summarise } from './measure.js';
import { type BenchNetwork, describeNetwork, NETWORKS } from './networks.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface ManySpeed {
  readonly network: string;
  readonly runs: number;
  readonly epochs: number;
  /** Runs at a time of the second side. */
  readonly lanes: number;
  /** Seconds from the first run's start to the end of the last one, one run at a time and `lanes` of them. */
  readonly one: Summary;
  readonly several: Summary;
  /** How many times as fast the second is, round by round; and with the whole of the search: reading, hashing, the test at the end. */
  readonly ratio: Summary;
  readonly whole: Summary;
  /** The same of separate processes, and the ratio as a share of that. */
  readonly ceiling: Summary;
  readonly share: Summary;
}

export interface ManyMemory {
  /** Runs at a time. */
  readonly runs: number;
  /** The most that the process had, in MB. */
  readonly peak: Summary;
  /** Of it the memory that all threads share, with the samples; and the samples alone. */
  readonly shared: number;
  readonly samples: number;
}

export interface ManyResult {
  readonly speeds: readonly ManySpeed[];
  readonly memory: readonly ManyMemory[];
}

const RUNS = 16;
const AT_ONCE = [1, 8];
/** Enough for the package's few digits. */
const FIRST_EPOCHS = 4;
/** Accuracy on the validation samples that shows that the best of the runs has learnt. */
const LEARNT = 0.7;
const COMMAND = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const PEAK = fileURLToPath(new URL('./many/peak.js', import.meta.url));

const { data, only, quick, record } = readOptions('How much faster 16 runs go side by side, beside separate processes; and what memory they share.', [
  'N1',
  'N2',
  'memory',
]);
const machine = describeMachine();
const { cores } = machine;
const rounds = quick ? 2 : cores <= 4 ? 5 : 3;
/** Seconds that the side with one run at a time shall take: at least two for each of the lanes. */
const lasting = quick ? 1 : Math.max(8, 2 * cores);
const folder = mkdtempSync(join(tmpdir(), 'nabla-many-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Timed {
  readonly runs: readonly SearchRun[];
  /** From the first run's start to the last one's end, and of all. */
  readonly seconds: number;
  readonly whole: number;
}

async function timedSearch(network: BenchNetwork, samples: Dataset, epochs: number, jobs: number): Promise<Timed> {
  const begin = performance.now();
  let [from, upTo] = [begin, begin];
  const { runs } = await search({
    ...searchOf(network, samples),
    ...{ runs: RUNS, epochs, jobs },
    onEvent: ({ event }) => {
      if (event === 'search') from = performance.now();
      if (event === 'run') upTo = performance.now();
    },
  });
  const best = runs[0].validationAccuracy ?? 0;
  if (best < LEARNT) throw new Error(`${network.id} has not learnt: ${percent(best, 1)} of the validation samples.`);
  return { runs, seconds: (upTo - from) / 1000, whole: (performance.now() - begin) / 1000 };
}

/** Seconds until the last of so many processes has trained the network, each for so many epochs. */
async function processesOf(network: BenchNetwork, epochs: number, processes: number): Promise<number> {
  const { layers, batch, hidden, output, cost, eta } = network;
  const options = { layers, batch, activation: hidden, output, cost, eta, epochs, workers: 1, format: 'json', ...(data !== 'mnist' && { data }) };
  const args = [COMMAND, 'train', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
  const seconds = await Promise.all(
    Array.from({ length: processes }, async (_, k) => {
      const out = await outputOf([...args, '--run', join(folder, `run-${k}`)]);
      return (JSON.parse(out.at(-1) ?? '{}') as { seconds: number }).seconds;
    }),
  );
  for (let k = 0; k < processes; k++) rmSync(join(folder, `run-${k}`), { recursive: true });
  return Math.max(...seconds);
}

/** Lines of a Node process. */
async function outputOf(args: readonly string[]): Promise<string[]> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(errors.trim().split('\n').at(-1) || `A process ended with ${code}.`);
  return out.trim().split('\n');
}

async function speedOf(network: BenchNetwork, samples: Dataset): Promise<ManySpeed> {
  // Shows how long an epoch takes, and warms up.
  const first = await timedSearch(network, samples, FIRST_EPOCHS, 1);
  const epochs = Math.max(FIRST_EPOCHS, Math.round((FIRST_EPOCHS * lasting) / first.seconds));
  const [ones, severals, ceilings]: [Timed[], Timed[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const [one, several] = await inTurns(
      round,
      () => timedSearch(network, samples, epochs, 1),
      () => timedSearch(network, samples, epochs, cores),
    );
    if (JSON.stringify(one.runs) !== JSON.stringify(several.runs)) throw new Error(`${network.id}: both sides have come to other figures.`);
    const share = Math.max(1, Math.round((epochs * RUNS) / cores));
    const [alone, together] = await inTurns(
      round,
      () => processesOf(network, share, 1),
      () => processesOf(network, share, cores),
    );
    ones.push(one);
    severals.push(several);
    ceilings.push((cores * alone) / together);
  }
  const ratios = ones.map(({ seconds }, k) => seconds / severals[k].seconds);
  return {
    ...{ network: network.id, runs: RUNS, epochs, lanes: Math.min(RUNS, cores) },
    one: summarise(ones.map(({ seconds }) => seconds)),
    several: summarise(severals.map(({ seconds }) => seconds)),
    ratio: summarise(ratios),
    whole: summarise(ones.map(({ whole }, k) => whole / severals[k].whole)),
    ceiling: summarise(ceilings),
    share: summarise(ratios.map((ratio, k) => ratio / ceilings[k])),
  };
}

async function memoryOf(runs: number): Promise<ManyMemory> {
  const readings: PeakOfRuns[] = [];
  for (let round = 0; round < 3; round++) readings.push(JSON.parse((await outputOf([PEAK, data, String(runs)])).at(-1) ?? '{}'));
  const [{ shared, samples }] = readings;
  return { runs, peak: summarise(readings.map(({ peak }) => peak)), shared, samples };
}

console.log(formatMachine(machine));
const chosen = NETWORKS.filter(({ id }) => only.includes(id));
const samples = chosen.length > 0 ? await loadDataset(data) : undefined;
const speeds: ManySpeed[] = [];
for (const network of chosen) {
  if (!samples) break;
  console.log(`\n${describeNetwork(network)}`);
  const speed = await speedOf(network, samples);
  speeds.push(speed);
  console.log(`${RUNS} runs of ${count(speed.epochs)} epochs, seconds, ${rounds} rounds`);
  console.log(row('one at a time', range(speed.one)));
  console.log(row(`${speed.lanes} at a time`, range(speed.several)));
  console.log(`times as fast: ${range(speed.ratio)}; the whole search: ${range(speed.whole)}`);
  console.log(`${cores} processes: ${range(speed.ceiling)}; of that: ${range(speed.share)}`);
}
const memory: ManyMemory[] = [];
if (only.includes('memory')) {
  for (const runs of AT_ONCE) memory.push(await memoryOf(runs));
  console.log(`\n${row('runs at once', 'peak MB', 'shared MB', 'samples MB')}`);
  for (const { runs, peak, shared, samples } of memory) console.log(row(String(runs), ...[peak.median, shared, samples].map((mb) => mb.toFixed(1))));
}
if (record)
  writeRecord({
    bench: 'many',
    date: today(),
    machine,
    settings: { rounds, runs: RUNS, data: data === 'mnist' ? 'package' : 'folder' },
    results: [{ speeds, memory }],
  });
