// What a barrier costs: microseconds a crossing for 1 to 8 workers, each with the number of spins that a session would
// choose on this machine, and without spinning. It must not collapse: with a core for each worker a crossing takes at most
// 1 µs, with more workers than cores at most 25 µs a worker; otherwise the bench exits with 1. Run: npm run bench:barrier

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Barrier, controlBytes, SPINS_WITH_A_CORE } from '../src/parallel/barrier.js';
import { countCores } from '../src/scaling/cores.js';
import { machine, median, row } from './measure.js';

interface Task {
  readonly memory: WebAssembly.Memory;
  readonly workers: number;
  readonly index: number;
  readonly spins: number;
  readonly rounds: number;
  readonly crossings: number;
}

const ROUNDS = 9;

if (isMainThread) await main();
else measure(workerData as Task);

async function main(): Promise<void> {
  const { usable } = countCores();
  console.log(machine());
  console.log(row('workers', 'spins', 'median µs', 'min', 'max', 'bound'));
  for (const workers of [1, 2, 4, 8, 16]) {
    const chosen = workers <= usable ? SPINS_WITH_A_CORE : 0;
    const bound = workers <= usable ? 1 : 25 * workers;
    for (const spins of new Set([chosen, 0])) {
      const times = await cross(workers, spins);
      const figures = [median(times), Math.min(...times), Math.max(...times)].map((t) => t.toFixed(2));
      console.log(row(String(workers), String(spins), ...figures, spins === chosen ? String(bound) : ''));
      if (spins === chosen && median(times) > bound) process.exitCode = 1;
    }
  }
}

/** Microseconds a crossing, one figure a round: the slowest worker's. */
async function cross(workers: number, spins: number): Promise<number[]> {
  const pages = Math.ceil(controlBytes(workers) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const crossings = spins > 0 || workers === 1 ? 100_000 : 3_000;
  const tasks = Array.from({ length: workers }, (_, index): Task => ({ memory, workers, index, spins, rounds: ROUNDS, crossings }));
  const results = await Promise.all(
    tasks.map(
      (task) =>
        new Promise<number[]>((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: task });
          worker.on('message', resolve);
          worker.on('error', reject);
        }),
    ),
  );
  return Array.from({ length: ROUNDS }, (_, round) => Math.max(...results.map((times) => times[round])));
}

function measure({ memory, workers, index, spins, rounds, crossings }: Task): void {
  const barrier = new Barrier(memory, 0, workers, index, { spins, timeout: 60_000 });
  const times: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const start = performance.now();
    for (let k = 0; k < crossings; k++) barrier.cross();
    // The first round compiles.
    if (round >= 0) times.push(((performance.now() - start) / crossings) * 1000);
  }
  parentPort?.postMessage(times);
}
