// `nabla bench` in several processes that a launcher has started: the points of measure.ts, the mini-batch of each shared among all ranks and
// each rank's rows among its workers. Rank 0 leads and reports; beside each point stands what was predicted from what the ranks do by
// themselves and from a measured exchange (hosts.ts). Weak scaling and ceilings are of one machine, and left to it.
//
//   data, cores        all say what they have                                                       ─ agree
//   by themselves      all calibrate at the same time, as they would train; a session on each       ─ agree
//   the exchange       measured
//   the points         rank 0 leads, turn by turn; the others follow
//   by themselves      once more: the machines may have another speed after the measurement         ─ agree

import type { Dataset } from '../data/dataset.js';
import { wrongValue } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { agreeOn, refuseDifference } from '../mpi/agreement.js';
import { coresOfRank } from '../mpi/cores.js';
import { type MeasuredLink, measureLink } from '../mpi/measure.js';
import type { World } from '../mpi/world.js';
import { type Configuration, functionUrls, type TrainOptions } from '../options/options.js';
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
import { type RankStep, sentBytes, stepSeconds, trafficOf, type Way } from './ranks.js';
import { BENCH_FORMAT, type RanksRecord, type ScalingReport } from './results.js';
import { Trial } from './trials.js';
import { verdictsOf } from './verdict.js';

/** Seconds that the measured exchanges may take, and bytes of that whose rate the report names. */
const EXCHANGE_SECONDS = 0.5;
const NAMED_BYTES = 2 ** 20;
/** How `Session` shares a step among ranks. */
const WAY: Way = 'replicated';

/** What one rank does by itself, by the key of a point. */
type Alone = Readonly<Record<string, RankStep>>;

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

interface Opened {
  readonly task: Task;
  readonly alone: Alone;
  readonly trial: Trial;
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
  const { mine: data, said } = await agreeOn(world, read(), () => coresOfRank(world).usable);
  const cores = Math.min(...said);
  const pools: WorkerPool[] = [];
  try {
    const open = async (): Promise<Opened & { ranked: RankPool }> => {
      const task = await taskOf(world, options, data, scaling, cores);
      const alone = await measureAlone(task);
      const pool = new WorkerPool(task.configuration.workers);
      pools.push(pool);
      const ranked = new RankPool(pool, world);
      return { task, alone, ranked, trial: await Trial.open(task.configuration, data, pool, ranked) };
    };
    const opened = await agreeOn(world, open(), (mine) => ({ facts: factsOf(mine), alone: mine.alone }));
    refuseDifference(world, opened.said, ({ facts }, first) =>
      facts === first.facts ? undefined : `would measure ${facts}, rank 0 ${first.facts}: all need the same version, options, data and kernels.`,
    );
    const link = await measureLink(world, EXCHANGE_SECONDS);
    const { task, trial, ranked } = opened.mine;
    if (world.rank === 0)
      await leadTo(
        world,
        ranked,
        () => takeTurns(task, trial, scaling),
        () => true,
      );
    else await followTo(world, ranked, (division) => trial.follow(division));
    const after = await agreeOn(world, measureAlone(task), (alone) => alone);
    world.settle();
    if (world.rank > 0) return undefined;
    return reportOf(task, trial, link, [opened.said.map(({ alone }) => alone), after.said]);
  } finally {
    for (const pool of pools) await pool.close();
  }
}

/** @throws {RangeError} for what several ranks do not measure */
async function taskOf(world: World, options: TrainOptions, data: Dataset, scaling: ScalingOptions, cores: number): Promise<Task> {
  const { size } = world;
  if (scaling.modes?.includes('weak')) throw wrongValue('mode', `'strong' for ${size} processes`, 'weak');
  await loadFunctions(functionUrls(options));
  const { workers = usualWorkerCounts(cores), batches = USUAL_BATCHES.filter((m) => m >= size) } = scaling;
  const { rounds, seconds, curves } = request({ ...scaling, workers, batches, modes: ['strong'] }, data, options.shards);
  const least = Math.min(...curves.map(({ batch }) => batch));
  if (least < size) throw wrongValue('batch', `at least one sample for each of the ${size} processes`, least);
  const points = pointsOf(curves);
  const configuration = roomFor(points.values(), options, data);
  if (configuration.gradient === 'partial') throw wrongValue('gradient', `'owned' for a run of ${size} processes`, 'partial');
  return { world, options, data, configuration, curves, points, rounds, seconds, cores };
}

/** What must be the same on all ranks, in words. */
function factsOf({ task: { configuration, data, points, rounds }, trial }: Opened): string {
  const { layers, input, step, samples, kernels } = subjectOf(configuration, trial, data);
  const all = [...points.values()].map(({ workers, batch }) => `${workers} × ${batch}`).join(', ');
  return `${layers.join('-')} (${step}, ${input} input) on ${samples} samples with nabla ${version()}, ${kernels}; points ${all}; ${rounds} rounds`;
}

async function takeTurns({ points, rounds, seconds }: Task, trial: Trial, scaling: ScalingOptions): Promise<void> {
  const turns = [...points.values()].map((point) => async () => {
    point.turns.push(await trial.turn(point, { seconds }));
  });
  await inTurns(turns, rounds, scaling);
}

/** What this rank does by itself of each point whose workers have a core each. */
async function measureAlone({ options, data, configuration: { gradient }, points, cores }: Task): Promise<Alone> {
  const within = [...points.values()].filter(({ workers }) => workers <= cores);
  const largest = Math.max(...within.map(({ batch }) => batch));
  const calibration = await Calibration.open({ ...options, gradient }, data, { steps: within, largest });
  try {
    const steps: [string, RankStep][] = [];
    for (const { workers, batch, shards } of within) {
      const sample = (await calibration.step(gradient, workers, batch)) / 1e6 / batch;
      steps.push([keyOf({ workers, batch, shards }), { sample, whole: await wholeOf(calibration, gradient, workers, batch) }]);
    }
    return Object.fromEntries(steps);
  } finally {
    await calibration.close();
  }
}

/** @param alone what the ranks do by themselves: before and after, by rank */
function reportOf(task: Task, trial: Trial, link: MeasuredLink, alone: readonly (readonly Alone[])[]): ScalingReport {
  const { world, configuration, curves, points, rounds, seconds, cores, data } = task;
  const traffic = trafficOf(configuration.network.layers, configuration.input === 'sparse');
  /** Of the slowest rank each time, for whom the others wait. */
  const steps = (point: Point): RankStep[] =>
    alone.flatMap((ranks) => {
      const known = ranks.flatMap((of) => of[keyOf(point)] ?? []);
      return known.length < world.size ? [] : [known.reduce((so, next) => (next.sample > so.sample ? next : so))];
    });
  const predicted = (point: Point): number | undefined => {
    const { batch } = point;
    const ranks = { ranks: world.size, link: linkFor(link, sentBytes(WAY, traffic, batch, world.size)) };
    return meanOf(steps(point).map((step) => batch / stepSeconds(WAY, step, traffic, batch, ranks)));
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
    ranks: recordOf(world, link),
    subject: subjectOf(configuration, trial, data),
    rounds,
    seconds,
    curves: measured,
    verdicts: verdictsOf(measured),
  };
}

function recordOf({ ranksByHost, library, size }: World, link: MeasuredLink): RanksRecord {
  const { latency, bandwidth } = linkFor(link, NAMED_BYTES);
  const hosts = [...ranksByHost].map(([name, ranks]) => ({ name, ranks }));
  return { ranks: size, hosts, library: library.name, latency: 1e6 * latency, bandwidth };
}
