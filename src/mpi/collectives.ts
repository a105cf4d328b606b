// Collectives of one thread on buffers of its own: posted, polled, and never waited for without a limit. Nothing moves in the background:
// what is posted travels while somebody tests it.
//
// Every wait is also told to the watchdog (watchdog.ts), which ends the process where a call of the library does not return.

import { NablaError } from '../errors.js';
import { nap } from '../system/nap.js';
import type { Deadline } from './deadline.js';
import type { MpiCalls, MpiType } from './library.js';

/** Polls between two looks at the clock. */
const POLLS = 64;
/** Milliseconds of polling after which a thread sleeps between polls: its peer may need the core. */
const SPIN = 0.2;
/** Milliseconds of such a sleep: about what the system takes to wake a thread. */
const NAP = 0.05;
/** Milliseconds between two looks at the clock from which on this process was stopped meanwhile (Ctrl-Z), and the others with it. */
const STOPPED = 1000;

/** Who has which part of a buffer: an [size] list of counts and displacements, both in elements. Filled once, for many exchanges. */
export class Parts {
  readonly #counts: Int32Array;
  readonly #displs: Int32Array;
  readonly countsAt: number;
  readonly displsAt: number;

  /** @throws {RangeError} for what MPI could not count */
  constructor(calls: Pick<MpiCalls, 'address'>, counts: readonly number[], displs: readonly number[]) {
    for (const count of [...counts, ...displs]) {
      if (!(Number.isInteger(count) && count >= 0 && count < 2 ** 31)) throw new RangeError(`A part of ${count} elements cannot travel at once.`);
    }
    this.#counts = Int32Array.from(counts);
    this.#displs = Int32Array.from(displs);
    this.countsAt = calls.address(this.#counts);
    this.displsAt = calls.address(this.#displs);
  }

  countOf(rank: number): number {
    return this.#counts[rank];
  }

  /** Elements of all ranks together. */
  get total(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }
}

/** The others as one of the ranks names them. */
export function othersOf({ rank, size, hosts }: { readonly rank: number; readonly size: number; readonly hosts: readonly string[] }): string {
  if (size > 2) return `the other ${size - 1} processes`;
  return hosts.length < size ? 'the other process' : `rank ${1 - rank} on ${hosts[1 - rank]}`;
}

export class Collectives {
  readonly #calls: MpiCalls;
  readonly #deadline: Deadline;
  readonly #requests: Uint8Array;
  readonly #requestsAt: number;
  readonly #most: number;
  #open = 0;
  /** What is under way goes by these until it is over: the library may read counts and displacements as long as it moves anything. */
  readonly #held: Parts[] = [];

  /** @param most how many may be under way at once */
  constructor(calls: MpiCalls, deadline: Deadline, most: number) {
    this.#calls = calls;
    this.#deadline = deadline;
    this.#most = most;
    this.#requests = new Uint8Array(most * calls.requestBytes);
    this.#requestsAt = calls.address(this.#requests);
  }

  /** Begins to send this rank's part of a buffer to all, and to receive theirs. */
  post(type: MpiType, buffer: number, parts: Parts): void {
    this.#held[this.#open] = parts;
    const request = this.#next();
    this.#deadline.begin();
    this.#calls.iallgatherv(type, buffer, parts.countsAt, parts.displsAt, request);
    this.#deadline.end();
  }

  /** Begins to send each rank a part of a buffer of its own, and to receive one from each. */
  postToEach(type: MpiType, buffer: number, parts: Parts, into: number, received: Parts): void {
    const request = this.#next();
    this.#deadline.begin();
    this.#calls.ialltoallv(type, buffer, parts.countsAt, parts.displsAt, into, received.countsAt, received.displsAt, request);
    this.#deadline.end();
  }

  /** Begins to send rank 0's buffer to all. */
  postFromFirst(type: MpiType, buffer: number, count: number): void {
    const request = this.#next();
    this.#deadline.begin();
    this.#calls.ibcast(type, buffer, count, request);
    this.#deadline.end();
  }

  #next(): number {
    if (this.#open === this.#most) throw new Error(`More than ${this.#most} exchanges at once.`);
    return this.#requestsAt + this.#open++ * this.#calls.requestBytes;
  }

  /** Moves what is under way on; returns whether nothing is any more. Between two calls any time may pass. */
  test(): boolean {
    this.#deadline.begin();
    const isDone = this.#isDone();
    this.#deadline.end();
    return isDone;
  }

  #isDone(): boolean {
    if (this.#open > 0 && !this.#calls.testAll(this.#open, this.#requestsAt)) return false;
    this.#open = 0;
    return true;
  }

  /**
   * Waits until all is done, polling, on a thread that may.
   * @param limit in milliseconds
   * @param what names what was waited for
   * @throws {NablaError} RANK_LOST
   */
  finish(limit: number, what: () => string): void {
    this.#deadline.begin();
    for (let wait: Wait | undefined; !this.#isDoneSoon(); ) {
      wait ??= new Wait();
      const waited = wait.milliseconds;
      if (waited > limit) throw this.#lost(limit, what());
      if (waited > SPIN) nap(NAP);
    }
    this.#deadline.end();
  }

  #isDoneSoon(): boolean {
    for (let poll = 0; poll < POLLS; poll++) if (this.#isDone()) return true;
    return false;
  }

  /** The same on a thread that has other things to do. */
  async finished(limit: number, what: () => string): Promise<void> {
    const wait = new Wait();
    this.#deadline.begin();
    while (!this.#isDone()) {
      const waited = wait.milliseconds;
      if (waited > limit) throw this.#lost(limit, what());
      // At first at once: most waits are short. Then a thousand times a second.
      await new Promise((resolve) => (waited < 20 ? setImmediate(resolve) : setTimeout(resolve, 1)));
    }
    this.#deadline.end();
  }

  /** From here on this process has little time: the others may have gone, or may go. */
  #lost(limit: number, what: string): NablaError {
    this.#deadline.giveUp();
    const who = `Waited ${limit / 1000} s ${what}`;
    return new NablaError('RANK_LOST', `${who}: a process, its host or the network between them does not answer (--timeout allows it more seconds).`);
  }
}

/** How long a wait has lasted, without the time in which this process was stopped. */
class Wait {
  #begin = performance.now();
  #last = this.#begin;

  get milliseconds(): number {
    const now = performance.now();
    if (now - this.#last > STOPPED) this.#begin += now - this.#last;
    this.#last = now;
    return now - this.#begin;
  }
}
