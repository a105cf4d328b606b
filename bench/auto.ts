// What `--workers auto` does beside busy processes that come and go in the middle of a run, next to runs with fixed numbers of
// workers: all sides take turns, each trains through the same stages, and auto is held against the better fixed count of each
// stage. It must reach 80 % of that one, or the bench exits with 1. Run: npm run bench:auto

import { countSamples, type Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import type { TrainEvent } from '../src/options/events.js';
import { usualWorkerCounts } from '../src/system/machine.js';
import { plural } from '../src/text.js';
import { train } from '../src/training/trainer.js';
import { startBusy } from './busy.js';
import { describeMachine, figure, formatMachine, median, range, rotated, row, type Summary, summarise } from './measure.js';
import { type BenchNetwork, describeNetwork, NETWORKS, trainOptions } from './networks.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface AutoResult {
  readonly network: string;
  readonly stages: readonly AutoStage[];
}

/** A part of every run, with so many busy processes beside it. */
export interface AutoStage {
  readonly busy: number;
  /** Samples per second. */
  readonly fixed: readonly { readonly workers: number; readonly samplesPerSecond: Summary }[];
  readonly auto: Summary;
  /** Auto to the fixed count with the best median, round by round. */
  readonly ratio: Summary;
  /** What auto had chosen when the stage ended, round by round. */
  readonly chosen: readonly number[];
}

const BOUND = 0.8;
/** Busy processes of the stages: they come, become more, and go while a run lasts. */
const STAGES = [0, 1, 2, 0];
/** Milliseconds of a run before its first stage, for all sides alike: the engine compiles. */
const WARM_UP = 500;

const { data, only, quick, record } = readOptions(
  'What --workers auto does beside busy processes, next to fixed numbers of workers.',
  NETWORKS.map(({ id }) => id),
);
const settings = { rounds: quick ? 1 : 5, seconds: quick ? 1.5 : 4 };
// A profile of nabla tune would be taken instead.
process.env.XDG_CACHE_HOME = '/nowhere';

type Workers = number | 'auto';

/** One side of the comparison; per round and stage its samples per second, and the workers that it had in the end. */
interface Side {
  readonly workers: Workers;
  readonly rounds: { readonly rate: number; readonly workers: number }[][];
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Follows a run: how many samples it has trained on when, and with how many workers it goes on. */
class Follower {
  workers: number;
  /** Samples since the run began, and the milliseconds of the clock when they were last seen to grow. */
  samples = 0;
  time = 0;
  readonly #training: number;
  #tell: () => void = () => {};
  readonly started = new Promise<void>((resolve) => {
    this.#tell = resolve;
  });

  constructor(workers: number, training: number) {
    this.workers = workers;
    this.#training = training;
  }

  hear(event: TrainEvent): void {
    if (event.event === 'start') this.#tell();
    if (event.event === 'workers') this.workers = event.workers;
    if (event.event !== 'progress' && event.event !== 'epoch') return;
    const samples = (event.epoch - 1) * this.#training + (event.event === 'progress' ? event.samples : this.#training);
    if (samples === this.samples) return;
    this.samples = samples;
    this.time = performance.now();
  }
}

/** A run through all stages. */
async function runThrough(network: BenchNetwork, workers: Workers, dataset: Dataset): Promise<Side['rounds'][number]> {
  const stop = new AbortController();
  const follower = new Follower(workers === 'auto' ? machine.cores : workers, countSamples(dataset, 'training'));
  const options = { ...trainOptions(network), data: dataset, workers, epochs: 1_000_000, seed: 1 };
  const running = train({ ...options, signal: stop.signal, onEvent: (event) => follower.hear(event) }).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  const stages: Side['rounds'][number] = [];
  await Promise.race([follower.started, running]);
  await wait(WARM_UP);
  for (const busy of STAGES) {
    const processes = await startBusy(busy);
    try {
      const { samples, time } = follower;
      await Promise.race([wait(1000 * settings.seconds), running]);
      stages.push({ rate: (1000 * (follower.samples - samples)) / (follower.time - time), workers: follower.workers });
    } finally {
      await processes.end();
    }
  }
  stop.abort();
  await running;
  return stages;
}

async function measure(network: BenchNetwork, dataset: Dataset): Promise<AutoResult> {
  const sides: Side[] = [...usualWorkerCounts(machine.cores), 'auto' as const].map((workers) => ({ workers, rounds: [] }));
  for (let round = 0; round < settings.rounds; round++) {
    for (const { workers, rounds } of rotated(sides, round)) rounds.push(await runThrough(network, workers, dataset));
  }
  const ratesOf = ({ rounds }: Side, stage: number): number[] => rounds.map((stages) => stages[stage].rate);
  const auto = sides[sides.length - 1];
  const stages = STAGES.map((busy, stage): AutoStage => {
    const fixed = sides.slice(0, -1);
    const best = fixed.reduce((so, side) => (median(ratesOf(side, stage)) > median(ratesOf(so, stage)) ? side : so));
    const bests = ratesOf(best, stage);
    return {
      busy,
      fixed: fixed.map((side) => ({ workers: side.workers as number, samplesPerSecond: summarise(ratesOf(side, stage)) })),
      auto: summarise(ratesOf(auto, stage)),
      ratio: summarise(ratesOf(auto, stage).map((rate, round) => rate / bests[round])),
      chosen: auto.rounds.map((all) => all[stage].workers),
    };
  });
  return { network: network.id, stages };
}

function print({ stages }: AutoResult): void {
  console.log(`${row('busy processes', ...stages[0].fixed.map(({ workers }) => plural(workers, 'worker')), 'auto', 'chosen')}   to the better`);
  for (const { busy, fixed, auto, ratio, chosen } of stages) {
    const rates = [...fixed.map(({ samplesPerSecond }) => samplesPerSecond), auto].map(({ median: rate }) => figure(rate));
    console.log(`${row(String(busy), ...rates, chosen.join(' '))}   ${range(ratio)}`);
  }
}

/** Nothing to evaluate, so that epochs of the small networks follow one another at once. */
function unevaluated(full: Dataset): Dataset {
  const few = { values: full.validation.values.slice(0, 100 * full.inputs), labels: full.validation.labels.slice(0, 100) };
  return { ...full, validation: few, test: few };
}

const machine = describeMachine();
console.log(formatMachine(machine));
const dataset = unevaluated(await loadDataset(data));
const results: AutoResult[] = [];
for (const network of NETWORKS.filter(({ id }) => only.includes(id))) {
  console.log(`\n${describeNetwork(network)}`);
  const result = await measure(network, dataset);
  print(result);
  results.push(result);
  if (result.stages.some(({ ratio }) => ratio.median < BOUND)) process.exitCode = 1;
}
if (record) writeRecord({ bench: 'auto', date: today(), machine, settings, results });
