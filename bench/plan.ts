// What `nabla plan` expects beside what `nabla bench` measures: N1 to N4, every usual worker count, two mini-batches each.
// Expectation and measurement alternate, because the machine's speed changes within seconds; both are medians. Over all
// networks the median error must be at most 20 %, else the bench exits with 1. Run: npm run bench:plan

import { loadDataset } from '../src/data/load.js';
import { measureScaling } from '../src/scaling/measure.js';
import { percent } from '../src/text.js';
import { describeMachine, figure, formatMachine, median, row, type Summary, summarise } from './measure.js';
import { describeNetwork, NETWORKS, trainOptions } from './networks.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface PlanResult {
  readonly network: string;
  readonly workers: number;
  readonly batch: number;
  /** Samples per second. */
  readonly measured: Summary;
  readonly predicted: Summary;
  /** Median predicted / median measured - 1. */
  readonly error: number;
}

const MEDIAN_BOUND = 0.2;
/** The mini-batches of each network: its own, and another one. */
const BATCHES: Readonly<Record<string, readonly number[]>> = { N1: [10, 100], N2: [10, 100], N3: [32, 128], N4: [64, 256] };

const { data, only, quick, record } = readOptions('Predicted beside measured, for every usual worker count.', Object.keys(BATCHES));
const settings = { rounds: quick ? 2 : 7, seconds: quick ? 0.1 : 0.3 };
const machine = describeMachine();
console.log(formatMachine(machine));
const dataset = await loadDataset(data);
const results: PlanResult[] = [];
for (const network of NETWORKS.filter(({ id }) => only.includes(id))) {
  console.log(`\n${describeNetwork(network)}`);
  console.log(`  ${row('workers', 'batch', 'measured', 'min', 'max', 'predicted', 'min', 'max', 'error')}`);
  const points = new Map<string, { workers: number; batch: number; measured: number[]; predicted: number[] }>();
  for (let round = 0; round < settings.rounds; round++) {
    const { curves } = await measureScaling(trainOptions(network), dataset, {
      batches: BATCHES[network.id],
      modes: ['strong'],
      rounds: 1,
      seconds: settings.seconds,
      ceiling: false,
    });
    for (const { workers, batch, samplesPerSecond, predicted = Number.NaN } of curves.flatMap((curve) => curve.points)) {
      const point = points.get(`${workers} ${batch}`) ?? { workers, batch, measured: [], predicted: [] };
      points.set(`${workers} ${batch}`, point);
      point.measured.push(samplesPerSecond.median);
      point.predicted.push(predicted);
    }
  }
  for (const { workers, batch, ...figures } of points.values()) {
    const [measured, predicted] = [summarise(figures.measured), summarise(figures.predicted)];
    const error = predicted.median / measured.median - 1;
    results.push({ network: network.id, workers, batch, measured, predicted, error });
    const cells = [measured, predicted].flatMap(({ median, minimum, maximum }) => [median, minimum, maximum]).map(figure);
    console.log(`  ${row(String(workers), String(batch), ...cells, percent(error))}`);
  }
}
const errors = results.map(({ error }) => Math.abs(error));
console.log(`\nerror: median ${percent(median(errors))}, worst ${percent(Math.max(...errors))}`);
if (median(errors) > MEDIAN_BOUND) process.exitCode = 1;
if (record) writeRecord({ bench: 'plan', date: today(), machine, settings, results });
