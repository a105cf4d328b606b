// Whether a run's memory stays what it is: ten minutes of epochs as short as possible, kept in a folder with its checkpoints,
// and the process's memory looked at every few seconds. The slope is that of a straight line through the second half, when
// threads and compilers have long taken what they need. Run: npm run bench:soak

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import { isBadInput, NablaError } from '../src/errors.js';
import { count } from '../src/text.js';
import { train } from '../src/training/trainer.js';
import { describeMachine, formatMachine, row } from './measure.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface SoakResult {
  readonly workers: number;
  readonly minutes: number;
  readonly epochs: number;
  /** MB at the middle and at the end of the run, and how they grow there, KB a minute. */
  readonly rss: Grown;
  readonly heap: Grown;
}

interface Grown {
  readonly middle: number;
  readonly end: number;
  readonly slope: number;
}

const { data, quick, record } = readOptions('Whether the memory of a run grows.', ['soak']);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const settings = { minutes: quick ? 0.5 : 10, every: quick ? 1 : 5, samples: 1000, workers: 2 };

interface Look {
  readonly minutes: number;
  readonly rss: number;
  readonly heap: number;
}

async function soak(dataset: Dataset): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-soak-'));
  const stop = new AbortController();
  const begin = performance.now();
  const looks: Look[] = [];
  let epochs = 0;
  const look = setInterval(() => {
    // What is left after a collection: garbage comes and goes.
    collect();
    const { rss, heapUsed } = process.memoryUsage();
    looks.push({ minutes: (performance.now() - begin) / 60_000, rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20 });
    if (performance.now() - begin > 60_000 * settings.minutes) stop.abort();
  }, 1000 * settings.every);
  const options = { data: dataset, layers: [784, 30, 10], workers: settings.workers, epochs: 1e9, run: join(folder, 'run'), checkpointEvery: '10s' };
  try {
    await train({ ...options, signal: stop.signal, onEvent: ({ event }) => event === 'epoch' && epochs++ });
  } catch (error) {
    if (!(error instanceof NablaError && error.code === 'INTERRUPTED') || isBadInput(error)) throw error;
  } finally {
    clearInterval(look);
    rmSync(folder, { recursive: true });
  }
  const half = looks.slice(looks.length >> 1);
  const grown = (of: 'rss' | 'heap'): Grown => ({ middle: half[0][of], end: half[half.length - 1][of], slope: 1024 * slopeOf(half, of) });
  return { workers: settings.workers, minutes: settings.minutes, epochs, rss: grown('rss'), heap: grown('heap') };
}

/** Of the least squares' line, MB a minute. */
function slopeOf(looks: readonly Look[], of: 'rss' | 'heap'): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [t, m] = [mean(looks.map(({ minutes }) => minutes)), mean(looks.map((look) => look[of]))];
  const covariance = mean(looks.map((look) => (look.minutes - t) * (look[of] - m)));
  return covariance / mean(looks.map(({ minutes }) => (minutes - t) ** 2));
}

const machine = describeMachine();
console.log(formatMachine(machine));
const full = await loadDataset(data);
const first = (n: number) => ({ values: full.training.values.slice(0, n * full.inputs), labels: full.training.labels.slice(0, n) });
const result = await soak({ ...full, training: first(settings.samples), validation: first(100), test: first(100) });
console.log(row('', 'MB, half-way', 'MB, end', 'KB a minute'));
for (const of of ['rss', 'heap'] as const) {
  const { middle, end, slope } = result[of];
  console.log(row(of, middle.toFixed(1), end.toFixed(1), slope.toFixed(0)));
}
console.log(`${count(result.epochs)} epochs of ${settings.samples} samples in ${settings.minutes} minutes, ${settings.workers} workers`);
if (record) writeRecord({ bench: 'soak', date: today(), machine, settings, results: [result] });
