// Short stretches of real training, measured: what `nabla plan`, `bench` and `tune` are made of. A trial is a session that
// stays open, so that many of them can take turns on one pool of threads; each turn shares the work out as it is told,
// trains on from where the trial stands, and says how fast that was and where each worker's time went.

import { countSamples, type Dataset } from '../data/dataset.js';
import { NablaError } from '../errors.js';
import type { KernelName } from '../kernels/kernels.js';
import { initialParameters } from '../model/initialisers.js';
import type { Configuration } from '../options/options.js';
import type { RankPool } from '../parallel/ranks/rank-pool.js';
import { Session } from '../parallel/session.js';
import type { Division, SessionPool } from '../parallel/session-plan.js';
import { byPhase, STEP_PHASES, type Timing, type Timings, thinning } from '../parallel/step/phase-timer.js';
import type { WorkerTime } from './results.js';

/** What a turn has seen. */
export interface Turn {
  readonly samples: number;
  readonly steps: number;
  /** By the clock of the main thread, from call to answer. */
  readonly seconds: number;
  /** Where each worker's time went; empty for a turn that was not timed by phases. */
  readonly time: readonly WorkerTime[];
}

export interface TurnOptions {
  /** How long to train; at least one step. */
  readonly seconds: number;
  /** Whether the workers time their phases. Default: true. */
  readonly phases?: boolean;
}

/** What a turn runs before it is timed, in seconds: newly attached workers take their caches into use. */
const WARM_UP = 0.005;
/**
 * Seconds that the most workers train before the first turn of all. Until then the engine compiles, in threads of its own,
 * and each of them takes a core from workers that wait for each other: measured on two cores, 784-30-10 with two workers, the
 * first 0.3 s of new threads took 14 to 35 µs a step, all that followed 10.
 */
const FIRST_WARM_UP = 0.3;

export class Trial {
  readonly configuration: Configuration;
  /** The kernels at work. */
  readonly kernels: KernelName;
  readonly #session: Session;
  /** The pool, where other ranks train with it. */
  readonly #together: RankPool | undefined;
  /** Training samples. */
  readonly samples: number;
  /** Bytes of its shared memory. */
  readonly memoryBytes: number;
  #position = 0;
  #warm = false;
  #epoch = 1;
  /** Samples per second of each division that has had a turn. */
  readonly #rates = new Map<string, number>();

  private constructor(configuration: Configuration, session: Session, samples: number, together?: RankPool) {
    this.#together = together;
    this.configuration = configuration;
    this.kernels = session.kernels;
    this.memoryBytes = session.memoryBytes;
    this.#session = session;
    this.samples = samples;
    this.#drawOrder();
  }

  /**
   * Puts network and data into shared memory, for at most the workers, shards and rows of the configuration.
   * @param together the same threads as those of one rank of several
   */
  static async open(configuration: Configuration, data: Dataset, pool: SessionPool, together?: RankPool): Promise<Trial> {
    const parameters = (): Float32Array => initialParameters(configuration.network, configuration.seed);
    const session = await Session.start(configuration, data, parameters, together ?? pool, { ranks: together?.ranks });
    return new Trial(configuration, session, countSamples(data, 'training'), together);
  }

  /** Shares the work out among this rank's threads, as rank 0 has said. */
  async follow(division: Division): Promise<void> {
    await this.#session.attach(division);
  }

  async #divide(division: Division): Promise<void> {
    await this.#together?.divide(division);
    await this.#session.attach(division);
  }

  /** Trains for some time with the work shared out in this way. */
  async turn(division: Division, { seconds, phases = true }: TurnOptions): Promise<Turn> {
    if (!this.#warm) await this.#warmUp();
    await this.#divide(division);
    const { workers, shards, batch } = division;
    const key = `${workers} ${shards} ${batch}`;
    const rate = this.#rates.get(key) ?? (await this.#findRate(division));
    const timing = phases ? { traced: 0, every: thinning((1e6 * batch) / rate) } : undefined;
    if (batch < rate * WARM_UP) await this.#train(division, rate * WARM_UP);
    let [samples, steps, spent] = [0, 0, 0];
    const timings: Timings[][] = [];
    while (samples === 0 || spent < 0.9 * seconds) {
      const part = await this.#train(division, rate * (seconds - spent), timing);
      samples += part.samples;
      steps += part.steps;
      spent += part.seconds;
      if (phases) timings.push(part.timings);
    }
    this.#rates.set(key, samples / spent);
    const time = (timings[0] ?? []).map((_, i) => timeOf(timings.map((parts) => parts[i])));
    return { samples, steps, seconds: spent, time };
  }

  async #warmUp(): Promise<void> {
    this.#warm = true;
    await this.#divide(this.configuration);
    const until = performance.now() + 1000 * FIRST_WARM_UP;
    // Timed and untimed by turns, so that the engine has seen both when it compiles.
    for (
      let samples = this.configuration.batch, k = 0;
      performance.now() < until;
      samples = Math.min(2 * samples, 1024 * this.configuration.batch), k++
    ) {
      await this.#train(this.configuration, samples, k % 2 === 0 ? { traced: 0, every: 2 } : undefined);
    }
  }

  /** Samples per second, roughly: from ever longer parts, until one takes as long as a warm-up. */
  async #findRate(division: Division): Promise<number> {
    for (let samples = division.batch; ; samples *= 4) {
      const part = await this.#train(division, samples);
      if (part.seconds >= WARM_UP || part.samples === this.samples) return part.samples / part.seconds;
    }
  }

  /** Trains on about so many samples, at least a mini-batch, at most to the end of the epoch. */
  async #train(
    { batch }: Division,
    samples: number,
    timing?: Timing,
  ): Promise<{ samples: number; steps: number; seconds: number; timings: Timings[] }> {
    const from = this.#position;
    const upTo = Math.min(this.samples, from + Math.max(1, Math.round(samples / batch)) * batch);
    const begin = performance.now();
    const parts = await this.#session.runEpoch(0, { from, upTo, timing });
    const seconds = (performance.now() - begin) / 1000;
    if (parts.some(({ divergence }) => divergence)) {
      throw new NablaError(
        'DIVERGED',
        `The network diverged while it was measured, at learning rate η = ${this.configuration.eta}. Give a smaller one.`,
      );
    }
    this.#position = upTo;
    if (upTo === this.samples) {
      this.#epoch++;
      this.#drawOrder();
      this.#position = 0;
    }
    const timings = parts.flatMap((part) => part.timings ?? []);
    return { samples: upTo - from, steps: parts[0].steps, seconds, timings };
  }

  #drawOrder(): void {
    this.#session.drawOrder(0, this.#epoch);
  }
}

/** Microseconds a step, over several parts of a turn. */
function timeOf(parts: readonly Timings[]): WorkerTime {
  const steps = parts.reduce((sum, part) => sum + part.steps, 0);
  return byPhase(STEP_PHASES.map((_, k) => (1000 * parts.reduce((sum, { phases }) => sum + phases[k], 0)) / steps));
}
