// Worker threads of Node. piscina starts and ends them: one pending task per thread is that worker's session.

import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { ownFile } from '../../system/own-file.js';
import { checkThreadsAllowed, endOfThread, threadsRefused } from '../../system/threads.js';
import type { StartThreads, Thread, Threads } from './threads.js';

/** What each thread loads. */
const WORKER = 'dist/workers/gradient.js';

export const startThreads: StartThreads = (count: number): Threads => {
  const piscina = start(count);
  const all = Array.from({ length: count }, (_, i): Thread => {
    const { port1, port2 } = new MessageChannel();
    const session = piscina.run({ port: port2 }, { transferList: [port2] }) as Promise<void>;
    return {
      port: port1 as never,
      ended: session.then(() => 'its session ended early', endOfThread),
      terminate: async () => void (await piscina.threads[i].terminate()),
    };
  });
  return { all, loads: WORKER, terminate: () => piscina.destroy() };
};

function start(threads: number): Piscina {
  checkThreadsAllowed();
  const filename = ownFile(WORKER).href;
  try {
    const piscina = new Piscina({
      filename,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      // With piscina's default a thread between tasks sleeps in Atomics.wait, deaf to its port.
      atomics: 'disabled',
    });
    // A thread that ends while it boots also rejects its session; an event that nobody hears would end the process.
    piscina.on('error', () => {});
    return piscina;
  } catch (error) {
    throw threadsRefused(threads, error);
  }
}
