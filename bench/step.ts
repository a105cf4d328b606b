// One training step on one core, taken apart: the mini-batch as one matrix beside the same step sample by sample, which the
// book says is about half as fast (chapter 2, "the fully matrix-based approach"); where the time goes, phase by phase; and
// how much of the speed of bare cblas_sgemm the whole step keeps. All sides in one process, in turns, on MNIST; both ways
// must first reach the same parameters. Run: npm run bench:step

import type { Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import type { InputFormat } from '../src/model/input.js';
import { describeMachine, figure, formatMachine, range, type Summary, summarise } from './measure.js';
import { ALL_NETWORKS, type BenchNetwork, describeNetwork, NETWORKS, OPTIMISER_NETWORKS } from './networks.js';
import { endWith, oneLine, readOptions } from './options.js';
import { today, writeRecord } from './record.js';
import { bareProducts } from './step/bare.js';
import { type Core, openCore, shuffle } from './step/core.js';
import { profile } from './step/phases.js';
import type { ProfileResult, ShareResult, StepResult, WaysResult } from './step/results.js';
import { type Side, takeTurns, warmUp } from './step/turns.js';
import { matrixWay, sampleWay, type Way } from './step/ways.js';

/** Steps after which the two ways must agree, and how far apart they may then be, as a share of the way the parameters went. */
const CHECKED_STEPS = 2;
const TOLERANCE = 1e-3;
/** The networks whose products are large enough for a BLAS. */
const LARGE: readonly string[] = ['N3', 'N4'];
const FORMATS: readonly InputFormat[] = ['sparse', 'dense'];

const { data, only, quick, record } = readOptions(
  'One training step on one core: matrix beside sample by sample, phases, and the share of bare sgemm.',
  NETWORKS.map(({ id }) => id),
  OPTIMISER_NETWORKS.map(({ id }) => id),
);
const settings = { data: data === 'mnist' ? data : 'MNIST', rounds: quick ? 2 : 7, seconds: quick ? 0.05 : 0.3 };
let epoch = 0;

/** Runs a way for so many steps of a newly drawn order; drawing is not timed. */
function sideOf(core: Core, way: Way): Side {
  return {
    limit: core.steps,
    run: (steps) => {
      shuffle(core, ++epoch);
      const start = performance.now();
      way(steps);
      return (performance.now() - start) / 1000;
    },
  };
}

/** Both ways over both input formats, all four in the same turns. */
async function measureWays(network: BenchNetwork, dataset: Dataset): Promise<WaysResult[]> {
  const sides: { core: Core; way: Way }[] = [];
  for (const input of FORMATS) {
    const whole = await openCore(network, dataset, { kernels: 'auto', input, gradient: 'owned' });
    const single = await openCore(network, dataset, { kernels: 'auto', input, gradient: 'partial' });
    sides.push({ core: whole, way: matrixWay(whole) }, { core: single, way: sampleWay(single) });
  }
  const difference = compareParameters(sides);
  const rates = takeTurns(
    sides.map(({ core, way }) => sideOf(core, way)),
    settings.rounds,
    settings.seconds,
  ).map((rounds) => rounds.map((rate) => rate * network.batch));
  return FORMATS.map((input, k) => {
    const [matrix, samples] = [rates[2 * k], rates[2 * k + 1]];
    const ratio = summarise(matrix.map((rate, round) => rate / samples[round]));
    return { input, matrix: summarise(matrix), samples: summarise(samples), ratio, difference };
  });
}

/** A few steps of the same order from the same parameters: all must end at the same place, or there is nothing to compare. */
function compareParameters(sides: readonly { core: Core; way: Way }[]): number {
  const start = sides[0].core.session.parameters;
  const [one, ...others] = sides.map(({ core, way }) => {
    shuffle(core, 1);
    way(CHECKED_STEPS);
    return core.session.parameters;
  });
  const difference = Math.max(...others.map((other) => distance(one, other))) / distance(one, start);
  if (!(difference < TOLERANCE)) throw new Error(`the ways differ: after ${CHECKED_STEPS} steps by ${difference} of the way they went`);
  return difference;
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return Math.sqrt(sum);
}

/** The step with kernels 'blas' and its products alone, over both input formats, in the same turns; nothing where there is no BLAS. */
async function measureShares(network: BenchNetwork, dataset: Dataset): Promise<ShareResult[]> {
  const sides: { core: Core; flops: number; step: Side; products: Side }[] = [];
  for (const input of FORMATS) {
    const core = await openCore(network, dataset, { kernels: 'blas', input, gradient: 'owned' });
    if (core.choice.library === undefined) return [];
    const { flops, run } = bareProducts(core);
    const step = sideOf(core, matrixWay(core));
    step.run(1); // so that the products meet operands like a step's
    const products = sideOf(core, (steps) => {
      for (let k = 0; k < steps; k++) run();
    });
    sides.push({ core, flops, step, products });
  }
  const all = sides.flatMap(({ step, products }) => [step, products]);
  const rates = takeTurns(all, settings.rounds, settings.seconds);
  return sides.map(({ core, flops }, k) => {
    const [step, bare] = [rates[2 * k], rates[2 * k + 1]];
    const gflops = (list: readonly number[]): Summary => summarise(list.map((rate) => (rate * flops) / 1e9));
    const speed = summarise(step.map((rate) => rate * network.batch));
    const share = summarise(step.map((rate, round) => rate / bare[round]));
    return { input: FORMATS[k], library: core.choice.library ?? '', speed, step: gflops(step), bare: gflops(bare), share };
  });
}

async function measureProfile(network: BenchNetwork, dataset: Dataset, kernels: 'auto' | 'blas', input: InputFormat): Promise<ProfileResult> {
  const core = await openCore(network, dataset, { kernels, input, gradient: 'owned' });
  const steps = warmUp(
    sideOf(core, (count) => profile(core, count)),
    settings.rounds * settings.seconds,
  );
  shuffle(core, ++epoch);
  return { kernels: core.kernels.name, input, phases: profile(core, steps) };
}

async function measure(network: BenchNetwork, dataset: Dataset): Promise<StepResult> {
  const ways = await measureWays(network, dataset);
  const shares = LARGE.includes(network.id) ? await measureShares(network, dataset) : [];
  const profiles: ProfileResult[] = [];
  for (const kernels of shares.length > 0 ? (['auto', 'blas'] as const) : (['auto'] as const)) {
    for (const input of FORMATS) profiles.push(await measureProfile(network, dataset, kernels, input));
  }
  return { network: network.id, kernels: profiles[0].kernels, ways, shares, profiles };
}

function print(network: BenchNetwork, { ways, shares, profiles }: StepResult): void {
  console.log(`\n${describeNetwork(network)}`);
  for (const { input, matrix, samples, ratio } of ways) {
    const rates = `${figure(matrix.median)} samples/s as one matrix, ${figure(samples.median)} sample by sample`;
    console.log(`  ${input.padEnd(7)}${rates}: ratio ${range(ratio)}`);
  }
  for (const { input, speed, step, bare, share } of shares) {
    console.log(
      `  ${input.padEnd(7)}blas: ${figure(speed.median)} samples/s; step ${range(step, 1)} GFLOP/s, sgemm alone ${range(bare, 1)}: share ${range(share)}`,
    );
  }
  const width = Math.max(...profiles[0].phases.map(({ name }) => name.length));
  console.log(`  ${'µs a step'.padEnd(width)}${profiles.map(({ kernels, input }) => `${kernels} ${input}`.padStart(16)).join('')}`);
  profiles[0].phases.forEach(({ name }, k) => {
    const cells = profiles.map(({ phases }) => phases[k].microseconds.toFixed(1).padStart(16));
    console.log(`  ${name.padEnd(width)}${cells.join('')}`);
  });
}

const machine = describeMachine();
console.log(formatMachine(machine));
const dataset = await loadDataset(data);
const results: StepResult[] = [];
for (const network of ALL_NETWORKS.filter(({ id }) => only.includes(id))) {
  const result = await measure(network, dataset).catch((error) => endWith(`${network.id}: ${oneLine(error)}`, 1));
  print(network, result);
  results.push(result);
}
if (record) writeRecord({ bench: 'step', date: today(), machine, settings, results });
