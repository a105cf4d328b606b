// What a barrier costs: microseconds a crossing for 1 to 8 workers, each with the number of spins that a session would
// choose on this machine, and without spinning. It must not collapse: with a core for each worker a crossing takes at most
// 1 µs, with more workers than cores at most 25 µs a worker; otherwise the bench exits with 1. And what two workers that
// compute some µs before each crossing lose beside busy processes, to the number of polls. Run: npm run bench:barrier

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Barrier, controlBytes } from '../src/parallel/barrier.js';
import { SPINS_WITH_A_CORE } from '../src/parallel/patience.js';
import { plural } from '../src/text.js';
import { startBusy } from './busy.js';
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
  /** Turns of a loop before each crossing. */
  readonly work: number;
}

export interface BarrierResult {
  readonly workers: number;
  readonly spins: number;
  /** Microseconds a crossing. */
  readonly microseconds: Summary;
  /** What it may cost; absent for the number of spins that a session would not choose. */
  readonly bound?: number;
  /** Where the workers compute before each crossing: how many busy processes there are beside them. The microseconds are then of both. */
  readonly busy?: number;
}

const WORKERS = [1, 2, 4, 8, 16];
/** The case of workers that compute, with so many busy processes beside them; 3,000 turns of a loop take some 6 µs. */
const BESIDE_BUSY = 'busy';
const BUSY = [0, 1, 2];
const WORK = 3_000;

if (isMainThread) await main();
else measure(workerData as Task);

async function main(): Promise<void> {
  const { only, quick, record } = readOptions('What a barrier costs, for so many workers, and beside busy processes.', [
    ...WORKERS.map(String),
    BESIDE_BUSY,
  ]);
  const rounds = quick ? 3 : 9;
  const machine = describeMachine();
  console.log(formatMachine(machine));
  console.log(row('workers', 'spins', 'median µs', 'min', 'max', 'bound'));
  const results: BarrierResult[] = [];
  for (const workers of only.filter((subject) => subject !== BESIDE_BUSY).map(Number)) {
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
  if (only.includes(BESIDE_BUSY)) results.push(...(await besideBusy(rounds)));
  if (record) writeRecord({ bench: 'barrier', date: today(), machine, settings: { rounds }, results });
}

/** Two workers that compute before each crossing, beside none, one and two busy processes. */
async function besideBusy(rounds: number): Promise<BarrierResult[]> {
  const results: BarrierResult[] = [];
  for (const busy of BUSY) {
    console.log(`beside ${plural(busy, 'busy process', 'busy processes')}, with some µs of work before each crossing`);
    const processes = await startBusy(busy);
    try {
      for (const spins of [SPINS_WITH_A_CORE, 200, 0]) {
        const result = { workers: 2, spins, microseconds: summarise(await cross(2, spins, rounds, WORK)), busy };
        results.push(result);
        print(result);
      }
    } finally {
      await processes.end();
    }
  }
  return results;
}

function print({ workers, spins, microseconds, bound }: BarrierResult): void {
  const { median, minimum, maximum } = microseconds;
  const figures = [median, minimum, maximum].map((t) => t.toFixed(2));
  console.log(row(String(workers), String(spins), ...figures, String(bound ?? '')));
}

/** Microseconds a crossing, one figure a round: the slowest worker's. */
async function cross(workers: number, spins: number, rounds: number, work = 0): Promise<number[]> {
  const pages = Math.ceil(controlBytes(workers) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const crossings = work === 0 && (spins > 0 || workers === 1) ? 100_000 : 3_000;
  const tasks = Array.from({ length: workers }, (_, index): Task => ({ memory, workers, index, spins, rounds, crossings, work }));
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

function measure({ memory, workers, index, spins, rounds, crossings, work }: Task): void {
  const barrier = new Barrier(memory, 0, workers, index, { spins, timeout: 60_000 });
  const times: number[] = [];
  let sum = 1;
  for (let round = -1; round < rounds; round++) {
    const start = performance.now();
    for (let k = 0; k < crossings; k++) {
      for (let turn = 0; turn < work; turn++) sum = (Math.imul(sum, 1664525) + 1013904223) | 0;
      barrier.cross();
    }
    // The first round compiles.
    if (round >= 0) times.push(((performance.now() - start) / crossings) * 1000);
  }
  // The sum is used, or the engine might leave the loop out.
  parentPort?.postMessage(Number.isInteger(sum) ? times : []);
}
