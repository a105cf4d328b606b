// Threads that train one network after another, and their places in memories that hold the samples once for all: a lane. As many networks
// are trained at a time as there are lanes, and none of them waits for another.

import type { Dataset } from '../data/dataset.js';
import { asError, NablaError } from '../errors.js';
import type { InputFormat } from '../model/input.js';
import type { Configuration } from '../options/options.js';
import { type Division, type Place, SampleStore, type StoredData } from '../parallel/memory/sample-store.js';
import { bytesBeside } from '../parallel/memory/workspace.js';
import { WorkerPool } from '../parallel/pool.js';
import { type TrainResult, trainResult } from './result.js';
import type { Run } from './run.js';

/** What ends a run and leaves its threads as good as they were. */
const HARMLESS: ReadonlySet<string> = new Set(['DIVERGED', 'INTERRUPTED', 'NOT_SAVED', 'BAD_DATA']);

export class Lane {
  /** Threads, each of which is a worker of the run under way. */
  readonly workers: number;
  readonly #places: ReadonlyMap<InputFormat, Place> | undefined;
  /** Without places: the samples of the last run. */
  #own: SampleStore | undefined;
  #pool: WorkerPool | undefined;
  #isStuck = false;

  constructor(workers: number, places?: ReadonlyMap<InputFormat, Place>) {
    this.workers = workers;
    this.#places = places;
  }

  /** Whether a thread of it could not be ended: it may still write into the lane's places, so nothing is run there any more. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** Starts the threads, which boot while the caller goes on. */
  boot(): WorkerPool {
    this.#pool ??= new WorkerPool(this.workers);
    return this.#pool;
  }

  /** One run, to its end. @param data samples that are stored, or where the lane has no places those of this run alone */
  async run(configuration: Configuration, data: Dataset, prepared: (pool: WorkerPool, place: Place) => Promise<Run>): Promise<TrainResult> {
    const place = this.#places ? this.#places.get(configuration.input) : this.#placeFor(configuration, data);
    if (!place) throw new Error(`No samples are stored as ${configuration.input} input.`);
    let run: Run | undefined;
    try {
      run = await prepared(this.boot(), place);
      return trainResult(await run.toEnd());
    } catch (error) {
      if (run) this.#pool = run.pool;
      if (!(error instanceof NablaError && HARMLESS.has(error.code))) await this.close();
      throw asError(error);
    } finally {
      // It may have replaced threads that were lost.
      if (run && this.#pool) this.#pool = run.pool;
    }
  }

  #placeFor(configuration: Configuration, data: Dataset): Place {
    const division = (outside: boolean): Division => ({ count: 1, bytes: bytesBeside({ ...configuration, data }, outside) });
    this.#own = new SampleStore({ data }, configuration.input, (outside) => [division(outside)], this.#own);
    return this.#own.divide(division(this.#own.outside))[0];
  }

  /** Ends the threads. Those of a run that is still under way are lost to it. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#own = undefined;
    if (pool && !(await pool.close())) this.#isStuck = true;
  }
}

/** Lanes at a time, and threads of each. */
export interface LaneCounts {
  readonly lanes: number;
  readonly workers: number;
}

/** Lanes over the same samples, which may be arranged anew: fewer lanes with more threads each, in the same memory. Or lanes without any. */
export class Lanes {
  /** Bytes that all threads share. */
  readonly bytes: number;
  readonly #data: Dataset | undefined;
  readonly #configurations: readonly Configuration[];
  readonly #stores: ReadonlyMap<InputFormat, SampleStore>;
  #counts: LaneCounts;
  #all: readonly Lane[];

  /**
   * @param stored undefined where each run has samples of its own
   * @param configurations of all runs that there will be: each place has room for the largest
   * @param others arrangements that there shall be room for, beside the first
   * @throws {RangeError} where it all does not fit into memory
   */
  constructor(
    stored: StoredData | undefined,
    configurations: readonly Configuration[],
    lanes: number,
    workers: number,
    others: readonly LaneCounts[] = [],
  ) {
    this.#data = stored?.data;
    this.#configurations = configurations;
    this.#counts = { lanes, workers };
    const all = [this.#counts, ...others];
    const formats = stored ? [...new Set(configurations.map(({ input }) => input))] : [];
    const divisions = (format: InputFormat, outside: boolean): Division[] => all.map((counts) => this.#division(format, counts, outside));
    const storeOf = (data: StoredData, format: InputFormat) => new SampleStore(data, format, (outside) => divisions(format, outside));
    this.#stores = new Map(stored ? formats.map((format) => [format, storeOf(stored, format)]) : []);
    this.bytes = [...this.#stores.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    this.#all = this.#lanes();
  }

  get all(): readonly Lane[] {
    return this.#all;
  }

  /** Whether runs of these configurations can be arranged so. */
  hasRoomFor(configurations: readonly Configuration[], counts: LaneCounts): boolean {
    return (
      configurations.every(({ input }) => this.#stores.has(input)) &&
      [...this.#stores].every(([format, store]) => {
        const needed = this.#division(format, counts, store.outside, configurations);
        const held = this.#division(format, counts, store.outside);
        return needed.bytes <= held.bytes && store.hasRoomFor(held);
      })
    );
  }

  /** The lanes so arranged, when nothing runs on them. Threads go on where each lane has as many of them as before. */
  async arrange(counts: LaneCounts): Promise<readonly Lane[]> {
    const { lanes, workers } = counts;
    if (this.#all.some(({ isStuck }) => isStuck))
      throw new NablaError('THREAD_STUCK', 'A thread of a lost worker does not end, and may still write.');
    const before = this.#counts;
    this.#counts = counts;
    if (workers === before.workers && lanes <= this.#all.length) {
      const over = this.#all.slice(lanes);
      this.#all = this.#all.slice(0, lanes);
      await Promise.all(over.map((lane) => lane.close()));
    } else {
      await this.close();
      this.#all = this.#lanes();
    }
    return this.#all;
  }

  #lanes(): Lane[] {
    const { lanes } = this.#counts;
    const places = [...this.#stores].map(([format, store]) => [format, store.divide(this.#division(format, this.#counts, store.outside))] as const);
    const placesOf = (k: number) => (this.#data ? new Map(places.map(([format, of]) => [format, of[k]])) : undefined);
    return Array.from({ length: lanes }, (_, k) => new Lane(this.#counts.workers, placesOf(k)));
  }

  /** Places for the largest runs of an input format. */
  #division(format: InputFormat, { lanes, workers }: LaneCounts, outside: boolean, configurations = this.#configurations): Division {
    const data = this.#data;
    const sizes = configurations.flatMap((one) => (data && one.input === format ? [bytesBeside({ ...one, workers, data }, outside)] : []));
    return { count: lanes, bytes: Math.max(0, ...sizes) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((lane) => lane.close()));
  }
}
