// Samples in one memory for any number of sessions, which share them: they are copied once, whatever the number of networks that are
// trained on them at the same time. Behind them lie the places in which sessions have all else, one after another; the same memory may be
// divided anew, into fewer and larger places.
//
//   samples | place 0 | place 1 | …
//
// A session may see other splits than those that were stored: each is looked for by its own view of the same array. Where samples are
// stored in a ring, a view may begin anywhere among them and go on with the first after the last.

import { countSamples, type Dataset, isRegression, SPLITS, type Split } from '../../data/dataset.js';
import type { InputFormat, Samples } from '../../model/input.js';
import { freeMemory } from '../../system/memory.js';
import { allocateArena, FIRST_ADDRESS, fits, type HeldSamples, planSamples, Room } from './arena.js';
import { bytesToShare, copySamples, outsideSplits, recordBytes, valueBytes } from './samples.js';

/** What is stored. */
export interface StoredData {
  readonly data: Dataset;
  /** Whether the array of the training samples holds them twice, one copy after the other, so that views may go on from the last to the first. */
  readonly ring?: boolean;
}

/** Numbers of a split's samples in the store: `first`, first + 1, …, and after of - 1 again from 0. */
export interface SplitPlace {
  readonly first: number;
  readonly of: number;
}

/** Where a session has all but its samples, and where these are. */
export interface Place {
  /** Tells the places of a process apart. */
  readonly number: number;
  readonly memory: WebAssembly.Memory;
  readonly base: number;
  readonly bytes: number;
  readonly samples: Samples;
  readonly held: HeldSamples;
  /** Where the splits of a data set are that is made of the stored one. */
  splits(data: Dataset): Readonly<Record<Split, SplitPlace>>;
}

let places = 0;

/** What bytes take where each place begins a line of memory. */
const inLines = (bytes: number): number => 64 * Math.ceil(bytes / 64);

/** So many places of so many bytes. */
export interface Division {
  readonly count: number;
  readonly bytes: number;
}

export class SampleStore {
  /** Bytes that all sessions share, with their places. */
  readonly bytes: number;
  /** Whether the samples lie in buffers of their own. */
  readonly outside: boolean;
  readonly #stored: StoredData;
  readonly #firsts: Readonly<Record<Split, number>>;
  readonly #memory: WebAssembly.Memory;
  readonly #samples: Samples;
  readonly #held: HeldSamples;
  /** Address of the first place. */
  readonly #base: number;
  readonly #end: number;
  /** Of its places, also after it was divided anew: what a thread has built for one is forgotten when another session comes there. */
  readonly #numbers: number[];

  /**
   * @param divisions how the memory may be divided into places, when the samples are in it or outside of it
   * @param before a store whose sessions are over, for the same threads: its memory is used again where it is large enough
   * @throws {RangeError} where it all does not fit into memory
   */
  constructor(stored: StoredData, input: InputFormat, divisions: (outside: boolean) => readonly Division[], before?: SampleStore) {
    const { data } = stored;
    const counts = SPLITS.map((split) => countSamples(data, split));
    this.#stored = stored;
    this.#firsts = { training: 0, validation: counts[0], test: counts[0] + counts[1] };
    const plan = (outside: boolean) => {
      const room = new Room(FIRST_ADDRESS);
      const { inputs, classes: outputs } = data;
      const kind = { input, inputs, outputs, valueBytes: valueBytes(data), recordBytes: recordBytes(data, input), realTargets: isRegression(data) };
      const held = planSamples({ ...kind, samples: counts.reduce((a, b) => a + b), outside }, (size) => room.take(size));
      const base = room.take(Math.max(0, ...divisions(outside).map(({ count, bytes }) => count * inLines(bytes))));
      return { held, base, bytes: room.end };
    };
    const free = freeMemory();
    const inside = plan(false);
    const again = before && inside.bytes <= before.#memory.buffer.byteLength ? before.#memory : undefined;
    const outside = !again && input === 'dense' && !fits(inside, free);
    const { held, base, bytes } = outside ? plan(true) : inside;
    const besides = outside ? bytesToShare(data) : 0;
    const memory = again ?? allocateArena({ ...held, bytes, blocks: 0, tags: 0 }, free, besides);
    if (again) new Uint8Array(again.buffer, 0, bytes).fill(0);
    copySamples(data, input, outside, held, memory);
    const { starts, values } = held;
    this.#samples = { valueBytes: valueBytes(data), scale: data.scale, values, starts, ...(outside && { outside: outsideSplits(data) }) };
    this.#memory = memory;
    this.#numbers = before ? before.#numbers : [];
    this.#held = held;
    this.#base = base;
    this.#end = bytes;
    this.outside = outside;
    this.bytes = bytes + besides;
  }

  /** Whether so many places of this size can be had. */
  hasRoomFor({ count, bytes }: Division): boolean {
    return this.#base + count * inLines(bytes) <= this.#end;
  }

  /** Places, over those before: nobody may be at work in them any more. */
  divide(division: Division): Place[] {
    if (!this.hasRoomFor(division)) throw new Error(`There is no room for ${division.count} places of ${division.bytes} bytes.`);
    const { count, bytes } = division;
    while (this.#numbers.length < count) this.#numbers.push(++places);
    return Array.from({ length: count }, (_, k) => ({
      number: this.#numbers[k],
      memory: this.#memory,
      base: this.#base + k * inLines(bytes),
      bytes,
      samples: this.#samples,
      held: this.#held,
      splits: (data: Dataset) => this.#splits(data),
    }));
  }

  #splits(data: Dataset): Readonly<Record<Split, SplitPlace>> {
    const placeOf = (split: Split): SplitPlace => this.#find(data, split);
    return { training: placeOf('training'), validation: placeOf('validation'), test: placeOf('test') };
  }

  /** Where a split is: in the array of any of those that were stored. */
  #find(data: Dataset, split: Split): SplitPlace {
    const { values } = data[split];
    if (values.length === 0) return { first: 0, of: 1 };
    for (const stored of SPLITS) {
      const all = this.#stored.data[stored].values;
      const of = countSamples(this.#stored.data, stored);
      const ring = stored === 'training' && this.#stored.ring === true;
      const first = (values.byteOffset - all.byteOffset) / all.BYTES_PER_ELEMENT / data.inputs;
      const end = first + countSamples(data, split);
      if (values.buffer !== all.buffer || first < 0 || end > (ring ? 2 * of : of)) continue;
      // What is evaluated lies in one piece: only an order goes around.
      if (ring && split !== 'training' && first < of && end > of) continue;
      // A ring's samples are numbered from 0 on, because they are the first ones.
      return ring ? { first: first % of, of } : { first: this.#firsts[stored] + first, of: Number.POSITIVE_INFINITY };
    }
    throw new Error(`The ${split} samples are none of those that are stored.`);
  }
}
