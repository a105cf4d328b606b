// Whether the phases that `nabla bench` shows can be trusted: they must add up to the time on the main thread's clock within
// 2 %, and timing them must cost less than 1 %. Turns with and without timing alternate, in one session; the cost is the
// median of the ratios of neighbouring turns. Run: npm run bench:phases

import type { Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import { configure } from '../src/options/options.js';
import { WorkerPool } from '../src/parallel/pool.js';
import { Trial } from '../src/scaling/trials.js';
import { describeMachine, formatMachine, inTurns, range, row, type Summary, summarise } from './measure.js';
import { ALL_NETWORKS, type BenchNetwork, describeNetwork, NETWORKS, OPTIMISER_NETWORKS, trainOptions } from './networks.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface PhasesResult {
  readonly network: string;
  readonly workers: number;
  /** Sum of the phases over the time on the main thread's clock, turn by turn; the mean over workers. */
  readonly sum: Summary;
  /** Time with timing over time without, pair by pair. */
  readonly cost: Summary;
}

const SUM_BOUND = 0.02;
const COST_BOUND = 0.01;

const { data, only, quick, record } = readOptions(
  'Phases against the clock, and what timing them costs.',
  NETWORKS.map(({ id }) => id),
  OPTIMISER_NETWORKS.map(({ id }) => id),
);
const settings = { rounds: quick ? 3 : 21, seconds: quick ? 0.1 : 0.5 };

async function measure(network: BenchNetwork, dataset: Dataset, workers: number): Promise<PhasesResult> {
  const pool = new WorkerPool(workers);
  try {
    const configuration = configure({ ...trainOptions(network), workers }, dataset);
    const trial = await Trial.open(configuration, dataset, pool);
    const rate = async (phases: boolean): Promise<{ rate: number; sum: number }> => {
      const { samples, steps, seconds, time } = await trial.turn(configuration, { seconds: settings.seconds, phases });
      const sums = time.map((phases) => Object.values(phases).reduce((sum, t) => sum + t, 0));
      return { rate: samples / seconds, sum: (sums.reduce((sum, t) => sum + t, 0) / workers) * steps * (1e-6 / seconds) };
    };
    await rate(true);
    const [sums, costs]: number[][] = [[], []];
    for (let round = 0; round < settings.rounds; round++) {
      const [timed, plain] = await inTurns(
        round,
        () => rate(true),
        () => rate(false),
      );
      sums.push(timed.sum);
      costs.push(plain.rate / timed.rate);
    }
    return { network: network.id, workers, sum: summarise(sums), cost: summarise(costs) };
  } finally {
    await pool.close();
  }
}

const machine = describeMachine();
console.log(formatMachine(machine));
const dataset = await loadDataset(data);
const results: PhasesResult[] = [];
for (const network of ALL_NETWORKS.filter(({ id }) => only.includes(id))) {
  console.log(`\n${describeNetwork(network)}`);
  for (const workers of new Set([1, machine.cores])) {
    const result = await measure(network, dataset, workers);
    results.push(result);
    console.log(row(`${workers} workers`, `  sum of phases / clock ${range(result.sum, 3)}   time with timing / without ${range(result.cost, 3)}`));
    if (Math.abs(result.sum.median - 1) > SUM_BOUND || result.cost.median - 1 > COST_BOUND) process.exitCode = 1;
  }
}
if (record) writeRecord({ bench: 'phases', date: today(), machine, settings, results });
