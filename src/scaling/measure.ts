// How training scales with workers on this machine, measured: each worker count at each mini-batch, in turns, round after
// round, so that what else the machine does falls on all alike. Strong scaling keeps the mini-batch, as training does; weak
// scaling gives each worker as many samples. The ceiling of each count takes its turns among them (see ceiling.ts).

import type { Dataset } from '../data/dataset.js';
import { loadFunctions } from '../functions/custom.js';
import { type Configuration, functionUrls, type TrainOptions } from '../options/options.js';
import { WorkerPool } from '../parallel/pool.js';
import { countCores } from '../system/cores.js';
import { describeMachine } from '../system/machine.js';
import { version } from '../system/version.js';
import { Calibration } from './calibrate.js';
import { Ceiling } from './ceiling.js';
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
  shardsAsked,
  subjectOf,
} from './points.js';
import { BENCH_FORMAT, type ScalingReport } from './results.js';
import { Trial } from './trials.js';
import { verdictsOf } from './verdict.js';

/** Seconds of each side of a ceiling's turn, as a share of those of a point: with both modes a fifth of the whole time. */
const CEILING_SHARE = 0.25;

/** Measures the network of `options` on `data`. The workers and the mini-batch of the options are ignored. */
export async function measureScaling(options: TrainOptions, data: Dataset, scaling: ScalingOptions = {}): Promise<ScalingReport> {
  await loadFunctions(functionUrls(options));
  const shards = shardsAsked(options);
  const { rounds, seconds, curves } = request(scaling, data, shards);
  const points = pointsOf(curves);
  const all = [...points.values()];
  const configuration = roomFor(all, options, data);
  // The machine may have another speed after the measurement than before it.
  const expected = [await expect(options, data, configuration, all, scaling)];
  const pool = new WorkerPool(configuration.workers);
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
