// Whether a run with an optimiser stays as fast as it began: samples/s of each of ten epochs, one worker. What an optimiser keeps
// of inputs that are rarely lit decays from step to step; when it became subnormal, momentum and Adam fell to a third after
// the first epoch. The seconds are those of the processor's time that the process was given, so that what else runs on the
// machine does not count. No epoch may be more than 10 % from the median one, else the bench exits with 1. Run: npm run bench:epochs

import { countSamples, type Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import { fillOrder } from '../src/data/order.js';
import { initialParameters } from '../src/model/initialisers.js';
import { configure } from '../src/options/options.js';
import { WorkerPool } from '../src/parallel/pool.js';
import { Session } from '../src/parallel/session.js';
import { percent } from '../src/text.js';
import { describeMachine, deviationOf, figure, formatMachine, rotated, row, type Summary, summarise } from './measure.js';
import { ALL_NETWORKS, type BenchNetwork, describeNetwork, NETWORKS, OPTIMISER_NETWORKS, trainOptions } from './networks.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface EpochsResult {
  readonly network: string;
  readonly kernels: string;
  /** Samples per second of processor time of each epoch, over the rounds. */
  readonly epochs: readonly Summary[];
  /** How far the epoch farthest from the median one is from it, as a share. */
  readonly deviation: number;
}

const BOUND = 0.1;
const EPOCHS = 10;
const SEED = 1;

const { data, only, quick, record } = readOptions(
  'Samples/s of each of ten epochs of the networks with an optimiser.',
  OPTIMISER_NETWORKS.map(({ id }) => id),
  NETWORKS.map(({ id }) => id),
);
const settings = { rounds: quick ? 1 : 3, samples: quick ? 8_000 : 50_000, warmUp: quick ? 8_000 : 25_000 };

/** So many training samples, from the first on, and from the first again where there are fewer; nothing to evaluate. */
function repeated(full: Dataset, samples: number): Dataset {
  const { inputs, training } = full;
  const have = countSamples(full, 'training');
  const values = training.values instanceof Uint8Array ? new Uint8Array(samples * inputs) : new Float32Array(samples * inputs);
  const labels = new Uint16Array(samples);
  for (let from = 0; from < samples; from += have) {
    const count = Math.min(have, samples - from);
    values.set(training.values.subarray(0, count * inputs), from * inputs);
    labels.set(training.labels.subarray(0, count), from);
  }
  const none = { values: values.subarray(0, 0), labels: labels.subarray(0, 0) };
  return { ...full, training: { values, labels }, validation: none, test: none };
}

/** Samples per second of processor time of each epoch of a run that begins anew. The main thread waits meanwhile. */
async function trainEpochs(network: BenchNetwork, dataset: Dataset, epochs: number, pool: WorkerPool): Promise<{ kernels: string; rates: number[] }> {
  const configuration = configure({ ...trainOptions(network), workers: 1, epochs, seed: SEED }, dataset);
  const session = await Session.start(configuration, dataset, initialParameters(configuration.network, SEED), pool);
  const rates: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    fillOrder(session.order(0), SEED, epoch);
    const start = process.cpuUsage();
    const [{ divergence }] = await session.runEpoch(0);
    if (divergence) throw new Error(`${network.id} diverged in step ${divergence.step} of epoch ${epoch}`);
    const { user, system } = process.cpuUsage(start);
    rates.push(countSamples(dataset, 'training') / ((user + system) / 1e6));
  }
  return { kernels: session.kernels, rates };
}

/** One round of a network, on a thread whose code has been compiled: the first epoch counts as well. */
async function turn(network: BenchNetwork): Promise<{ kernels: string; rates: number[] }> {
  const pool = new WorkerPool(1);
  try {
    await trainEpochs(network, warmUp, 1, pool);
    return await trainEpochs(network, dataset, EPOCHS, pool);
  } finally {
    await pool.close();
  }
}

const machine = describeMachine();
console.log(formatMachine(machine));
const full = await loadDataset(data);
const [warmUp, dataset] = [settings.warmUp, settings.samples].map((samples) => repeated(full, samples));
const sides = ALL_NETWORKS.filter(({ id }) => only.includes(id)).map((network) => ({ network, kernels: '', rounds: [] as number[][] }));
for (let round = 0; round < settings.rounds; round++) {
  for (const side of rotated(sides, round)) {
    const { kernels, rates } = await turn(side.network);
    side.kernels = kernels;
    side.rounds.push(rates);
  }
}
const results = sides.map(({ network, kernels, rounds }): EpochsResult => {
  const epochs = rounds[0].map((_, epoch) => summarise(rounds.map((rates) => rates[epoch])));
  return { network: network.id, kernels, epochs, deviation: deviationOf(epochs.map(({ median }) => median)) };
});
for (const [k, { epochs, deviation }] of results.entries()) {
  console.log(`\n${describeNetwork(sides[k].network)}`);
  console.log(row('  epoch', 'samples/s', 'min', 'max'));
  for (const [epoch, { median, minimum, maximum }] of epochs.entries()) {
    console.log(row(`  ${epoch + 1}`, ...[median, minimum, maximum].map(figure)));
  }
  const flat = deviation <= BOUND;
  console.log(`  at most ${percent(deviation, 1)} from the median epoch: ${flat ? 'flat' : 'not flat'}`);
  if (!flat) process.exitCode = 1;
}
if (record) writeRecord({ bench: 'epochs', date: today(), machine, settings: { ...settings, epochs: EPOCHS, workers: 1 }, results });
