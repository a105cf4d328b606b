// The pool of worker threads, on the thread that has the run. Where threads come from, `threads/` knows; comlink carries the calls. A call to a dead thread never settles, so every call is raced with the
// sessions' ends, and with a watch over the workers' counters; whatever fails, the barrier is poisoned, so that the
// other workers wake, and the threads are ended. Nothing here waits without a limit.
//
//   starting ──attach──▶ ready ──runEpoch, evaluate──▶ busy ──▶ ready ──close──▶ closed
//        └──────────────────┴────── a thread ends, throws or stalls ──────────▶ failed (only close is left)
//
// A pool may be attached again, to another session or to the same one with fewer or more of its threads: the first ones
// work, and the rest sleep at their ports.

import { type Remote, releaseProxy, wrap } from 'comlink';
import { startThreads } from '#threads';
import { asError, NablaError } from '../errors.js';
import type { KernelChoice } from '../kernels/bind.js';
import { checkWebAssembly } from '../system/shared-memory.js';
import { Control, STOPPED } from './barrier.js';
import {
  type EpochOptions,
  type EpochPart,
  type EvaluationOptions,
  type EvaluationPart,
  type GradientWorker,
  type Reply,
  type SessionOptions,
  type Usage,
  unpack,
} from './protocol.js';
import type { StartThreads, Thread, Threads } from './threads/threads.js';

/** Milliseconds that a thread may take to start and attach, and to close. */
const START_LIMIT = 30_000;
const CLOSE_LIMIT = 2_000;
/** And how long to end by force: a busy machine may take its time. */
const END_LIMIT = 10_000;
/** Milliseconds that workers may take to leave a barrier once they are freed. */
const FREEING_LIMIT = 1_000;
/** How often the workers' counters are looked at, and how much longer than a barrier's own time-out they may stand still. */
const WATCH_INTERVAL = 1_000;
const WATCH_GRACE = 2_000;

let stuck = false;

/** Whether a thread of this process could not be ended: the process then lasts as long as the code that it is in. */
export function hasStuckThread(): boolean {
  return stuck;
}

interface Member extends Thread {
  readonly remote: Remote<GradientWorker>;
}

export class WorkerPool {
  /** Threads: the most workers that a session may have. */
  readonly threads: number;
  readonly #started: Threads;
  readonly #members: readonly Member[];
  /**
   * Called when a thread ends that should not. (A promise that lasts as long as the pool would keep everything in memory that ever
   * raced with it.)
   */
  readonly #watchers = new Set<(error: NablaError) => void>();
  #lost: NablaError | undefined;
  /** The threads at work in the session attached. */
  #active: readonly Member[];
  #control: Control | undefined;
  #timeout = 0;
  /** Whether the threads have loaded what they run: until one has answered, its end is that of a file that cannot be loaded. */
  #loaded = false;
  #closing = false;
  #closed: Promise<boolean> | undefined;

  /**
   * Starts the threads; they boot while the caller goes on.
   * @param start where they come from
   */
  constructor(threads: number, start: StartThreads = startThreads) {
    // Before there are threads: without WebAssembly a message from one ends Node 22 by itself, whose events need it.
    checkWebAssembly();
    this.threads = threads;
    this.#started = start(threads);
    this.#members = this.#started.all.map((thread) => ({ ...thread, remote: wrap<GradientWorker>(thread.port) }));
    this.#active = this.#members;
    for (const [i, { ended }] of this.#members.entries()) ended.then((why) => this.#lose(i, why));
  }

  #lose(i: number, reason: string): void {
    if (this.#closing || this.#lost) return;
    this.#lost = this.#lostWorker(i, reason);
    this.#control?.poison();
    for (const tell of this.#watchers) tell(this.#lost);
  }

  #lostWorker(i: number, reason: string): NablaError {
    if (!this.#loaded)
      return new NablaError('WORKER_LOST', `Worker ${i + 1} of ${this.#active.length} did not start (it loads ${this.#started.loads}): ${reason}.`);
    const where = this.#control && i < this.#active.length ? ` at ${this.#control.where(i)}` : '';
    return new NablaError('WORKER_LOST', `Worker ${i + 1} of ${this.#active.length} was lost${where}: ${reason}.`);
  }

  #failedWorker(i: number, error: Error): NablaError {
    const message = `Worker ${i + 1} of ${this.#active.length} failed at ${this.#control?.where(i)}: ${error.message.replace(/\.?$/, '.')}`;
    return new NablaError('WORKER_FAILED', message, { cause: error });
  }

  /** Control words of the session, once attached. */
  get control(): Control {
    if (!this.#control) throw new Error('The pool is not attached.');
    return this.#control;
  }

  /** Gives every worker its part of a session, which then uses the first `session.workers` of the threads. */
  async attach(session: Omit<SessionOptions, 'index'>, kernels: KernelChoice, memory: WebAssembly.Memory): Promise<void> {
    this.#active = this.#members.slice(0, session.workers);
    this.#control = new Control(memory, session.arena.control, session.workers);
    this.#control.reset();
    this.#timeout = session.waiting.timeout;
    await this.#all((remote, index) => remote.attach({ ...session, index }, kernels, memory), START_LIMIT);
    this.#loaded = true;
  }

  /** All workers train an epoch in lockstep. */
  async runEpoch(options: EpochOptions): Promise<EpochPart[]> {
    this.control.clear();
    return this.#all((remote) => remote.runEpoch(options), this.#timeout + WATCH_GRACE);
  }

  /** The workers share out an evaluation. */
  async evaluate(options: EvaluationOptions): Promise<EvaluationPart[]> {
    this.control.clear();
    return this.#all((remote) => remote.evaluate(options), this.#timeout + WATCH_GRACE);
  }

  /** What each worker has used so far. */
  async measure(): Promise<Usage[]> {
    return this.#all((remote) => remote.measure(), START_LIMIT);
  }

  /**
   * One call to every worker; settles when all have, or when one is lost, or when for `limit` milliseconds none of them has
   * counted a sample.
   */
  async #all<T>(call: (remote: Remote<GradientWorker>, index: number) => Promise<Reply<T>>, limit: number): Promise<T[]> {
    const watch = this.#watch(limit);
    const calls = this.#active.map(async ({ remote }, index) => {
      try {
        return unpack(await call(remote, index));
      } catch (error) {
        throw error instanceof NablaError ? error : this.#failedWorker(index, asError(error));
      }
    });
    const all = Promise.allSettled(calls);
    // A worker that waited in vain for a stuck one reports that long before the stuck one returns, if it ever does.
    const failed = Promise.all(calls).then(
      () => all,
      async (error) => {
        this.#control?.poison();
        if (await within(FREEING_LIMIT, all)) return all;
        throw error;
      },
    );
    try {
      const settled = await Promise.race([failed, watch.over]);
      const errors = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      // A worker that was freed from a barrier reports a symptom; the cause is in the error of another one.
      if (errors.length > 0) throw errors.find((error) => !(error instanceof NablaError && error.code === 'FREED')) ?? errors[0];
      return settled.map((result) => (result as PromiseFulfilledResult<T>).value);
    } catch (error) {
      this.#control?.poison();
      throw error;
    } finally {
      watch.end();
    }
  }

  /** Rejects when a thread is lost, or when for `limit` milliseconds no worker has counted a sample. */
  #watch(limit: number): { over: Promise<never>; end: () => void } {
    let timer: ReturnType<typeof setInterval>;
    let tell: (error: NablaError) => void = () => {};
    const over = new Promise<never>((_, reject) => {
      tell = reject;
      this.#watchers.add(tell);
      if (this.#lost) reject(this.#lost);
      let seen = -1;
      let since = performance.now();
      let last = since;
      timer = setInterval(() => {
        const now = performance.now();
        const samples = this.#control?.samples ?? 0;
        const stopped = now - last > WATCH_INTERVAL + STOPPED;
        last = now;
        // While the process is stopped (Ctrl-Z), no worker makes progress.
        if (samples !== seen || stopped) [seen, since] = [samples, now];
        else if (now - since > limit) {
          const places = this.#active.map((_, i) => `worker ${i + 1}: ${this.#control?.where(i) ?? 'not attached'}`);
          reject(new NablaError('TIMED_OUT', `No worker has moved for ${Math.round(limit / 1000)} s (${places.join('; ')}).`));
        }
      }, WATCH_INTERVAL);
    });
    over.catch(() => {});
    const end = (): void => {
      clearInterval(timer);
      this.#watchers.delete(tell);
    };
    return { over, end };
  }

  /** Ends one worker's thread by force, as if it had crashed. */
  async endThread(index: number): Promise<void> {
    await this.#members[index].terminate();
  }

  /**
   * Ends the sessions and the threads; after a failure, or where a worker does not answer, by force. Never throws.
   * @returns whether all threads have ended: only then is their memory to be trusted
   */
  close(): Promise<boolean> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<boolean> {
    this.#closing = true;
    this.#control?.poison();
    for (const { remote } of this.#members) remote.close().catch(() => {});
    await within(CLOSE_LIMIT, Promise.all(this.#members.map(({ ended }) => ended)));
    for (const { remote, port } of this.#members) {
      remote[releaseProxy]();
      port.close();
    }
    const ended = await within(END_LIMIT, this.#started.terminate());
    if (!ended) stuck = true;
    return ended;
  }
}

/** Waits for a promise to settle, but not longer than `limit` milliseconds; returns whether it did. */
async function within(limit: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limit);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([settled, late]);
  clearTimeout(timer);
  return inTime;
}
