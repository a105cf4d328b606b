// The way from a worker's memory to the other ranks: the library bound in this thread, and addresses as it sees them.

import { Collectives, othersOf, Parts } from '../../mpi/collectives.js';
import { Deadline } from '../../mpi/deadline.js';
import { bindMpi, type MpiCalls } from '../../mpi/library.js';
import type { RankOptions } from '../../mpi/world.js';

export class Link {
  readonly rank: number;
  readonly size: number;
  /** Milliseconds that an exchange may take. */
  readonly limit: number;
  readonly hosts: readonly string[];
  readonly memory: WebAssembly.Memory;
  /** What exchanges have taken in this part of an epoch: milliseconds, and floats that this rank has sent. */
  readonly spent = new Float64Array(2);
  readonly #calls: MpiCalls;
  readonly #deadline: Deadline;
  /** Where the session's memory begins, as the library sees it. */
  readonly #base: number;

  constructor({ rank, size, limit, hosts, library, watch }: RankOptions, memory: WebAssembly.Memory) {
    this.rank = rank;
    this.size = size;
    this.limit = limit;
    this.hosts = hosts;
    this.memory = memory;
    this.#calls = bindMpi(library);
    this.#deadline = new Deadline(watch, limit);
    this.#base = this.#calls.address(new Uint8Array(memory.buffer, 0, 8));
  }

  /** The other ranks, as an error names them. */
  get others(): string {
    return othersOf(this);
  }

  /** Part of an exchange is done: it began then, and sends so many floats of this rank. */
  spend(begin: number, floats = 0): void {
    this.spent[0] += performance.now() - begin;
    this.spent[1] += floats;
  }

  /** Collectives of this thread, of which so many may be under way at once. */
  collectives(most: number): Collectives {
    return new Collectives(this.#calls, this.#deadline, most);
  }

  /** @param counts and displs in elements, by rank */
  parts(counts: readonly number[], displs: readonly number[]): Parts {
    return new Parts(this.#calls, counts, displs);
  }

  /** An address of the session's memory, as the library sees it. */
  at(address: number): number {
    return this.#base + address;
  }

  /** The same of an array of this thread's own, which its owner keeps. */
  addressOf(array: ArrayBufferView): number {
    return this.#calls.address(array);
  }
}
