// The ceiling of scaling: how many times the samples of one worker this machine trains when separate one-worker runs go side by
// side, as many as there would be workers. Nothing is shared and no run waits for another, so what is missing to the ideal is the
// machine's: processors that share a core's arithmetic, caches or memory, a clock that falls under load, what else runs on it.
//
// The copies are threads of this process, each with a pool and a memory of its own, because the workers of a run are such
// threads too: both meet the same system, and what the copies take of its memory is known before they start. Each trains on a part of the
// data, so that all together ask little more of the caches than the one data set that the workers of a run share.

import { type Dataset, firstSamples } from '../data/dataset.js';
import type { Configuration } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import type { Division } from '../parallel/session-plan.js';
import { type FreeMemory, freeMemory } from '../system/memory.js';
import { megabytes } from '../text.js';
import { type Summary, summarise } from './statistics.js';
import { Trial } from './trials.js';

/** Training samples of a copy: more than the caches of a core hold. */
const SAMPLES = 4_000;
/** The share of the free memory that the copies may take, and the bytes that a thread takes beside its shared memory. */
const MEMORY_SHARE = 0.5;
const THREAD_BYTES = 16 * 2 ** 20;
/** Seconds that a copy which has been measured trains on at a time, until all have been. */
const GOES_ON = 0.01;
/** Seconds of a first turn that does not count: threads start, and the engine compiles. */
const FIRST_TURN = 0.02;

export interface CeilingRequest {
  /** So many copies, each with so many samples a step; each is measured once. */
  readonly points: readonly { readonly copies: number; readonly batch: number }[];
  /** Bytes that a session of the same network takes at most. */
  readonly bytes: number;
  /** Of each of a point's two sides in a round: one copy alone, and all. */
  readonly seconds: number;
}

/** One point, and what its copies trained over what one did, round by round. */
interface Point {
  readonly copies: number;
  readonly batch: number;
  readonly ratios: number[];
}

export class Ceiling {
  readonly #shards: number;
  readonly #seconds: number;
  readonly #pools: WorkerPool[] = [];
  readonly #trials: Trial[] = [];
  #points: readonly Point[] = [];
  #note: string | undefined;

  private constructor(shards: number, seconds: number) {
    this.#shards = shards;
    this.#seconds = seconds;
  }

  /**
   * Opens the copies of all points that have room in memory for theirs.
   * @param one the run of one worker, with the largest mini-batch of a point
   */
  static async open(one: Configuration, data: Dataset, { points, bytes, seconds }: CeilingRequest): Promise<Ceiling> {
    const ceiling = new Ceiling(one.shards, seconds);
    const counts = [...new Set(points.map(({ copies }) => copies))].filter((n) => n > 1).sort((a, b) => a - b);
    const fewer = firstSamples(data, Math.max(SAMPLES, 2 * one.batch));
    const free = freeMemory();
    let room = copiesWithRoom(counts, bytes, free);
    try {
      if (counts.length > 0 && hasRoom(1, bytes, free)) {
        // What a copy really takes, which is less, the first of them tells.
        await ceiling.#openCopy(one, fewer);
        room = copiesWithRoom(counts, ceiling.#trials[0].memoryBytes, free);
        while (ceiling.#trials.length < room.most) await ceiling.#openCopy(one, fewer);
        await ceiling.#rate(Math.max(1, room.most), one.batch, FIRST_TURN);
      }
    } catch (error) {
      await ceiling.close();
      throw error;
    }
    const distinct = new Map(points.map((point) => [`${point.copies} ${point.batch}`, point]));
    ceiling.#points = [...distinct.values()].filter(({ copies }) => copies <= room.most).map((point) => ({ ...point, ratios: [] }));
    ceiling.#note = room.note;
    return ceiling;
  }

  /** Why points with many copies are left out; absent where none is. */
  get note(): string | undefined {
    return this.#note;
  }

  /** A turn of each point in a round. */
  get turns(): ((round: number) => Promise<void>)[] {
    return this.#points.filter(({ copies }) => copies > 1).map((point) => (round) => this.#turn(point, round));
  }

  /** Samples of so many copies over those of one in the same time; undefined where that was not measured. */
  of(copies: number, batch: number): Summary | undefined {
    const point = this.#points.find((known) => known.copies === copies && known.batch === batch);
    return point && summarise(copies === 1 ? [1] : point.ratios);
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }

  /** One copy alone and all side by side, one right after the other, and the other way round in every second round. */
  async #turn({ copies, batch, ratios }: Point, round: number): Promise<void> {
    const order = round % 2 === 0 ? [1, copies] : [copies, 1];
    const rates = [await this.#rate(order[0], batch, this.#seconds), await this.#rate(order[1], batch, this.#seconds)];
    ratios.push(rates[order.indexOf(copies)] / rates[order.indexOf(1)]);
  }

  /** Samples per second of so many copies together. */
  async #rate(copies: number, batch: number, seconds: number): Promise<number> {
    const division: Division = { workers: 1, shards: this.#shards, batch };
    let busy = copies;
    const rates = this.#trials.slice(0, copies).map(async (trial) => {
      const turn = await trial.turn(division, { seconds, phases: false }).finally(() => busy--);
      // Who is done first leaves the others no quieter machine.
      while (busy > 0) await trial.turn(division, { seconds: GOES_ON, phases: false });
      return turn.samples / turn.seconds;
    });
    return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
  }

  async #openCopy(one: Configuration, data: Dataset): Promise<void> {
    const pool = new WorkerPool(1);
    this.#pools.push(pool);
    this.#trials.push(await Trial.open(one, data, pool));
  }
}

/** Whether so many copies, each with so many bytes of shared memory, may be opened where so many are free. */
function hasRoom(copies: number, bytes: number, free: FreeMemory): boolean {
  return copies * (bytes + THREAD_BYTES) <= free.bytes * MEMORY_SHARE;
}

/** The largest of the counts, ascending, that has room for its copies, 1 where none has; and a sentence on those that have not. */
export function copiesWithRoom(counts: readonly number[], bytes: number, free: FreeMemory): { most: number; note?: string } {
  const first = counts.find((copies) => !hasRoom(copies, bytes, free));
  const most = Math.max(1, ...counts.filter((copies) => hasRoom(copies, bytes, free)));
  if (first === undefined) return { most };
  const needed = megabytes(first * (bytes + THREAD_BYTES));
  const note = `No ceiling from ${first} workers on: ${first} separate runs of this network take up to ${needed}, and may take half of the ${megabytes(free.bytes)} that ${free.whose}.`;
  return { most, note };
}
