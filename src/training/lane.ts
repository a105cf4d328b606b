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
  readonly #places: ReadonlyMap<InputFormat, Place> | undefined;
  #workers: number;
  /** Without places: the samples of the last run. */
  #own: SampleStore | undefined;
  #pool: WorkerPool | undefined;

  constructor(workers: number, places?: ReadonlyMap<InputFormat, Place>) {
    this.#workers = workers;
    this.#places = places;
  }

  /** Threads, each of which is a worker of the run under way. */
  get workers(): number {
    return this.#workers;
  }

  /** Threads from the next run on, at most as many as its places are for. */
  async resize(workers: number): Promise<void> {
    if (workers === this.#workers) return;
    await this.close();
    this.#workers = workers;
  }

  /** One run, to its end. @param data samples that are stored, or where the lane has no places those of this run alone */
  async run(configuration: Configuration, data: Dataset, prepared: (pool: WorkerPool, place: Place) => Promise<Run>): Promise<TrainResult> {
    const place = this.#places ? this.#places.get(configuration.input) : this.#placeFor(configuration, data);
    if (!place) throw new Error(`No samples are stored as ${configuration.input} input.`);
    let run: Run | undefined;
    try {
      this.#pool ??= new WorkerPool(this.#workers);
      run = await prepared(this.#pool, place);
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
    const beside = (outside: boolean): number[] => [bytesBeside({ ...configuration, data }, outside)];
    this.#own = new SampleStore({ data }, configuration.input, beside, this.#own);
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

/** How many lanes there are, and threads of each. */
export interface LaneCounts {
  readonly lanes: number;
  readonly workers: number;
}

/** Lanes over the same samples, or without any. */
export class Lanes {
  readonly all: readonly Lane[];
  /** Bytes that all threads share. */
  readonly bytes: number;

  /**
   * @param stored undefined where each run has samples of its own
   * @param configurations of all runs that there will be: each place has room for the largest
   * @param counts how many lanes there will be at a time, with how many threads each, whichever is the case first
   * @throws {RangeError} where it all does not fit into memory
   */
  constructor(stored: StoredData | undefined, configurations: readonly Configuration[], counts: readonly LaneCounts[]) {
    const lanes = Math.max(...counts.map(({ lanes }) => lanes));
    if (!stored) {
      this.bytes = 0;
      this.all = Array.from({ length: lanes }, () => new Lane(counts[0].workers));
      return;
    }
    const formats = [...new Set(configurations.map(({ input }) => input))];
    const most = Array.from({ length: lanes }, (_, k) => Math.max(...counts.filter(({ lanes }) => lanes > k).map(({ workers }) => workers)));
    const stores = formats.map((format): [InputFormat, SampleStore] => {
      const of = configurations.filter(({ input }) => input === format);
      const largest = (workers: number, outside: boolean): number =>
        of.reduce((so, one) => Math.max(so, bytesBeside({ ...one, workers, data: stored.data }, outside)), 0);
      return [format, new SampleStore(stored, format, (outside) => most.map((workers) => largest(workers, outside)))];
    });
    this.bytes = stores.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    this.all = most.map((_, k) => new Lane(counts[0].workers, new Map(stores.map(([format, { places }]) => [format, places[k]]))));
  }

  /** The first so many lanes, each with so many threads; those of the others end. */
  async take({ lanes, workers }: LaneCounts): Promise<readonly Lane[]> {
    const taken = this.all.slice(0, lanes);
    await Promise.all([...taken.map((lane) => lane.resize(workers)), ...this.all.slice(lanes).map((lane) => lane.close())]);
    return taken;
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((lane) => lane.close()));
  }
}
