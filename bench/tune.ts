// What `nabla tune` and `--workers auto` choose, beside every setting there is: all of them take turns for longer than a
// tuner could wait, and the choices are held against the best. tune must reach 95 % of it; auto, which chooses the workers
// and nothing else, 95 % of the best worker count, and never less than one worker. Run: npm run bench:tune

import type { Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import { WorkerPool } from '../src/parallel/pool.js';
import { type Candidate, openCandidates, tune } from '../src/scaling/tune.js';
import { usualWorkerCounts } from '../src/system/machine.js';
import { train } from '../src/training/trainer.js';
import { describeMachine, figure, formatMachine, median, range, rotated, type Summary, summarise } from './measure.js';
import { ALL_NETWORKS, type BenchNetwork, describeNetwork, NETWORKS, OPTIMISER_NETWORKS, trainOptions } from './networks.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface TuneBenchResult {
  readonly network: string;
  /** Samples per second of every setting, the fastest first. */
  readonly sweep: readonly { readonly setting: string; readonly samplesPerSecond: Summary }[];
  /** Its speed over that of the sweep's best, round by round. */
  readonly tuned: { readonly setting: string; readonly seconds: number; readonly share: Summary };
  /** Over the best worker count, and over one worker, with all else as auto leaves it. */
  readonly auto: { readonly workers: number; readonly why: string; readonly share: Summary; readonly overOne: Summary };
}

const BOUND = 0.95;

const { data, only, quick, record } = readOptions(
  'What tune and auto choose, beside every setting.',
  NETWORKS.map(({ id }) => id),
  OPTIMISER_NETWORKS.map(({ id }) => id),
);
const settings = { rounds: quick ? 3 : 9, seconds: quick ? 0.05 : 0.25 };
const machine = describeMachine();
console.log(formatMachine(machine));
const dataset = await loadDataset(data);
const results: TuneBenchResult[] = [];
for (const network of ALL_NETWORKS.filter(({ id }) => only.includes(id))) {
  console.log(`\n${describeNetwork(network)}`);
  const result = await measure(network, dataset);
  print(result);
  results.push(result);
  const { tuned, auto } = result;
  if (Math.min(tuned.share.median, auto.share.median, auto.overOne.median) < BOUND) process.exitCode = 1;
}
if (record) writeRecord({ bench: 'tune', date: today(), machine, settings, results });

type Rated = Candidate & { rounds: number[] };

async function measure(network: BenchNetwork, dataset: Dataset): Promise<TuneBenchResult> {
  const options = trainOptions(network);
  const tuned = await tune(options, dataset);
  const [winner] = tuned.ranking;
  const choice = await autoChoice(network, dataset);
  const pool = new WorkerPool(machine.cores);
  try {
    const open = await openCandidates(options, dataset, usualWorkerCounts(machine.cores), pool);
    const all: Rated[] = open.map((candidate) => ({ ...candidate, rounds: [] }));
    for (let round = 0; round < settings.rounds; round++) {
      for (const candidate of rotated(all, round)) {
        const { workers, shards, trial, rounds } = candidate;
        const turn = await trial.turn({ workers, shards, batch: trial.configuration.batch }, { seconds: settings.seconds, phases: false });
        rounds.push(turn.samples / turn.seconds);
      }
    }
    all.sort((a, b) => median(b.rounds) - median(a.rounds));
    const plain = all.filter((c) => c.gradient === 'owned' && c.kernels !== 'blas' && c.input === open[0].trial.configuration.input);
    const of = (workers: number): Rated => plain.find((c) => c.workers === workers) as Rated;
    const picked = all.find((c) => nameOf(c) === nameOf(winner)) as Rated;
    return {
      network: network.id,
      sweep: all.map((c) => ({ setting: nameOf(c), samplesPerSecond: summarise(c.rounds) })),
      tuned: { setting: nameOf(winner), seconds: tuned.seconds, share: ratio(picked, all[0]) },
      auto: { ...choice, share: ratio(of(choice.workers), plain[0]), overOne: ratio(of(choice.workers), of(1)) },
    };
  } finally {
    await pool.close();
  }
}

/** What a run without a profile chooses, told by the run itself. */
async function autoChoice(network: BenchNetwork, data: Dataset): Promise<{ workers: number; why: string }> {
  let choice = { workers: machine.cores, why: 'not chosen' };
  const stop = new AbortController();
  process.env.XDG_CACHE_HOME = '/nowhere';
  await train({
    ...trainOptions(network),
    data,
    epochs: 1000,
    signal: stop.signal,
    onEvent: (event) => {
      if (event.event !== 'workers') return;
      choice = { workers: event.workers, why: event.why };
      stop.abort();
    },
  }).catch(() => {});
  return choice;
}

function nameOf({ workers, gradient, kernels, input }: { workers: number; gradient: string; kernels: string; input: string }): string {
  return `${workers} ${gradient} ${kernels} ${input}`;
}

function ratio(a: Rated, b: Rated): Summary {
  return summarise(a.rounds.map((rate, round) => rate / b.rounds[round]));
}

function print({ sweep, tuned, auto }: TuneBenchResult): void {
  for (const { setting, samplesPerSecond } of sweep.slice(0, 6))
    console.log(`  ${setting.padEnd(26)}${figure(samplesPerSecond.median).padStart(10)} samples/s`);
  console.log(`  tune chose ${tuned.setting} in ${tuned.seconds.toFixed(1)} s: ${range(tuned.share)} of the best of ${sweep.length} settings`);
  console.log(`  auto chose ${auto.workers} (${auto.why}): ${range(auto.share)} of the best count, ${range(auto.overOne)} of one worker`);
}
