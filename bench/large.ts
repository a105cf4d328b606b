// A data set larger than one WebAssembly memory: so many GiB of float32, made on the fly in one shared buffer, whose classes are by a
// hidden linear rule. One epoch of a small network on all of it, by `train` as a program calls it; and, on its first part, which fits
// inside the arena too, samples inside and outside in turns. A run that does not find the rule has no figures.
// Run: npm run bench:large

import { parseArgs } from 'node:util';
import { checkNumber } from '../src/check.js';
import { type Dataset, firstSamples } from '../src/data/dataset.js';
import { fillOrder } from '../src/data/order.js';
import { initialParameters } from '../src/model/initialisers.js';
import { configure, type TrainOptions } from '../src/options/options.js';
import { addressable } from '../src/parallel/memory/arena.js';
import { WorkerPool } from '../src/parallel/pool.js';
import { Session } from '../src/parallel/session.js';
import { sharedBuffer } from '../src/system/shared-memory.js';
import { count, percent } from '../src/text.js';
import { train } from '../src/training/trainer.js';
import { describeMachine, figure, formatMachine, inTurns, range, row, type Summary, summarise } from './measure.js';
import { requestOrEnd } from './options.js';
import { today, writeRecord } from './record.js';

export interface LargeResult {
  readonly gib: number;
  readonly samples: number;
  readonly workers: number;
  /** Seconds to make the set, and from the call of `train` to its first step: checks, threads, memory. */
  readonly making: number;
  readonly starting: number;
  readonly samplesPerSecond: number;
  readonly testAccuracy: number;
  /** GiB of the largest resident set of the process. */
  readonly peak: number;
  /** Samples per second of both places on the same first part, GiB of it, and what outside is to inside, round by round. */
  readonly places: { readonly gib: number; readonly inside: Summary; readonly outside: Summary; readonly ratio: Summary };
}

const GIB = 2 ** 30;
const INPUTS = 1000;
/** Samples to test on. */
const TESTED = 10_000;
const SEED = 1;
/** What a run that has found the rule gets right at least: a coin gets a half. */
const LEARNT = 0.85;
const NETWORK: TrainOptions = {
  layers: [INPUTS, 32, 2],
  activation: 'relu',
  output: 'softmax',
  cost: 'log-likelihood',
  init: 'he',
  batch: 100,
  eta: 0.05,
  epochs: 1,
  seed: SEED,
};

const HELP = `Training on a set of float32 that is larger than one WebAssembly memory.

  --gib N       how large it is (default: 6)
  --record      also write the figures to bench/results/
  --help`;

function readRequest(args: string[]): { gib: number; record: boolean } | undefined {
  const { values } = parseArgs({ args, options: { gib: { type: 'string' }, record: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return undefined;
  return { gib: checkNumber('--gib', Number(values.gib ?? 6), 0.1), record: values.record ?? false };
}

const request = requestOrEnd(readRequest, HELP);
const settings = { gib: request.gib, rounds: 5, part: Math.min(request.gib, 1) };

/** Inputs from -1 to 1, and the class 1 where a fixed weighted sum of them is positive. The random numbers are xorshift32's. */
function makeSet(gib: number): Dataset {
  const samples = Math.floor((gib * GIB) / (4 * INPUTS));
  const buffer = sharedBuffer(samples * INPUTS * 4);
  const labels = new Uint16Array(samples);
  const rule = Float64Array.from({ length: INPUTS }, (_, i) => Math.sin(7 * i + 1));
  let state = 0x9e3779b9;
  for (let sample = 0; sample < samples; sample++) {
    const x = new Float32Array(buffer, sample * INPUTS * 4, INPUTS);
    let sum = 0;
    for (let i = 0; i < INPUTS; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      x[i] = state / 2 ** 31;
      sum += rule[i] * x[i];
    }
    labels[sample] = sum > 0 ? 1 : 0;
  }
  const values = new Float32Array(buffer);
  const split = (from: number, upTo: number) => ({ values: values.subarray(from * INPUTS, upTo * INPUTS), labels: labels.subarray(from, upTo) });
  const trained = samples - TESTED;
  return {
    name: 'large',
    inputs: INPUTS,
    classes: 2,
    scale: 1,
    training: split(0, trained),
    validation: split(trained, trained),
    test: split(trained, samples),
  };
}

async function trainOnce(data: Dataset): Promise<Pick<LargeResult, 'workers' | 'starting' | 'samplesPerSecond' | 'testAccuracy'>> {
  let [starting, samplesPerSecond, workers] = [0, 0, 0];
  const begin = performance.now();
  const { testAccuracy } = await train({
    ...NETWORK,
    data,
    onEvent: (e) => {
      if (e.event === 'start') starting = (performance.now() - begin) / 1000;
      if (e.event === 'start' || e.event === 'workers') workers = e.workers;
      if (e.event === 'epoch') samplesPerSecond = e.samplesPerSecond;
    },
  });
  if (!(testAccuracy !== null && testAccuracy >= LEARNT)) throw new Error(`It has not found the rule: ${percent(testAccuracy ?? 0, 1)} of the test.`);
  return { workers, starting, samplesPerSecond, testAccuracy };
}

/** Samples per second with the samples inside and outside, on the same threads. */
async function comparePlaces(data: Dataset, workers: number): Promise<Omit<LargeResult['places'], 'gib'>> {
  const configuration = configure({ ...NETWORK, workers }, data);
  const open = (pool: WorkerPool): Promise<Session> => Session.start(configuration, data, initialParameters(configuration.network, SEED), pool);
  const pools = [new WorkerPool(workers), new WorkerPool(workers)];
  const whole = addressable.bytes;
  try {
    const inside = await open(pools[0]);
    addressable.bytes = inside.memoryBytes - 1;
    const outside = await open(pools[1]);
    addressable.bytes = whole;
    const rounds: [inside: number, outside: number][] = [];
    for (let round = -1; round < settings.rounds; round++) {
      for (const session of [inside, outside]) fillOrder(session.order(0), SEED, round + 2);
      const both = await inTurns(
        round + 1,
        () => rateOf(inside),
        () => rateOf(outside),
      );
      // The first round warms up, and shows that both come to the same.
      if (round >= 0) rounds.push(both);
      else if (!inside.parameters.every((value, k) => value === outside.parameters[k])) throw new Error('Inside and outside differ.');
    }
    const [ins, outs] = [rounds.map(([rate]) => rate), rounds.map(([, rate]) => rate)];
    return { inside: summarise(ins), outside: summarise(outs), ratio: summarise(outs.map((rate, k) => rate / ins[k])) };
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

/** Samples per second of an epoch. */
async function rateOf(session: Session): Promise<number> {
  const begin = performance.now();
  await session.runEpoch(0);
  return session.order(0).length / ((performance.now() - begin) / 1000);
}

const machine = describeMachine();
console.log(formatMachine(machine));
const begin = performance.now();
const data = makeSet(settings.gib);
const making = (performance.now() - begin) / 1000;
const samples = data.training.labels.length;
console.log(`${settings.gib} GiB, ${count(samples)} samples of ${INPUTS} float32 and ${count(TESTED)} to test on, made in ${making.toFixed(1)} s`);
const trained = await trainOnce(data);
const peak = (process.resourceUsage().maxRSS * 1024) / GIB;
const { workers, samplesPerSecond, testAccuracy, starting } = trained;
console.log(
  `one epoch of ${NETWORK.layers?.join('-')}, ${workers} workers: ${figure(samplesPerSecond)} samples/s after ${starting.toFixed(1)} s; test accuracy ${percent(testAccuracy, 2)}; peak memory ${peak.toFixed(2)} GiB`,
);
const part = firstSamples(data, Math.floor((samples * settings.part) / settings.gib));
const places = { gib: settings.part, ...(await comparePlaces(part, workers)) };
console.log(row(`\n${settings.part} GiB`, 'samples/s', 'min', 'max'));
for (const place of ['inside', 'outside'] as const) {
  const { median, minimum, maximum } = places[place];
  console.log(row(place, ...[median, minimum, maximum].map(figure)));
}
console.log(`outside to inside: ${range(places.ratio)}`);
const result: LargeResult = { gib: settings.gib, samples, making, peak, ...trained, places };
if (request.record) writeRecord({ bench: 'large', date: today(), machine, settings, results: [result] });
