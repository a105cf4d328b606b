// What the pool knows of threads: each has a port, over which it offers a GradientWorker, and ends some time. Where they come from depends
// on the surroundings: Node's by piscina (node.ts), a page's Web Workers (page.ts), or, where a page may not share memory, the one thread
// that there is (own-thread.ts). Which of these is meant by '#threads' stands in package.json.

import type { Endpoint } from 'comlink';

export interface Thread {
  /** Where its worker is called; comlink wraps it. */
  readonly port: Endpoint & { close(): void };
  /** Settles, and never throws, when the thread's session has ended: with why, to be said where it should not have. */
  readonly ended: Promise<string>;
  /** Ends it by force, as if it had crashed. */
  terminate(): Promise<void>;
}

export interface Threads {
  readonly all: readonly Thread[];
  /** What each of them loads, for whoever has to find out why one did not start. */
  readonly loads: string;
  /** Ends whatever is left of them, by force; settles when they have ended. */
  terminate(): Promise<void>;
}

/**
 * Starts so many threads, which boot while the caller goes on.
 * @throws {NablaError} INCOMPLETE or NO_THREADS where there can be none, WORKER_LOST where the system has no room for so many
 */
export type StartThreads = (count: number) => Threads;
