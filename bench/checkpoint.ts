// What checkpoints cost a run: training with one every two seconds and with none takes turns, the run kept in a temporary
// folder each time. From how much longer the epochs take follows what one checkpoint costs, and its share of a minute, which
// must stay below 2 %. Run: npm run bench:checkpoint

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countSamples, type Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import { train } from '../src/training/trainer.js';
import { describeMachine, formatMachine, inTurns, row, type Summary, summarise } from './measure.js';
import { ALL_NETWORKS, type BenchNetwork, describeNetwork, NETWORKS, OPTIMISER_NETWORKS, trainOptions } from './networks.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface CheckpointResult {
  readonly network: string;
  readonly workers: number;
  /** Seconds of training that one checkpoint costs, round by round. */
  readonly seconds: Summary;
  /** Checkpoints of a round. */
  readonly checkpoints: Summary;
}

const BOUND = 0.02;
const WORKERS = 2;

const { data, only, quick, record } = readOptions(
  'What checkpoints cost a run.',
  NETWORKS.map(({ id }) => id),
  OPTIMISER_NETWORKS.map(({ id }) => id),
);
const settings = { rounds: quick ? 2 : 5, seconds: quick ? 4 : 10, every: 2 };

interface Side {
  /** Of all epochs but the first, in which threads and caches warm up. */
  readonly seconds: number;
  readonly checkpoints: number;
}

async function side(network: BenchNetwork, dataset: Dataset, epochs: number, every: string): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-checkpoint-'));
  const [seen, written] = [[] as number[], [] as string[]];
  try {
    await train({
      ...trainOptions(network),
      data: dataset,
      workers: WORKERS,
      epochs,
      run: join(folder, 'run'),
      checkpointEvery: every,
      onEvent: (event) => {
        if (event.event === 'epoch') seen.push(event.seconds);
        if (event.event === 'checkpoint' && seen.length > 0) written.push(event.path);
      },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { seconds: seen.slice(1).reduce((sum, s) => sum + s, 0), checkpoints: written.length };
}

async function measure(network: BenchNetwork, dataset: Dataset): Promise<CheckpointResult> {
  const warm = await side(network, dataset, 3, 'never');
  const epochs = 1 + Math.max(2, Math.ceil((2 * settings.seconds) / warm.seconds));
  const [costs, counts]: number[][] = [[], []];
  for (let round = 0; round < settings.rounds; round++) {
    const [kept, plain] = await inTurns(
      round,
      () => side(network, dataset, epochs, `${settings.every}s`),
      () => side(network, dataset, epochs, 'never'),
    );
    if (kept.checkpoints === 0) throw new Error(`${network.id}: no checkpoint in ${kept.seconds} s`);
    costs.push((kept.seconds - plain.seconds) / kept.checkpoints);
    counts.push(kept.checkpoints);
  }
  return { network: network.id, workers: WORKERS, seconds: summarise(costs), checkpoints: summarise(counts) };
}

/** The first samples alone, so that an epoch of the largest network takes seconds; nothing to evaluate. */
function shortened(full: Dataset): Dataset {
  const count = Math.min(7680, countSamples(full, 'training'));
  const first = (n: number) => ({ values: full.training.values.slice(0, n * full.inputs), labels: full.training.labels.slice(0, n) });
  return { ...full, training: first(count), validation: first(0), test: first(0) };
}

const machine = describeMachine();
console.log(formatMachine(machine));
const dataset = shortened(await loadDataset(data));
console.log(row('', 'ms each', 'min to max', '% of minute', 'min to max'));
const results: CheckpointResult[] = [];
for (const network of ALL_NETWORKS.filter(({ id }) => only.includes(id))) {
  console.log(describeNetwork(network));
  const result = await measure(network, dataset);
  const ms = (s: number): string => (1000 * s).toFixed(0);
  const share = (s: number): string => ((100 * s) / 60).toFixed(2);
  const { seconds } = result;
  const verdict = seconds.median / 60 < BOUND ? '' : `  beyond ${100 * BOUND} %`;
  console.log(
    row(
      network.id,
      ms(seconds.median),
      `${ms(seconds.minimum)} to ${ms(seconds.maximum)}`,
      share(seconds.median),
      `${share(seconds.minimum)} to ${share(seconds.maximum)}`,
    ) + verdict,
  );
  results.push(result);
}
if (record)
  writeRecord({ bench: 'checkpoint', date: today(), machine, settings: { ...settings, samples: countSamples(dataset, 'training') }, results });
