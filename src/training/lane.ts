// Threads that train one network after another, and their places in memories that hold the samples once for all: a lane. As many networks
// are trained at a time as there are lanes, and none of them waits for another. In a lane without places each run has samples of its
// own, and all of them one memory, one after another: memories that are left behind are only let go of when a thread collects garbage.

import type { Dataset } from '../data/dataset.js';
import { asError, NablaError } from '../errors.js';
import type { InputFormat } from '../model/input.js';
import type { Configuration } from '../options/options.js';
import { type Place, SampleStore, type StoredData } from '../parallel/memory/sample-store.js';
import { bytesBeside } from '../parallel/memory/workspace.js';
import { WorkerPool } from '../parallel/pool.js';
import type { TrainResult } from './result.js';
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

  constructor(workers: number, places?: ReadonlyMap<InputFormat, Place>) {
    this.workers = workers;
    this.#places = places;
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
      return await run.toEnd();
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
    const beside = (outside: boolean): number => bytesBeside({ ...configuration, data }, outside);
    this.#own = new SampleStore({ data }, configuration.input, beside, 1, this.#own);
    return this.#own.places[0];
  }

  /** Ends the threads. Those of a run that is still under way are lost to it. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#own = undefined;
    await pool?.close();
  }
}

/** Lanes over the same samples, or without any. */
export class Lanes {
  readonly all: readonly Lane[];
  /** Bytes that all threads share. */
  readonly bytes: number;

  /**
   * @param stored undefined where each run has samples of its own
   * @param configurations of all runs that there will be: each place has room for the largest
   * @throws {RangeError} where it all does not fit into memory
   */
  constructor(stored: StoredData | undefined, configurations: readonly Configuration[], lanes: number, workers: number) {
    if (!stored) {
      this.bytes = 0;
      this.all = Array.from({ length: lanes }, () => new Lane(workers));
      return;
    }
    const formats = [...new Set(configurations.map(({ input }) => input))];
    const stores = formats.map((format): [InputFormat, SampleStore] => {
      const of = configurations.filter(({ input }) => input === format);
      const largest = (outside: boolean): number =>
        of.reduce((most, one) => Math.max(most, bytesBeside({ ...one, workers, data: stored.data }, outside)), 0);
      return [format, new SampleStore(stored, format, largest, lanes)];
    });
    this.bytes = stores.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    this.all = Array.from({ length: lanes }, (_, k) => new Lane(workers, new Map(stores.map(([format, { places }]) => [format, places[k]]))));
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((lane) => lane.close()));
  }
}
