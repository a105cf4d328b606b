// What a barrier costs: microseconds a crossing for 1 to 8 workers, each with the number of spins that a session would
// choose on this machine, and without spinning. It must not collapse: with a core for each worker a crossing takes at most
// 1 µs, with more workers than cores at most 25 µs a worker; otherwise the bench exits with 1. Run: npm run bench:barrier

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Barrier, controlBytes, SPINS_WITH_A_CORE } from '../src/parallel/barrier.js';
import { describeMachine, formatMachine, row, type Summary, summarise } from './measure.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

interface Task {
  readonly memory: WebAssembly.Memory;
  readonly workers: number;
  readonly index: number;
  readonly spins: number;
  readonly rounds: number;
  readonly crossings: number;
}

export interface BarrierResult {
  readonly workers: number;
  readonly spins: number;
  /** Microseconds a crossing. */
  readonly microseconds: Summary;
  /** What it may cost; absent for the number of spins that a session would not choose. */
  readonly bound?: number;
}

const WORKERS = [1, 2, 4, 8, 16];

if (isMainThread) await main();
else measure(workerData as Task);

async function main(): Promise<void> {
  const { only, quick, record } = readOptions('What a barrier costs, for so many workers.', WORKERS.map(String));
  const rounds = quick ? 3 : 9;
  const machine = describeMachine();
  console.log(formatMachine(machine));
  console.log(row('workers', 'spins', 'median µs', 'min', 'max', 'bound'));
  const results: BarrierResult[] = [];
  for (const workers of only.map(Number)) {
    const chosen = workers <= machine.cores ? SPINS_WITH_A_CORE : 0;
    for (const spins of new Set([chosen, 0])) {
      const microseconds = summarise(await cross(workers, spins, rounds));
      const bound = workers <= machine.cores ? 1 : 25 * workers;
      const result = { workers, spins, microseconds, ...(spins === chosen ? { bound } : {}) };
      results.push(result);
      print(result);
      if (spins === chosen && microseconds.median > bound) process.exitCode = 1;
    }
  }
  if (record) writeRecord({ bench: 'barrier', date: today(), machine, settings: { rounds }, results });
}

function print({ workers, spins, microseconds, bound }: BarrierResult): void {
  const { median, minimum, maximum } = microseconds;
  const figures = [median, minimum, maximum].map((t) => t.toFixed(2));
  console.log(row(String(workers), String(spins), ...figures, String(bound ?? '')));
}

/** Microseconds a crossing, one figure a round: the slowest worker's. */
async function cross(workers: number, spins: number, rounds: number): Promise<number[]> {
  const pages = Math.ceil(controlBytes(workers) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const crossings = spins > 0 || workers === 1 ? 100_000 : 3_000;
  const tasks = Array.from({ length: workers }, (_, index): Task => ({ memory, workers, index, spins, rounds, crossings }));
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
  return Array.from({ length: rounds }, (_, round) => Math.max(...results.map((times) => times[round])));
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
