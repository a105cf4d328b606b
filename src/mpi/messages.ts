// Messages that all ranks send to all at the same time: short texts, each known by the rank that sent it. One thread at a time.

import { Collectives, othersOf, Parts } from './collectives.js';
import type { Deadline } from './deadline.js';
import type { MpiCalls } from './library.js';

/** Bytes of a message that go in one exchange; a longer one takes a second. */
const BLOCK = 2048;

/** What is asked of a rank here. */
interface Place {
  readonly rank: number;
  readonly size: number;
  /** Milliseconds that an exchange may take. */
  readonly limit: number;
  /** Names of the hosts, by rank, once they are known. */
  readonly hosts: readonly string[];
}

export class Messages {
  readonly #calls: MpiCalls;
  readonly #place: Place;
  readonly #collectives: Collectives;
  /** Blocks of all ranks' messages: length, then text. */
  readonly #blocks: Uint8Array;
  readonly #blockParts: Parts;

  constructor(calls: MpiCalls, deadline: Deadline, place: Place) {
    const { size } = place;
    this.#calls = calls;
    this.#place = place;
    this.#collectives = new Collectives(calls, deadline, 1);
    this.#blocks = new Uint8Array(size * BLOCK);
    this.#blockParts = new Parts(
      calls,
      Array.from({ length: size }, () => BLOCK),
      Array.from({ length: size }, (_, r) => r * BLOCK),
    );
  }

  /**
   * Tells all the others something, and hears what they say at the same time: texts by rank.
   * @throws {NablaError} RANK_LOST where not all do within the limit
   */
  async together(text: string): Promise<string[]> {
    const exchange = this.#exchange(text);
    for (;;) {
      const step = exchange.next();
      if (step.done) return step.value;
      await this.#collectives.finished(this.#place.limit, () => step.value);
    }
  }

  /** The same on a thread that has nothing else to do. */
  togetherNow(text: string): string[] {
    const exchange = this.#exchange(text);
    for (;;) {
      const step = exchange.next();
      if (step.done) return step.value;
      this.#collectives.finish(this.#place.limit, () => step.value);
    }
  }

  /** Posts what is to travel, and yields for what has to be waited then. */
  *#exchange(text: string): Generator<string, string[]> {
    const { rank, size } = this.#place;
    const bytes = Buffer.from(text);
    const block = (r: number): Buffer => Buffer.from(this.#blocks.buffer, r * BLOCK, BLOCK);
    block(rank).writeUInt32LE(bytes.length);
    bytes.copy(block(rank), 4);
    this.#collectives.post('bytes', this.#calls.address(this.#blocks), this.#blockParts);
    yield `for ${othersOf(this.#place)}`;
    const lengths = Array.from({ length: size }, (_, r) => block(r).readUInt32LE());
    if (lengths.every((length) => length <= BLOCK - 4)) return lengths.map((length, r) => block(r).toString('utf8', 4, 4 + length));
    let at = 0;
    const begins = lengths.map((length) => {
      at += length;
      return at - length;
    });
    const all = Buffer.alloc(at);
    all.set(bytes, begins[rank]);
    this.#collectives.post('bytes', this.#calls.address(all), new Parts(this.#calls, lengths, begins));
    yield `for ${at} bytes of messages`;
    return begins.map((begin, r) => all.toString('utf8', begin, begin + lengths[r]));
  }
}
