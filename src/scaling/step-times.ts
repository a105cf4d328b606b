// The time of a worker's part in a step of training, for any number of workers and any mini-batch, from turns of some
// hundredths of a second: in lockstep with the others, on a pool of threads, or by itself, in the place of the first of them
// (see solo.ts). The steps are the trainer's own. What the plan makes of these times stands in calibrate.ts and predict.ts.

import { type Dataset, firstSamples } from '../data/dataset.js';
import type { KernelName } from '../kernels/kernels.js';
import { type Configuration, configure, type TrainOptions } from '../options/options.js';
import { fixedShards, GRADIENTS, type GradientMode } from '../parallel/modes.js';
import type { SessionPool } from '../parallel/session-plan.js';
import type { WorkerTime } from './results.js';
import { median } from './statistics.js';
import { Trial } from './trials.js';

/** Samples that it works with: more than the caches of a core hold, and some hundredths of a second for small networks. */
const SAMPLES = 8_000;
/** Seconds of a turn, and how many of them a time is the median of at least. */
const TURN_SECONDS = 0.02;
const LEAST_TURNS = 2;

/** What a step takes the first of the workers. */
export interface StepTime {
  /** Microseconds a step. */
  readonly step: number;
  /** And where they go. */
  readonly time: WorkerTime;
}

/** Times of steps, taken when they are first asked for. */
export class StepTimes {
  readonly #trial: Trial;
  /** Shards of `partial`, where the options fix them; else there are as many as workers. */
  readonly #shards: number | undefined;
  readonly #known = new Map<string, StepTime[]>();

  private constructor(trial: Trial, shards: number | undefined) {
    this.#trial = trial;
    this.#shards = shards;
  }

  /** @param most the most workers and samples per step that will be asked for */
  static async open(
    options: TrainOptions,
    data: Dataset,
    gradient: GradientMode,
    most: { workers: number; batch: number },
    pool: SessionPool,
  ): Promise<StepTimes> {
    const fewer = firstSamples(data, Math.max(SAMPLES, 2 * most.batch));
    const fixed = fixedShards(gradient, options.shards);
    const shards = GRADIENTS[gradient].hasBlocks ? (fixed ?? most.workers) : undefined;
    const configuration = configure({ ...options, gradient, ...most, shards, eta: 1e-6 }, fewer);
    return new StepTimes(await Trial.open(configuration, fewer, pool), fixed);
  }

  get configuration(): Configuration {
    return this.#trial.configuration;
  }

  /** The kernels at work. */
  get kernels(): KernelName {
    return this.#trial.kernels;
  }

  /** The median of the turns so far. A turn has many steps, so that what workers in lockstep meet often is in each of them. */
  async of(workers: number, batch: number): Promise<StepTime> {
    const turns = this.#turns(workers, batch);
    while (turns.length < LEAST_TURNS && !isLong(turns[0])) await this.again(workers, batch);
    return middleOf(turns);
  }

  /** Another turn of it. Turns of different counts that alternate all meet the machine in the same states. */
  async again(workers: number, batch: number): Promise<void> {
    const turns = this.#turns(workers, batch);
    if (isLong(turns[0])) return;
    const { seconds, steps, time } = await this.#trial.turn({ workers, shards: this.#shards ?? workers, batch }, { seconds: TURN_SECONDS });
    turns.push({ step: (1e6 * seconds) / steps, time: time[0] });
  }

  #turns(workers: number, batch: number): StepTime[] {
    const key = `${workers} ${batch}`;
    const turns = this.#known.get(key) ?? [];
    this.#known.set(key, turns);
    return turns;
  }
}

/** One step that takes so long says enough. */
function isLong(turn: StepTime | undefined): boolean {
  return turn !== undefined && turn.step > 1e6 * TURN_SECONDS * LEAST_TURNS;
}

/** The median step, with the phases of a turn in the middle. */
function middleOf(turns: readonly StepTime[]): StepTime {
  const { time } = turns.toSorted((a, b) => a.step - b.step)[(turns.length - 1) >> 1];
  return { step: median(turns.map(({ step }) => step)), time };
}
