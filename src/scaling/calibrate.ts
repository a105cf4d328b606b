// What `nabla plan` measures of a machine and a network, in some seconds: steps in lockstep, with every worker count up to the cores;
// and one worker's share of them by itself, which tells what of a step is work, and carries the prediction beyond the cores.

import { type Dataset, density, type Samples } from '../data/dataset.js';
import type { KernelName } from '../kernels/kernels.js';
import { layoutOf } from '../model/layout.js';
import { type Configuration, configure, openGradients, type TrainOptions } from '../options/options.js';
import type { GradientMode } from '../parallel/modes.js';
import { WorkerPool } from '../parallel/pool.js';
import type { SessionPool } from '../parallel/session-plan.js';
import { countCores } from '../system/cores.js';
import { type Company, companyOf, explain, extrapolate, type Model, type Prediction } from './predict.js';
import type { WorkerTime } from './results.js';
import { SoloPool } from './solo.js';
import { type StepTime, StepTimes } from './step-times.js';

/** Turns of each step at the mini-batches asked for: with two ways to the gradient on 16 cores about a second. */
const ROUNDS = 4;

/** What one core does in a phase of a step. */
export interface PhaseRate {
  readonly phase: keyof WorkerTime;
  readonly microseconds: number;
  /** 10⁹ multiplications and additions a second, of those that the input's zeros leave; absent where there are hardly any. */
  readonly gflops?: number;
}

/** What a calibration is to cover. */
export interface CalibrationRequest {
  /** Steps that are measured in turns, as far as their workers have a core each. */
  readonly steps: readonly { readonly workers: number; readonly batch: number }[];
  /** The largest mini-batch that may be asked for later. */
  readonly largest: number;
}

/** A machine and a network, measured: predicts steps. */
export class Calibration {
  readonly gradients: readonly GradientMode[];
  readonly #pool: WorkerPool;
  readonly #lockstep: ReadonlyMap<GradientMode, StepTimes>;
  readonly #openAlone: (gradient: GradientMode) => Promise<StepTimes>;
  readonly #alone = new Map<GradientMode, Promise<StepTimes>>();
  #crossing: Promise<number> | undefined;
  readonly #configuration: Configuration;
  readonly #density: number;
  /** The counts asked for that this machine has the cores for, ascending. */
  readonly #here: readonly number[];

  private constructor(
    pool: WorkerPool,
    here: readonly number[],
    lockstep: ReadonlyMap<GradientMode, StepTimes>,
    openAlone: (gradient: GradientMode) => Promise<StepTimes>,
    configuration: Configuration,
    share: number,
  ) {
    this.gradients = [...lockstep.keys()];
    this.#pool = pool;
    this.#here = here;
    this.#lockstep = lockstep;
    this.#openAlone = openAlone;
    this.#configuration = configuration;
    this.#density = share;
  }

  /** Measures for both ways to the gradient, unless the options fix one. The caller closes it. */
  static async open(options: TrainOptions, data: Dataset, { steps, largest }: CalibrationRequest): Promise<Calibration> {
    const configuration = configure({ ...options, workers: 1 }, data);
    const counts = [...new Set(steps.map(({ workers }) => workers))].sort((a, b) => a - b);
    const here = counts.filter((n) => n <= countCores().usable);
    const timesOf = (gradient: GradientMode, within: readonly number[], threads: SessionPool): Promise<StepTimes> =>
      StepTimes.open(options, data, gradient, { workers: Math.max(...within), batch: largest }, threads);
    const pool = new WorkerPool(Math.max(...here));
    try {
      const lockstep = new Map<GradientMode, StepTimes>();
      for (const gradient of openGradients(options, configuration.gradient)) lockstep.set(gradient, await timesOf(gradient, here, pool));
      for (let round = 0; round < ROUNDS; round++) {
        for (const times of lockstep.values()) {
          for (const { workers, batch } of steps) if (here.includes(workers)) await times.again(workers, batch);
        }
      }
      const openAlone = (gradient: GradientMode): Promise<StepTimes> => timesOf(gradient, counts, new SoloPool());
      return new Calibration(pool, here, lockstep, openAlone, configuration, density(data.training));
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  get kernels(): KernelName {
    return this.#stepTimes(this.gradients[0]).kernels;
  }

  /** Microseconds a step: measured up to the cores of this machine, extrapolated beyond them. */
  async step(gradient: GradientMode, workers: number, batch: number): Promise<number> {
    if (this.#here.includes(workers)) return (await this.#stepTimes(gradient).of(workers, batch)).step;
    return (await this.predict(gradient, workers, batch)).step;
  }

  /** The same step, taken apart. */
  async predict(gradient: GradientMode, workers: number, batch: number): Promise<Prediction> {
    const alone = await this.#timeAlone(gradient, workers, batch);
    const model = this.#model(gradient);
    if (this.#here.includes(workers)) return explain(model, await this.#stepTimes(gradient).of(workers, batch), alone, workers, batch);
    const most = await this.predict(gradient, this.#pool.threads, batch);
    this.#crossing ??= measureCrossing(this.#pool);
    return extrapolate(model, most, await this.#crossing, alone, workers, batch);
  }

  /** What each of the workers loses to the others, for every count that was measured. */
  async company(gradient: GradientMode, batch: number): Promise<Company[]> {
    const list: Company[] = [];
    for (const n of this.#here) list.push(companyOf(this.#model(gradient), await this.predict(gradient, n, batch)));
    return list;
  }

  /** What one worker's step does, phase by phase: 2·I·O operations a sample and layer, for each of forward pass, BP2 (not into the inputs) and BP4. */
  async rates(gradient: GradientMode, m: number): Promise<PhaseRate[]> {
    const { time } = await this.#stepTimes(gradient).of(1, m);
    const { network, input } = this.#configuration;
    const { layers } = network;
    const products = layers.slice(1).map((O, l) => 2 * m * layers[l] * O * (l === 0 && input === 'sparse' ? this.#density : 1));
    const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
    const [all, behind] = [sum(products), sum(products.slice(1))];
    const operations: Partial<Record<keyof WorkerTime, number>> =
      gradient === 'owned' ? { forward: all, backward: behind, update: all } : { forward: all, backward: behind + all };
    return (['gather', 'forward', 'backward', 'update'] as const).map((phase) => {
      const flops = operations[phase];
      return { phase, microseconds: time[phase], ...(flops && { gflops: flops / time[phase] / 1000 }) };
    });
  }

  /** Where the first worker's time goes in a measured step; with as many workers as have a core where more are asked for. */
  async time(gradient: GradientMode, workers: number, batch: number): Promise<WorkerTime> {
    return (await this.#stepTimes(gradient).of(Math.min(workers, this.#pool.threads), batch)).time;
  }

  /** What of the gradient's operations falls to each layer after the inputs, as shares. */
  get gradientShares(): number[] {
    const { network, input } = this.#configuration;
    const { layers } = network;
    const each = layers.slice(1).map((O, l) => layers[l] * O * (l === 0 && input === 'sparse' ? this.#density : 1));
    const all = each.reduce((sum, n) => sum + n, 0);
    return each.map((n) => n / all);
  }

  #stepTimes(gradient: GradientMode): StepTimes {
    return this.#lockstep.get(gradient) as StepTimes;
  }

  /** One worker's share by itself: that of all the work is the measured step itself. */
  async #timeAlone(gradient: GradientMode, workers: number, batch: number): Promise<StepTime> {
    if (workers === 1) return this.#stepTimes(gradient).of(1, batch);
    const times = this.#alone.get(gradient) ?? this.#openAlone(gradient);
    this.#alone.set(gradient, times);
    return (await times).of(workers, batch);
  }

  #model(gradient: GradientMode): Model {
    const { network, learning, input } = this.#configuration;
    const crossings = 2 + (learning.clipNorm === undefined ? 0 : 1) + (learning.maxNorm === undefined ? 0 : 1);
    return { layout: layoutOf(network.layers, input === 'sparse'), crossings, gradient, input, density: this.#density };
  }
}

/** The smallest network there is: a step of it is hardly more than its two barriers. */
const BARE: TrainOptions = { layers: [1, 2], batch: 1 };
const NONE: Samples = { values: new Float32Array(0), labels: new Uint16Array(0) };

/** Microseconds that a barrier takes all threads of a pool who arrive at once. */
async function measureCrossing(pool: WorkerPool): Promise<number> {
  const samples = 10_000;
  const training = { values: new Float32Array(samples).fill(1), labels: new Uint16Array(samples) };
  const data: Dataset = { name: 'ones', inputs: 1, classes: 2, scale: 1, training, validation: NONE, test: NONE };
  const times = await StepTimes.open(BARE, data, 'owned', { workers: pool.threads, batch: 1 }, pool);
  return Math.max(0, (await times.of(pool.threads, 1)).step - (await times.of(1, 1)).step) / 2;
}
