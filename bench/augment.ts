// What it costs to change every sample each time it is trained on: epochs of Simard's network, 784-800-10, with each kind of
// augmentation and with all that moves pixels together, beside the same epochs without, in turns, over sparse and over dense inputs. A picture that has
// been moved has more pixels that are not zero, since a value between two pixels is in both: over sparse inputs a step then has more to do, beside
// the change itself; so that share stands beside. Run: npm run bench:augment -- --data FOLDER

import { countSamples, type Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import { fillOrder } from '../src/data/order.js';
import { initialParameters } from '../src/model/initialisers.js';
import { INPUT_FORMATS, type InputFormat } from '../src/model/input.js';
import { configure } from '../src/options/options.js';
import { WorkerPool } from '../src/parallel/pool.js';
import { Session } from '../src/parallel/session.js';
import { GATHER } from '../src/parallel/step/phase-timer.js';
import { countCores } from '../src/system/cores.js';
import { percent } from '../src/text.js';
import { describeMachine, figure, formatMachine, range, rotated, row, type Summary, summarise } from './measure.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface AugmentResult {
  readonly input: InputFormat;
  /** As the option has it; '' for none. */
  readonly augment: string;
  readonly kernels: string;
  /** Samples per second. */
  readonly rate: Summary;
  /** Time of a step, over that of one over the same inputs without augmentation in the same round. */
  readonly ratio: Summary;
  /** Share of the workers' time in which they gather rows and change them. */
  readonly gathering: Summary;
}

const NETWORK = { layers: [784, 800, 10], batch: 64, activation: 'relu', cost: 'log-likelihood', eta: 0.01 } as const;
const SEED = 1;
const KINDS = ['shift:2', 'rotate:12', 'elastic:sigma=6,alpha=36', 'rotate:12 scale:0.12 elastic:sigma=6,alpha=36'];

const { data, only, quick, record } = readOptions('What augmentation costs a step of 784-800-10.', INPUT_FORMATS);
const settings = { rounds: quick ? 2 : 7, epochs: quick ? 1 : 2, workers: countCores().usable };

interface Side {
  readonly input: InputFormat;
  readonly augment: string;
  readonly session: Session;
  readonly pool: WorkerPool;
  readonly rates: number[];
  readonly ratios: number[];
  readonly gathering: number[];
}

async function open(input: InputFormat, augment: string, dataset: Dataset): Promise<Side> {
  const options = { ...NETWORK, input, workers: settings.workers, epochs: 1, seed: SEED, ...(augment && { augment }) };
  const configuration = configure(options, dataset);
  const pool = new WorkerPool(settings.workers);
  const session = await Session.start(configuration, dataset, initialParameters(configuration.network, SEED), pool);
  return { input, augment, session, pool, rates: [], ratios: [], gathering: [] };
}

/** Trains some epochs. @returns samples per second, and the share of gathering */
async function train({ session }: Side, dataset: Dataset, epochs: number): Promise<{ rate: number; gathering: number }> {
  let [gathered, all] = [0, 0];
  fillOrder(session.order(0), SEED, 1);
  const begin = performance.now();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const parts = await session.runEpoch(0, { timing: { traced: 0, every: 8 } });
    if (parts.some(({ divergence }) => divergence)) throw new Error('the network diverged');
    for (const { timings } of parts) {
      const { phases = [] } = timings ?? {};
      gathered += phases[GATHER];
      all += phases.reduce((sum, time) => sum + time, 0);
    }
  }
  const seconds = (performance.now() - begin) / 1000;
  return { rate: (epochs * countSamples(dataset, 'training')) / seconds, gathering: gathered / all };
}

async function round(sides: readonly Side[], dataset: Dataset, number: number): Promise<void> {
  for (const side of rotated(sides, number)) {
    const { rate, gathering } = await train(side, dataset, settings.epochs);
    side.rates.push(rate);
    side.gathering.push(gathering);
  }
  for (const side of sides) {
    const plain = sides.find(({ input, augment }) => input === side.input && augment === '');
    side.ratios.push((plain?.rates[number] ?? Number.NaN) / side.rates[number]);
  }
}

const machine = describeMachine();
console.log(formatMachine(machine));
const dataset = await loadDataset(data);
const sides: Side[] = [];
try {
  for (const input of INPUT_FORMATS.filter((format) => only.includes(format))) {
    for (const augment of ['', ...KINDS]) sides.push(await open(input, augment, dataset));
  }
  for (const side of sides) await train(side, dataset, 1);
  for (let number = 0; number < settings.rounds; number++) await round(sides, dataset, number);
} finally {
  for (const { pool } of sides) await pool.close();
}
const results = sides.map(({ input, augment, session, rates, ratios, gathering }): AugmentResult => {
  const { kernels } = session;
  return { input, augment, kernels, rate: summarise(rates), ratio: summarise(ratios), gathering: summarise(gathering) };
});
console.log(row('  inputs', 'samples/s', 'gathering', '  time of a step'));
for (const { input, augment, rate, ratio, gathering } of results)
  console.log(row(`  ${input}`, figure(rate.median), percent(gathering.median, 0), `  ${range(ratio)}  ${augment || 'none'}`));
const { layers, batch } = NETWORK;
if (record) writeRecord({ bench: 'augment', date: today(), machine, settings: { ...settings, network: layers.join('-'), batch }, results });
