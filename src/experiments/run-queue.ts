// Training runs side by side: as many at a time as there are lanes, each with threads of its own over one copy of the samples. A run that
// is lost with its threads is repeated once; one that fails again, or otherwise, is reported, and the rest goes on. Results come in
// the order of the jobs, whatever the order in which the runs end.

import { setMaxListeners } from 'node:events';
import { asError, NablaError } from '../errors.js';
import type { Lane } from '../training/lane.js';

/** One training run. */
export interface Job<T> {
  /** What messages call it. */
  readonly name: string;
  /** How long it takes, in units of its own. The longest begin first, so that none is left for the end, when other lanes have nothing to do. */
  readonly work: number;
  run(lane: Lane, during: During): Promise<T>;
}

/** What a run may look at and must say while it is under way. */
export interface During {
  /** Stops it after its current step. */
  readonly signal: AbortSignal;
  /** Hears how much of the run is done, from 0 to 1. */
  progress(share: number): void;
}

/** What came of a job. */
export type Outcome<T> = { readonly value: T; readonly error?: undefined } | { readonly error: Error; readonly value?: undefined };

export interface QueueOptions<T> {
  /** Hears how far all runs are: how many have ended, of how many, and the share of the work that is done. */
  onProgress?: (done: number, of: number, share: number) => void;
  /** Hears of every run as it ends, whatever the order. */
  onEnded?: (index: number, outcome: Outcome<T>) => void;
  /** Hears of every run, in the order of the jobs. */
  onOutcome?: (index: number, outcome: Outcome<T>) => void;
  /** Stops all runs. */
  signal?: AbortSignal;
  /** Whether a run that fails stops the others. */
  failTogether?: boolean;
}

/** Threads that were lost, and not what they computed: another try may go well. */
const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set(['WORKER_LOST', 'WORKER_FAILED', 'TIMED_OUT']);

/** Whether what failed is lost with its threads, so that others may do it. */
export function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof NablaError && WORTH_ANOTHER_TRY.has(error.code);
}

/**
 * Runs all jobs.
 * @returns what came of each that was begun; fewer than there are jobs where all were stopped
 */
export async function runJobs<T>(
  jobs: readonly Job<T>[],
  lanes: readonly Lane[],
  options: QueueOptions<T> = {},
): Promise<(Outcome<T> | undefined)[]> {
  return new RunQueue(jobs, options).run(lanes);
}

class RunQueue<T> {
  readonly #jobs: readonly Job<T>[];
  readonly #options: QueueOptions<T>;
  /** Numbers of jobs that nobody has begun. */
  readonly #waiting: number[];
  readonly #outcomes: (Outcome<T> | undefined)[];
  /** How much of each run under way is done. */
  readonly #shares = new Map<number, number>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** How many of the first outcomes have been told. */
  #told = 0;
  #ended = 0;
  #listenerError: Error | undefined;

  constructor(jobs: readonly Job<T>[], options: QueueOptions<T>) {
    this.#jobs = jobs;
    this.#options = options;
    this.#waiting = jobs.map((_, index) => index).sort((a, b) => jobs[b].work - jobs[a].work || a - b);
    this.#outcomes = jobs.map(() => undefined);
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal;
    // Every run under way listens; Node takes more than ten for a leak.
    setMaxListeners(0, this.#signal);
  }

  async run(lanes: readonly Lane[]): Promise<(Outcome<T> | undefined)[]> {
    await Promise.all(lanes.map((lane) => this.#lane(lane)));
    if (this.#listenerError) throw this.#listenerError;
    // Of lanes that are all stuck nobody has taken the rest.
    for (const index of this.#signal.aborted ? [] : this.#waiting.splice(0)) this.#end(index, { error: noLane(this.#jobs[index]) });
    if (this.#listenerError) throw this.#listenerError;
    return this.#outcomes;
  }

  async #lane(lane: Lane): Promise<void> {
    for (;;) {
      const index = this.#signal.aborted ? undefined : this.#waiting.shift();
      if (index === undefined) return;
      const outcome = await this.#tryTwice(lane, index);
      // What was stopped has not ended: it is as if it had not begun.
      if (outcome.error && this.#signal.aborted) return;
      this.#end(index, outcome);
      if (lane.isStuck) return;
    }
  }

  async #tryTwice(lane: Lane, index: number): Promise<Outcome<T>> {
    const first = await this.#try(lane, index);
    return first.error && isWorthAnotherTry(first.error) && !this.#signal.aborted && !lane.isStuck ? this.#try(lane, index) : first;
  }

  async #try(lane: Lane, index: number): Promise<Outcome<T>> {
    const job = this.#jobs[index];
    try {
      return { value: await job.run(lane, { signal: this.#signal, progress: (share) => this.#progress(index, share) }) };
    } catch (error) {
      return { error: named(job, asError(error)) };
    } finally {
      this.#shares.delete(index);
    }
  }

  #end(index: number, outcome: Outcome<T>): void {
    this.#outcomes[index] = outcome;
    this.#ended++;
    if (outcome.error && this.#options.failTogether) this.#stop.abort();
    this.#tell(() => this.#options.onEnded?.(index, outcome));
    if (this.#listenerError) return;
    this.#tell(() => {
      this.#report();
      for (let next = this.#outcomes[this.#told]; next; next = this.#outcomes[++this.#told]) this.#options.onOutcome?.(this.#told, next);
    });
  }

  #progress(index: number, share: number): void {
    this.#shares.set(index, share);
    if (!this.#listenerError) this.#tell(() => this.#report());
  }

  /** What a listener throws ends all, and is no fault of the run that it was told of. */
  #tell(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#listenerError ??= asError(error);
      this.#stop.abort();
    }
  }

  #report(): void {
    const { onProgress } = this.#options;
    if (!onProgress) return;
    const share = (index: number): number => (this.#outcomes[index] ? 1 : (this.#shares.get(index) ?? 0));
    const all = this.#jobs.reduce((sum, { work }) => sum + work, 0);
    const done = this.#jobs.reduce((sum, { work }, index) => sum + share(index) * work, 0);
    onProgress(this.#ended, this.#jobs.length, done / all);
  }
}

function noLane<T>({ name }: Job<T>): NablaError {
  return new NablaError('THREAD_STUCK', `${name}: threads of runs before it do not end, and no others can take their place in this process.`);
}

/** An error with the run that it ended. */
function named<T>({ name }: Job<T>, error: Error): Error {
  if (!(error instanceof NablaError)) return error;
  const { next } = error;
  return new NablaError(error.code, `${name}: ${error.message}`, { cause: error, ...(next && { next }) });
}
