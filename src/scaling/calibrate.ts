// What `nabla plan` measures of a machine, in some seconds: the time of one worker's share of a step, by itself, for any
// number of workers; and what contention costs: a crossing of the barrier, how much slower each worker gets when all are busy,
// and a cache line that another worker wrote last.

import type { Dataset, Samples } from '../data/dataset.js';
import type { KernelName } from '../kernels/kernels.js';
import { type Configuration, configure, type TrainOptions } from '../options/options.js';
import { EVALUATION_ROWS } from '../parallel/memory/arena.js';
import type { GradientMode } from '../parallel/modes.js';
import type { WorkerPool } from '../parallel/pool.js';
import type { WorkerTime } from './results.js';
import { Alone } from './solo.js';
import { median } from './statistics.js';
import { Trial } from './trials.js';

/** Samples that a calibration works with: more than the caches of a core hold. */
const SAMPLES = 4_000;
/** Seconds of each measurement, and how many of them a share's time is the median of. */
const SHARE_SECONDS = 0.012;
const SHARE_TURNS = 2;
/** For contention: seconds of each measurement with work, rounds, crossings without, rows of a piece of work, lines moved. */
const CONTENTION_SECONDS = 0.006;
const CONTENTION_ROUNDS = 12;
/** Before them, so many that are run by code not yet compiled. */
const UNCOUNTED_ROUNDS = 2;
const CROSSINGS = 1_000;
const ROWS = EVALUATION_ROWS;
const LINES = 64;

/** What contention between so many workers costs each of them. */
export interface Contention {
  readonly workers: number;
  /** Microseconds a crossing of the barrier. */
  readonly crossing: number;
  /** How many times longer the same work takes than it takes one worker alone. */
  readonly slowdown: number;
  /** Microseconds for a cache line that another worker wrote last. */
  readonly line: number;
}

/** One worker's share of a step. */
export interface Share {
  /** Microseconds a step. */
  readonly step: number;
  readonly time: WorkerTime;
}

/** Shares of steps, timed when they are first asked for. */
export class Shares {
  readonly configuration: Configuration;
  readonly #trial: Trial;
  readonly #known = new Map<string, Share[]>();

  private constructor(configuration: Configuration, trial: Trial) {
    this.configuration = configuration;
    this.#trial = trial;
  }

  /** @param most the most workers and samples per step that will be asked for */
  static async open(options: TrainOptions, data: Dataset, gradient: GradientMode, most: { workers: number; batch: number }): Promise<Shares> {
    const fewer = firstSamples(data, Math.max(SAMPLES, 2 * most.batch));
    const shards = gradient === 'partial' ? (options.shards ?? most.workers) : undefined;
    const configuration = configure({ ...options, gradient, ...most, shards, eta: 1e-6 }, fewer);
    return new Shares(configuration, await Trial.open(configuration, fewer, new Alone()));
  }

  /** The kernels at work. */
  get kernels(): KernelName {
    return this.#trial.kernels;
  }

  /** The share of the first of so many workers in a mini-batch of so many samples: the median turn of those so far. */
  async of(workers: number, batch: number): Promise<Share> {
    const turns = this.#turns(workers, batch);
    while (turns.length < SHARE_TURNS && !isLong(turns[0])) await this.again(workers, batch);
    return turns.toSorted((a, b) => a.step - b.step)[turns.length >> 1];
  }

  /** Another turn of it. Turns of different shares alternate, so that changes of the machine's speed fall on all alike. */
  async again(workers: number, batch: number): Promise<void> {
    const turns = this.#turns(workers, batch);
    if (isLong(turns[0])) return;
    const shards = this.configuration.gradient === 'partial' && this.configuration.shards < workers ? this.configuration.shards : workers;
    const division = { workers, shards, batch };
    const { seconds, steps, time } = await this.#trial.turn(division, { seconds: SHARE_SECONDS });
    turns.push({ step: (1e6 * seconds) / steps, time: time[0] });
  }

  #turns(workers: number, batch: number): Share[] {
    const key = `${workers} ${batch}`;
    const turns = this.#known.get(key) ?? [];
    this.#known.set(key, turns);
    return turns;
  }
}

/** One step that takes so long says enough. */
function isLong(turn: Share | undefined): boolean {
  return turn !== undefined && turn.step > 1e6 * SHARE_SECONDS * SHARE_TURNS;
}

/**
 * What contention costs each of `counts` workers, ascending, the largest of them the threads of the pool; for each of some
 * mini-batches. The less work lies between two crossings, the more each worker suffers from delays of the others: so the
 * work that is measured is the forward pass of as many rows, about what a step does from one barrier to the next.
 */
export async function measureContention(
  options: TrainOptions,
  data: Dataset,
  pool: WorkerPool,
  counts: readonly number[],
  batches: readonly number[],
): Promise<Map<number, Contention[]>> {
  const fewer = firstSamples(data, SAMPLES);
  const trial = await Trial.open(
    configure({ ...options, workers: pool.threads, shards: undefined, gradient: 'owned', batch: ROWS }, fewer),
    fewer,
    pool,
  );
  const contention = new Map(batches.map((batch) => [batch, [{ workers: 1, crossing: 0, slowdown: 1, line: 0 }]]));
  for (const workers of counts.filter((n) => n > 1)) {
    for (const [batch, list] of contention) list.push(await measureCount(trial, workers, Math.min(batch, ROWS, trial.samples)));
  }
  return contention;
}

/**
 * A crossing and a line are medians over some rounds, since the machine may do something else in one of them. The slow-down is
 * a mean: what else the machine does is what slows workers in lockstep down.
 */
async function measureCount(trial: Trial, workers: number, rows: number): Promise<Contention> {
  await trial.attach(workers);
  const work = { crossings: 1, rows, lines: 0 };
  const lines = { crossings: CROSSINGS, rows: 0, lines: LINES };
  await trial.lockstep({ ...lines, together: true });
  await trial.lockstep({ ...work, together: true });
  const once = await trial.lockstep({ ...work, together: false });
  work.crossings = Math.max(1, Math.round((CONTENTION_SECONDS * 1e6) / once));
  const figures = { crossing: [] as number[], line: [] as number[], one: 0, all: 0 };
  const rounds = once > 1e6 * CONTENTION_SECONDS ? 1 : CONTENTION_ROUNDS;
  for (let round = rounds === 1 ? 0 : -UNCOUNTED_ROUNDS; round < rounds; round++) {
    const crossing = await trial.lockstep({ crossings: CROSSINGS, rows: 0, lines: 0, together: true });
    const [own, moved] = [await trial.lockstep({ ...lines, together: false }), await trial.lockstep({ ...lines, together: true })];
    const [one, all] = [await trial.lockstep({ ...work, together: false }), await trial.lockstep({ ...work, together: true })];
    if (round < 0) continue;
    figures.crossing.push(crossing);
    figures.line.push((moved - own - 2 * crossing) / LINES);
    figures.one += one;
    figures.all += all - crossing;
  }
  return {
    workers,
    crossing: median(figures.crossing),
    slowdown: Math.max(1, figures.all / figures.one),
    line: Math.max(0, median(figures.line)),
  };
}

/** The same data set with fewer samples, and none to evaluate. */
function firstSamples(data: Dataset, count: number): Dataset {
  const first = ({ values, labels, targets }: Samples, n: number): Samples => ({
    values: values.subarray(0, n * data.inputs),
    labels: labels.subarray(0, n),
    targets: targets?.subarray(0, n * data.classes),
  });
  return { ...data, training: first(data.training, count), validation: first(data.validation, 0), test: first(data.test, 0) };
}
