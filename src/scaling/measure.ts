// How training scales with workers on this machine, measured: each worker count at each mini-batch, in turns, round after
// round, so that what else the machine does falls on all alike. Strong scaling keeps the mini-batch, as training does; weak
// scaling gives each worker as many samples. The ceiling of each count takes its turns among them (see ceiling.ts).

import { checkInteger, checkNumber } from '../check.js';
import { countSamples, type Dataset } from '../data/dataset.js';
import { NablaError } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { type Configuration, configure, functionUrls, MAX_WORKERS, type TrainOptions } from '../options/options.js';
import { stepKind } from '../options/run-words.js';
import { fixedShards } from '../parallel/modes.js';
import { WorkerPool } from '../parallel/pool.js';
import type { Division } from '../parallel/session.js';
import { countCores } from '../system/cores.js';
import { describeMachine, usualWorkerCounts } from '../system/machine.js';
import { version } from '../system/version.js';
import { Calibration } from './calibrate.js';
import { Ceiling } from './ceiling.js';
import { fitGrowing, fitLaw } from './laws.js';
import { BENCH_FORMAT, type ScalingCurve, type ScalingPoint, type ScalingReport, type Subject, type WorkerTime } from './results.js';
import { rotated, type Summary, summarise } from './statistics.js';
import { Trial, type Turn } from './trials.js';
import { verdictsOf } from './verdict.js';

export type ScalingMode = 'strong' | 'weak';

const USUAL_BATCHES = [10, 100];
/** Seconds of each side of a ceiling's turn, as a share of those of a point: with both modes a fifth of the whole time. */
const CEILING_SHARE = 0.25;

export interface ScalingOptions {
  /** Worker counts; one is always among them. Default: powers of two up to the cores, and the cores. */
  readonly workers?: readonly number[];
  /** Mini-batches: of all workers for strong scaling, of one for weak. Default: 10 and 100, as far as there are samples. */
  readonly batches?: readonly number[];
  /** Default: both. */
  readonly modes?: readonly ScalingMode[];
  /** Default: 5. */
  readonly rounds?: number;
  /** Seconds of training for each point and round. Default: 0.25. */
  readonly seconds?: number;
  /** Whether the plan's expectation stands beside each point. Default: true. */
  readonly predict?: boolean;
  /** Whether the ceiling is measured. Default: true. */
  readonly ceiling?: boolean;
  /** Hears before each turn which it is, of how many. */
  readonly onTurn?: (turn: number, of: number) => void;
  /** Stops the measurement before the next turn. */
  readonly signal?: AbortSignal;
}

/** A point to measure. Points of several curves may be the same; each is measured once. */
interface Point extends Division {
  readonly turns: Turn[];
}

/** Measures the network of `options` on `data`. The workers and the mini-batch of the options are ignored. */
export async function measureScaling(options: TrainOptions, data: Dataset, scaling: ScalingOptions = {}): Promise<ScalingReport> {
  await loadFunctions(functionUrls(options));
  // Where none are said, 'partial' may have one per worker.
  const shards = options.gradient === undefined ? options.shards : fixedShards(options.gradient, options.shards);
  const { rounds, seconds, curves } = request(scaling, data, shards);
  const points = new Map<string, Point>();
  for (const curve of curves) for (const division of curve.divisions) points.set(keyOf(division), { ...division, turns: [] });
  const all = [...points.values()];
  const most = (of: (point: Point) => number): number => Math.max(...all.map(of));
  const workers = most((p) => p.workers);
  const configuration = {
    ...configure({ ...options, workers, batch: most((p) => p.batch) }, data),
    shards: options.gradient === 'partial' || shards !== undefined ? most((p) => p.shards) : workers,
  };
  // The machine may have another speed after the measurement than before it.
  const expected = [await expect(options, data, configuration, all, scaling)];
  const pool = new WorkerPool(workers);
  let ceiling: Ceiling | undefined;
  try {
    const trial = await Trial.open(configuration, data, pool);
    const one = { ...configuration, workers: 1, shards: shards ?? 1 };
    ceiling = await openCeiling(one, data, scaling.ceiling === false ? [] : curves, { bytes: trial.memoryBytes, seconds: CEILING_SHARE * seconds });
    const takePoints = all.map((point) => async () => {
      point.turns.push(await trial.turn(point, { seconds }));
    });
    await inTurns([...takePoints, ...ceiling.turns], rounds, scaling);
    expected.push(await expect(options, data, configuration, all, scaling));
    const predicted = (point: Point): number | undefined => meanOf(expected.map((of) => of.get(keyOf(point))));
    const measuredCurves = curves.map((curve) => {
      const measured = curve.divisions.map((division) => points.get(keyOf(division)) as Point);
      return curveOf(curve, measured, { predicted, ceiling: (copies) => ceiling?.of(copies, curve.batch) });
    });
    return {
      format: BENCH_FORMAT,
      created: new Date().toISOString(),
      version: version(),
      machine: describeMachine(),
      subject: subjectOf(configuration, trial, data),
      rounds,
      seconds,
      curves: measuredCurves,
      verdicts: verdictsOf(measuredCurves),
      ...(ceiling.note && { ceilingNote: ceiling.note }),
    };
  } finally {
    await ceiling?.close();
    await pool.close();
  }
}

/** The copies of one worker's run for every count of these curves: those of a curve have its mini-batch, whatever the mode. */
function openCeiling(
  one: Configuration,
  data: Dataset,
  curves: readonly CurveRequest[],
  limits: { readonly bytes: number; readonly seconds: number },
): Promise<Ceiling> {
  const points = curves.flatMap(({ batch, divisions }) => divisions.map(({ workers }) => ({ copies: workers, batch })));
  return Ceiling.open({ ...one, batch: Math.max(1, ...curves.map(({ batch }) => batch)) }, data, { points, ...limits });
}

/** Runs the turns of all sides, round after round, each round from another side on. */
async function inTurns(sides: readonly ((round: number) => Promise<void>)[], rounds: number, { signal, onTurn }: ScalingOptions): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const [k, take] of rotated(sides, round).entries()) {
      if (signal?.aborted) throw new NablaError('INTERRUPTED', 'Stopped before the measurement was done.');
      onTurn?.(round * sides.length + k + 1, rounds * sides.length);
      await take(round);
    }
  }
}

/** Samples per second that the plan expects of each point whose workers have a core each. */
async function expect(
  options: TrainOptions,
  data: Dataset,
  { gradient }: Configuration,
  points: readonly Point[],
  { predict = true }: ScalingOptions,
): Promise<Map<string, number>> {
  const rates = new Map<string, number>();
  if (!predict) return rates;
  const within = points.filter(({ workers }) => workers <= countCores().usable);
  const request = { steps: within, largest: Math.max(...within.map(({ batch }) => batch)) };
  const calibration = await Calibration.open({ ...options, gradient }, data, request);
  try {
    for (const point of within) rates.set(keyOf(point), (1e6 * point.batch) / (await calibration.step(gradient, point.workers, point.batch)));
    return rates;
  } finally {
    await calibration.close();
  }
}

/** The harmonic mean, as of the times; undefined where there is none. */
function meanOf(rates: readonly (number | undefined)[]): number | undefined {
  const known = rates.filter((rate) => rate !== undefined);
  return known.length === 0 ? undefined : known.length / known.reduce((sum, rate) => sum + 1 / rate, 0);
}

interface CurveRequest {
  readonly mode: ScalingMode;
  readonly batch: number;
  readonly divisions: readonly Division[];
}

function request(
  { workers, batches, modes = ['strong', 'weak'], rounds = 5, seconds = 0.25 }: ScalingOptions,
  data: Dataset,
  shards: number | undefined,
): { rounds: number; seconds: number; curves: CurveRequest[] } {
  const samples = countSamples(data, 'training');
  const asked = (workers ?? usualWorkerCounts(countCores().usable)).map((n) => checkInteger('workers', n, 1, MAX_WORKERS));
  const counts = [...new Set([1, ...asked])].sort((a, b) => a - b);
  const sizes = [...new Set((batches ?? USUAL_BATCHES.map((m) => Math.min(m, samples))).map((m) => checkInteger('batch', m, 1, samples)))].sort(
    (a, b) => a - b,
  );
  const curves = modes.flatMap((mode) =>
    sizes.map((batch) => ({
      mode,
      batch,
      divisions: counts
        .map((n) => ({ workers: n, shards: shards ?? n, batch: mode === 'strong' ? batch : batch * n }))
        .filter((division) => division.batch <= samples),
    })),
  );
  return { rounds: checkInteger('rounds', rounds, 1, 1000), seconds: checkNumber('seconds', seconds, 0, true), curves };
}

const keyOf = ({ workers, batch }: Division): string => `${workers} ${batch}`;

function subjectOf(configuration: Configuration, { kernels }: Trial, data: Dataset): Subject {
  const { network, gradient, input } = configuration;
  const { layers, activations, cost } = network;
  const step = stepKind(configuration);
  return { layers, activations, cost, step, data: data.name, samples: countSamples(data, 'training'), gradient, kernels, input };
}

/** What stands beside the measured figures of a point. */
interface Beside {
  readonly predicted: (point: Point) => number | undefined;
  readonly ceiling: (workers: number) => Summary | undefined;
}

function curveOf({ mode, batch }: CurveRequest, measured: readonly Point[], { predicted, ceiling }: Beside): ScalingCurve {
  const [one] = measured;
  const points = measured.map((point) => ({ ...underCeiling(pointOf(point, one), ceiling(point.workers)), predicted: predicted(point) }));
  // The laws know nothing of workers that take turns on a core.
  const withCores = points.filter(({ workers }) => workers <= countCores().usable);
  const speedUps = withCores.map(({ workers, speedUp }) => ({ workers, speedUp: speedUp.median }));
  const law = mode === 'strong' ? fitLaw(speedUps) : fitGrowing(speedUps);
  return { mode, batch, points, ...(law && { law }) };
}

function pointOf({ workers, batch, turns }: Point, one: Point): ScalingPoint {
  const rates = turns.map(rateOf);
  const samplesPerSecond = summarise(rates);
  const speedUp = summarise(turns.map((turn, round) => rateOf(turn) / rateOf(one.turns[round])));
  const middle = turns.reduce((best, turn) =>
    Math.abs(rateOf(turn) - samplesPerSecond.median) < Math.abs(rateOf(best) - samplesPerSecond.median) ? turn : best,
  );
  return {
    workers,
    batch,
    samplesPerSecond,
    speedUp,
    efficiency: speedUp.median / workers,
    step: (1e6 * batch) / samplesPerSecond.median,
    time: middle.time,
    imbalance: imbalanceOf(middle.time),
  };
}

/** The point with its ceiling, where that was measured, and its efficiency of it. */
export function underCeiling(point: ScalingPoint, ceiling: Summary | undefined): ScalingPoint {
  return ceiling === undefined ? point : { ...point, ceiling, efficiencyOfCeiling: point.speedUp.median / ceiling.median };
}

const rateOf = ({ samples, seconds }: Turn): number => samples / seconds;

/** By how much the busiest worker is busier than all on average, as a share of the step. */
function imbalanceOf(time: readonly WorkerTime[]): number {
  const busy = time.map(({ gather, forward, backward, update }) => gather + forward + backward + update);
  const mean = busy.reduce((sum, t) => sum + t, 0) / busy.length;
  const step = Math.max(...time.map(({ wait }, i) => busy[i] + wait));
  return (Math.max(...busy) - mean) / step;
}
