// Threads in a page: Web Workers where the page may share memory between threads, and otherwise its own one.

import { sharesMemory } from '../../system/page-memory.js';
import { lifeOf } from '../../system/worker-life.js';
import { startOwnThread } from './own-thread.js';
import type { StartThreads, Thread, Threads } from './threads.js';

export const startThreads: StartThreads = (count) => (sharesMemory() ? startWebWorkers(count) : startOwnThread(count));

function startWebWorkers(count: number): Threads {
  const all = Array.from({ length: count }, (_, i) => startOne(`nabla ${i + 1}`));
  return { all, loads: 'gradient.js', terminate: async () => void (await Promise.all(all.map((thread) => thread.terminate()))) };
}

function startOne(name: string): Thread {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./gradient.js', import.meta.url), { type: 'module', name });
  const { ended, end } = lifeOf(worker);
  worker.postMessage(port2, [port2]);
  return {
    port: port1,
    ended,
    terminate: async () => {
      worker.terminate();
      end('it was ended');
    },
  };
}
