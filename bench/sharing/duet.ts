// Two threads that run calls of kernels, alone or both at once, without a barrier while they run. The main thread asks, and gets
// milliseconds. Knows nothing of what the calls are for (trials.ts).

import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { KernelChoice } from '../../src/kernels/bind.js';
import { Barrier } from '../../src/parallel/barrier.js';
import { SPINS_WITH_A_CORE } from '../../src/parallel/patience.js';
import { CONTROL, deskOf, sharedMemory } from './memory.js';
import { type LayoutName, TRIALS } from './trials.js';

/** Which call. */
export interface Part {
  readonly trial: string;
  readonly layout: LayoutName;
  /** Lines of a row that each thread writes. */
  readonly lines: number;
}

interface Request extends Part {
  readonly calls: number;
  /** Whether the other thread does the same. */
  readonly together: boolean;
}

interface Place {
  readonly memory: WebAssembly.Memory;
  readonly choice: KernelChoice;
  readonly index: number;
}

export class Duet {
  readonly #threads: readonly Worker[];

  /** @param program the file that calls `accompany` in the threads */
  constructor(program: URL, choice: KernelChoice) {
    const memory = sharedMemory();
    this.#threads = [0, 1].map((index) => new Worker(program, { workerData: { memory, choice, index } satisfies Place }));
  }

  /** Milliseconds of so many calls by one thread, the other one idle. */
  async alone(index: number, part: Part, calls: number): Promise<number> {
    return this.#ask(index, { ...part, calls, together: false });
  }

  /** Milliseconds until both threads, begun at once, have done so many calls each. */
  async both(part: Part, calls: number): Promise<number> {
    return Math.max(...(await Promise.all([0, 1].map((index) => this.#ask(index, { ...part, calls, together: true })))));
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  /** Rejects where the thread throws. */
  async #ask(index: number, request: Request): Promise<number> {
    const answer = once(this.#threads[index], 'message');
    this.#threads[index].postMessage(request);
    return (await answer)[0] as number;
  }
}

/** A thread's side: answers requests for as long as it lives. */
export async function accompany(): Promise<void> {
  const { memory, choice, index } = workerData as Place;
  const desk = await deskOf(choice, memory, index);
  const barrier = new Barrier(memory, CONTROL, 2, index, { spins: SPINS_WITH_A_CORE, timeout: 60_000 });
  parentPort?.on('message', ({ trial, layout, lines, calls, together }: Request) => {
    const call = TRIALS.find(({ id }) => id === trial)?.layouts[layout]?.(desk, lines);
    if (!call) throw new Error(`${trial} has no layout ${layout}`);
    if (together) barrier.cross();
    const start = performance.now();
    for (let k = 0; k < calls; k++) call();
    parentPort?.postMessage(performance.now() - start);
  });
}
