// `nabla bench` in several processes that a launcher has started: the points of measure.ts, the mini-batch of each shared among all ranks and
// each rank's rows among its workers. Rank 0 leads and reports; beside each point stands what was predicted from what the ranks do by
// themselves and from a measured exchange (hosts.ts). Weak scaling and ceilings are of one machine, and left to it.
//
//   data, cores        all say what they have                                                       ─ agree
//   by themselves      all calibrate at the same time, as they would train                          ─ agree
//   the exchange       measured; from it follows which layers are sliced, where the options leave that open
//   a session each     on threads that know of the other ranks                                      ─ agree
//   the points         rank 0 leads, turn by turn; the others follow
//   by themselves      once more: the machines may have another speed after the measurement         ─ agree

import { countSamples, type Dataset, density } from '../data/dataset.js';
import { wrongValue } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import type { KernelName } from '../kernels/kernels.js';
import { agreeOn, refuseDifference } from '../mpi/agreement.js';
import { coresOfRank } from '../mpi/cores.js';
import { type MeasuredLink, measureLink } from '../mpi/measure.js';
import type { World } from '../mpi/world.js';
import { type Configuration, functionUrls, type TrainOptions } from '../options/options.js';
import { stepKind } from '../options/run-words.js';
import { WorkerPool } from '../parallel/pool.js';
import { followTo, leadTo } from '../parallel/ranks/leading.js';
import { RankPool } from '../parallel/ranks/rank-pool.js';
import { describeMachine, usualWorkerCounts } from '../system/machine.js';
import { version } from '../system/version.js';
import { Calibration } from './calibrate.js';
import { linkFor, wholeOf } from './hosts.js';
import {
  type CurveRequest,
  curveOf,
  inTurns,
  keyOf,
  meanOf,
  type Point,
  pointsOf,
  request,
  roomFor,
  type ScalingOptions,
  subjectOf,
  USUAL_BATCHES,
} from './points.js';
import { type RankStep, sentBytes, slicedBy, stepSeconds, trafficOf, worthSlicing } from './ranks.js';
import { BENCH_FORMAT, type RanksRecord, type ScalingReport, type WorkerTime } from './results.js';
import { Trial } from './trials.js';
import { verdictsOf } from './verdict.js';

/** Seconds that the measured exchanges may take, and bytes of that whose rate the report names. */
const EXCHANGE_SECONDS = 0.5;
const NAMED_BYTES = 2 ** 20;
/** What one rank does by itself: by the key of a point seconds a sample, and where the first worker's time goes. Plain data. */
interface Alone {
  readonly kernels: KernelName;
  /** What of the gradient falls to each layer after the inputs. */
  readonly gradientShares: readonly number[];
  readonly points: Readonly<Record<string, { readonly sample: number; readonly time: WorkerTime }>>;
}

/** What is measured, the same on all ranks. */
interface Task {
  readonly world: World;
  readonly options: TrainOptions;
  readonly data: Dataset;
  readonly configuration: Configuration;
  readonly curves: readonly CurveRequest[];
  readonly points: ReadonlyMap<string, Point>;
  readonly rounds: number;
  readonly seconds: number;
  /** Cores of the rank that has the fewest. */
  readonly cores: number;
}

/**
 * Measures on all ranks, each of which calls it.
 * @param read the data of this rank, which are read here so that what is wrong with those of one of them is refused by all
 * @returns the report on rank 0
 */
export async function measureTogether(
  world: World,
  options: TrainOptions,
  read: () => Promise<Dataset>,
  scaling: ScalingOptions,
): Promise<ScalingReport | undefined> {
  const { mine: data, said: cores } = await agreeOn(world, read(), () => coresOfRank(world));
  const begun = async (): Promise<{ task: Task; alone: Alone }> => {
    const task = await taskOf(world, options, data, scaling, Math.min(...cores));
    return { task, alone: await measureAlone(task) };
  };
  const before = await agreeOn(world, begun(), ({ task, alone }) => ({ facts: factsOf(task), alone }));
  refuseDifference(world, before.said, ({ facts }, first) =>
    facts === first.facts ? undefined : `would measure ${facts}, rank 0 ${first.facts}: all need the same version, options and data.`,
  );
  const { task } = before.mine;
  const link = await measureLink(world, EXCHANGE_SECONDS);
  const sliced = slicesOf(task, before.said[0].alone.kernels, link);
  const trial = await measurePoints(task, sliced, scaling);
  const after = await agreeOn(world, measureAlone(task), (alone) => alone);
  world.settle();
  if (world.rank > 0) return undefined;
  return reportOf(task, trial, { link, sliced, alone: [before.said.map(({ alone }) => alone), after.said] });
}

/** @throws {RangeError} for what several ranks do not measure */
async function taskOf(world: World, options: TrainOptions, data: Dataset, scaling: ScalingOptions, cores: number): Promise<Task> {
  const { size } = world;
  if (scaling.modes?.includes('weak')) throw wrongValue('mode', `'strong' for ${size} processes`, 'weak');
  await loadFunctions(functionUrls(options));
  const samples = countSamples(data, 'training');
  const { workers = usualWorkerCounts(cores), batches = USUAL_BATCHES.map((m) => Math.min(m, samples)).filter((m) => m >= size) } = scaling;
  const { rounds, seconds, curves } = request({ ...scaling, workers, batches, modes: ['strong'] }, data, options.shards);
  const least = Math.min(...curves.map(({ batch }) => batch));
  if (least < size) throw wrongValue('batch', `at least one sample for each of the ${size} processes`, least);
  const points = pointsOf(curves);
  const configuration = roomFor(points.values(), options, data);
  if (configuration.gradient !== 'owned') throw wrongValue('gradient', `'owned' for a measurement by ${size} processes`, configuration.gradient);
  return { world, options, data, configuration, curves, points, rounds, seconds, cores };
}

/** What must be the same on all ranks, in words. */
function factsOf({ configuration, data, points, rounds }: Task): string {
  const { network, input } = configuration;
  const all = [...points.values()].map(({ workers, batch }) => `${workers} × ${batch}`).join(', ');
  const what = `${network.layers.join('-')} (${stepKind(configuration)}, ${input} input) on ${countSamples(data, 'training')} samples`;
  return `${what} with nabla ${version()}; workers × mini-batch ${all}; ${rounds} rounds`;
}

/** Which layers are sliced in all points: what is asked for, or pays with the largest mini-batch and the most workers. */
function slicesOf({ world, options, configuration, data }: Task, kernels: KernelName, measured: MeasuredLink): boolean[] {
  const { across = 'auto' } = options;
  const { network, batch, workers, input } = configuration;
  const { layers } = network;
  if (across !== 'auto') return slicedBy(across, layers);
  const { bytes } = trafficOf({ layers, sparse: input === 'sparse' }, 'sliced');
  const link = linkFor(measured, (bytes * (world.size - 1)) / world.size);
  return worthSlicing({ layers, density: input === 'sparse' ? density(data.training) : undefined, batch, kernels, workers, ranks: world.size, link });
}

/** Runs the points on all ranks: their turns, on rank 0. */
async function measurePoints(
  { world, configuration, data, points, rounds, seconds }: Task,
  sliced: readonly boolean[],
  scaling: ScalingOptions,
): Promise<Trial> {
  const pool = new WorkerPool(configuration.workers);
  try {
    const ranked = new RankPool(pool, world, sliced);
    const { mine: trial } = await agreeOn(world, Trial.open(configuration, data, pool, ranked), () => true);
    const turns = [...points.values()].map((point) => async () => {
      point.turns.push(await trial.turn(point, { seconds }));
    });
    if (world.rank > 0) await followTo(world, ranked, (division) => trial.follow(division));
    else {
      await leadTo(
        world,
        ranked,
        () => inTurns(turns, rounds, scaling),
        () => true,
      );
    }
    return trial;
  } finally {
    await pool.close();
  }
}

/** What this rank does by itself of each point whose workers have a core each. */
async function measureAlone({ options, data, configuration: { gradient }, points, cores }: Task): Promise<Alone> {
  const within = [...points.values()].filter(({ workers }) => workers <= cores);
  const largest = Math.max(...within.map(({ batch }) => batch));
  const calibration = await Calibration.open({ ...options, gradient }, data, { steps: within, largest });
  try {
    const known: Record<string, { sample: number; time: WorkerTime }> = {};
    for (const point of within) {
      const { workers, batch } = point;
      const sample = (await calibration.step(gradient, workers, batch)) / 1e6 / batch;
      known[keyOf(point)] = { sample, time: await calibration.time(gradient, workers, batch) };
    }
    return { kernels: calibration.kernels, gradientShares: calibration.gradientShares, points: known };
  } finally {
    await calibration.close();
  }
}

/** What the predictions hang on. */
interface Beneath {
  readonly link: MeasuredLink;
  readonly sliced: readonly boolean[];
  /** What the ranks do by themselves: before and after, by rank. */
  readonly alone: readonly (readonly Alone[])[];
}

function reportOf(task: Task, trial: Trial, { link, sliced, alone }: Beneath): ScalingReport {
  const { world, configuration, curves, points, rounds, seconds, cores, data } = task;
  const traffic = trafficOf({ layers: configuration.network.layers, sparse: configuration.input === 'sparse' }, sliced);
  /** Of the slowest rank each time, for whom the others wait. */
  const steps = (point: Point): RankStep[] =>
    alone.flatMap((ranks) => {
      const known = ranks.flatMap(({ points: of, gradientShares }) => {
        const found = of[keyOf(point)];
        return found ? [{ sample: found.sample, whole: wholeOf(found.time, gradientShares, sliced) }] : [];
      });
      return known.length < world.size ? [] : [known.reduce((so, next) => (next.sample > so.sample ? next : so))];
    });
  const predicted = (point: Point): number | undefined => {
    const { batch } = point;
    const ranks = { ranks: world.size, link: linkFor(link, sentBytes(traffic, batch, world.size)) };
    return meanOf(steps(point).map((step) => batch / stepSeconds(step, traffic, batch, ranks)));
  };
  const measured = curves.map((curve) => {
    const list = curve.divisions.map((division) => points.get(keyOf(division)) as Point);
    return curveOf(curve, list, { predicted, alone: (point) => meanOf(steps(point).map(({ sample }) => 1 / sample)), cores });
  });
  return {
    format: BENCH_FORMAT,
    created: new Date().toISOString(),
    version: version(),
    machine: describeMachine(),
    ranks: recordOf(world, link, sliced),
    subject: subjectOf(configuration, trial, data),
    rounds,
    seconds,
    curves: measured,
    verdicts: verdictsOf(measured),
  };
}

function recordOf({ ranksByHost, library, size }: World, link: MeasuredLink, sliced: readonly boolean[]): RanksRecord {
  const { latency, bandwidth } = linkFor(link, NAMED_BYTES);
  const hosts = [...ranksByHost].map(([name, ranks]) => ({ name, ranks }));
  return { ranks: size, hosts, library: library.name, latency: 1e6 * latency, bandwidth, sliced };
}
