// Everything that threads say to each other while an epoch runs: a barrier, and a few control words. All atomic operations
// of the project stand here. One Int32Array in the arena, each word on a line pair of its own (two cache lines, because the
// processor fetches neighbours), so that polling one word never disturbs another.
//
//   word          written by                     read by
//   ARRIVED       each worker, on arrival        the last to arrive
//   GENERATION    the last to arrive; poison     all who wait
//   SLEEPERS      who goes to sleep              the last to arrive
//   POISON        main, or a worker that fails   all, after each crossing
//   INTERRUPT     main                           worker 0, once a step
//   STOP          any worker, before a barrier   all, after it
//   worker i      worker i: crossings, step,     main (progress), and the siblings when a wait times out;
//                 phase, samples done, sight     sight: worker 0, after a barrier
//
// A worker's own words are plain stores: nobody synchronises on them, and an atomic store costs 20 cycles.

import { NablaError } from '../errors.js';
import { Patience } from './patience.js';

const LINE = 32;
const ARRIVED = 0 * LINE;
const GENERATION = 1 * LINE;
const SLEEPERS = 2 * LINE;
const POISON = 3 * LINE;
const INTERRUPT = 4 * LINE;
const STOP = 5 * LINE;
const FIRST_WORKER = 6 * LINE;
/** Words inside a worker's line. */
const CROSSINGS = 0;
const STEP = 1;
const PHASE = 2;
const SAMPLES = 3;
const HITS = 4;
const ROW = 5;
const LAYER = 6;

export const PHASES = ['idle', 'forward and backward', 'update', 'evaluation'] as const;
export type Phase = 0 | 1 | 2 | 3;

/** Why an epoch ends before its last step. */
export const STOP_INTERRUPTED = 1;
export const STOP_DIVERGED = 2;

/** Bytes of the control words of N workers. */
export function controlBytes(workers: number): number {
  return (FIRST_WORKER + workers * LINE) * 4;
}

/** How the workers wait. */
export interface Waiting {
  /** The most polls before a waiting thread goes to sleep (see Patience); 0 where threads outnumber cores. */
  readonly spins: number;
  /** Milliseconds after which a wait fails, naming who is missing. */
  readonly timeout: number;
}

/** Milliseconds by which a thread that is not stopped does not wake too late, on a busy machine either. */
export const STOPPED = 1000;

/** The control words as the main thread sees them. */
export class Control {
  readonly #words: Int32Array;
  readonly #workers: number;

  constructor(memory: WebAssembly.Memory, address: number, workers: number) {
    this.#words = new Int32Array(memory.buffer, address, controlBytes(workers) / 4);
    this.#workers = workers;
  }

  /** Asks the workers to stop after the current step. */
  interrupt(): void {
    Atomics.store(this.#words, INTERRUPT, 1);
  }

  /** Frees every waiting worker with an error. For good: a poisoned pool is only to be closed. */
  poison(): void {
    poison(this.#words);
  }

  /** Readies the words for workers that are about to attach, also after others were poisoned; only while none runs. */
  reset(): void {
    this.#words.fill(0);
  }

  /** Readies the words for another epoch; only while no worker runs one. */
  clear(): void {
    Atomics.store(this.#words, STOP, 0);
    Atomics.store(this.#words, INTERRUPT, 0);
    for (let i = 0; i < this.#workers; i++) Atomics.store(this.#words, FIRST_WORKER + i * LINE + SAMPLES, 0);
  }

  /** Samples that all workers together have done in this epoch. */
  get samples(): number {
    let sum = 0;
    for (let i = 0; i < this.#workers; i++) sum += Atomics.load(this.#words, FIRST_WORKER + i * LINE + SAMPLES);
    return sum;
  }

  /** What worker i is at: 'step 12, update'. */
  where(worker: number): string {
    return where(this.#words, worker);
  }
}

/** What the workers of a process have seen together; numbers of rows and workers count from 1. */
export interface Reports {
  hits: number;
  row: number;
  layer: number;
  worker: number;
}

/** Worker i's side of the barrier and the control words. */
export class Barrier {
  readonly #words: Int32Array;
  readonly #workers: number;
  readonly #line: number;
  readonly #index: number;
  readonly #waiting: Waiting;
  readonly #patience: Patience;
  #crossings = 0;

  constructor(memory: WebAssembly.Memory, address: number, workers: number, index: number, waiting: Waiting) {
    this.#words = new Int32Array(memory.buffer, address, controlBytes(workers) / 4);
    this.#workers = workers;
    this.#index = index;
    this.#line = FIRST_WORKER + index * LINE;
    this.#waiting = waiting;
    this.#patience = new Patience(waiting.spins);
  }

  /**
   * Returns when all workers have called it. What each wrote to shared memory before is then visible to all.
   * @throws {NablaError} FREED when poisoned; TIMED_OUT when a sibling does not come.
   */
  cross(): void {
    if (this.#workers === 1) return;
    const words = this.#words;
    words[this.#line + CROSSINGS] = ++this.#crossings;
    // Read before arriving: once the last has arrived the generation may change at any time.
    const generation = Atomics.load(words, GENERATION);
    // Poison is set before the generation changes: so whoever read the generation after that change sees it here, and whoever
    // read it before sees the change. Without this, one who comes after the poison would wait for its time-out.
    this.#heedPoison();
    if (Atomics.add(words, ARRIVED, 1) === this.#workers - 1) {
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, GENERATION, 1);
      // A sleeper counts itself before it looks at the generation for the last time; so either it sees the new
      // generation, or it is counted here and woken.
      if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, GENERATION);
    } else {
      this.#wait(generation);
    }
    this.#heedPoison();
  }

  #heedPoison(): void {
    if (Atomics.load(this.#words, POISON) === 0) return;
    throw new NablaError('FREED', `Worker ${this.#index + 1} was freed from a barrier, because another worker failed.`);
  }

  #wait(generation: number): void {
    const words = this.#words;
    for (let spin = this.#patience.spins; spin > 0; spin--) {
      if (Atomics.load(words, GENERATION) !== generation) return;
    }
    Atomics.add(words, SLEEPERS, 1);
    const begin = performance.now();
    let end = begin + this.#waiting.timeout;
    while (Atomics.load(words, GENERATION) === generation) {
      if (Atomics.wait(words, GENERATION, generation, Math.max(0, end - performance.now())) !== 'timed-out') continue;
      const late = performance.now() - end;
      // Who wakes so late was stopped, with all others (Ctrl-Z, a container that is paused): the wait starts again.
      if (late > STOPPED) end += late + this.#waiting.timeout;
      else {
        Atomics.sub(words, SLEEPERS, 1);
        throw this.#timedOut();
      }
    }
    Atomics.sub(words, SLEEPERS, 1);
    this.#patience.noteSleep(begin, performance.now());
  }

  #timedOut(): NablaError {
    const missing: string[] = [];
    for (let i = 0; i < this.#workers; i++) {
      const behind = Atomics.load(this.#words, FIRST_WORKER + i * LINE + CROSSINGS) < this.#crossings;
      if (behind) missing.push(`worker ${i + 1} (${where(this.#words, i)})`);
    }
    poison(this.#words);
    const seconds = this.#waiting.timeout / 1000;
    return new NablaError(
      'TIMED_OUT',
      `Worker ${this.#index + 1} waited ${seconds} s at ${where(this.#words, this.#index)} for ${missing.join(', ')}.`,
    );
  }

  /** Says where this worker is; read by others only when something goes wrong. */
  enter(phase: Phase, step: number): void {
    this.#words[this.#line + PHASE] = phase;
    this.#words[this.#line + STEP] = step;
  }

  /** Counts samples done, for the progress line. */
  count(samples: number): void {
    this.#words[this.#line + SAMPLES] += samples;
  }

  /** Before a barrier: what this worker has seen, for the one that speaks for all; row and layer where it diverged, the row from 1, or 0. */
  report(hits: number, row: number, layer: number): void {
    this.#words[this.#line + HITS] = hits;
    this.#words[this.#line + ROW] = row;
    this.#words[this.#line + LAYER] = layer;
  }

  /** What all workers reported before the last barrier, to `into`: their hits; and the first row that diverged, its layer and worker, or 0. */
  readReports(into: Reports): void {
    into.hits = 0;
    into.row = 0;
    for (let i = 0; i < this.#workers; i++) {
      const line = FIRST_WORKER + i * LINE;
      into.hits += this.#words[line + HITS];
      const row = this.#words[line + ROW];
      if (row === 0 || (into.row !== 0 && into.row < row)) continue;
      into.row = row;
      into.layer = this.#words[line + LAYER];
      into.worker = i + 1;
    }
  }

  /** Before a barrier: asks all workers to leave the epoch after it. */
  stop(cause: number): void {
    Atomics.store(this.#words, STOP, cause);
  }

  /** Worker 0 before a barrier: passes on what the main thread asked for. */
  heedInterrupt(): void {
    if (this.interrupted) Atomics.compareExchange(this.#words, STOP, 0, STOP_INTERRUPTED);
  }

  /** Whether the main thread asked for a stop. Inside an epoch only worker 0 may act on it, or the workers would part. */
  get interrupted(): boolean {
    return Atomics.load(this.#words, INTERRUPT) !== 0;
  }

  /** After a barrier: 0, or why all workers leave the epoch now. The same for all, since nobody stops between two barriers of a step. */
  get stopped(): number {
    return Atomics.load(this.#words, STOP);
  }

  /** Frees the siblings with an error, because this worker cannot go on. */
  poison(): void {
    poison(this.#words);
  }
}

function poison(words: Int32Array): void {
  Atomics.store(words, POISON, 1);
  Atomics.add(words, GENERATION, 1);
  Atomics.notify(words, GENERATION);
}

function where(words: Int32Array, worker: number): string {
  const line = FIRST_WORKER + worker * LINE;
  const phase = PHASES[Atomics.load(words, line + PHASE)];
  return `step ${Atomics.load(words, line + STEP) + 1}, ${phase}`;
}
