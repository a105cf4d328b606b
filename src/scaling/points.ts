// The points of a scaling measurement: which are asked for, their turns, and the curves that come of them. How they are measured on one
// machine stands in measure.ts, and by several processes together in measure-ranks.ts.

import { checkInteger, checkNumber } from '../check.js';
import { countSamples, type Dataset } from '../data/dataset.js';
import { NablaError } from '../errors.js';
import { type Configuration, configure, MAX_WORKERS, type TrainOptions } from '../options/options.js';
import { stepKind } from '../options/run-words.js';
import { fixedShards } from '../parallel/modes.js';
import type { Division } from '../parallel/session-plan.js';
import { countCores } from '../system/cores.js';
import { usualWorkerCounts } from '../system/machine.js';
import { fitGrowing, fitLaw } from './laws.js';
import type { ScalingCurve, ScalingPoint, Subject, WorkerTime } from './results.js';
import { rotated, type Summary, summarise } from './statistics.js';
import type { Trial, Turn } from './trials.js';

export type ScalingMode = 'strong' | 'weak';

/** Mini-batches where none are asked for. */
export const USUAL_BATCHES = [10, 100];

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
export interface Point extends Division {
  readonly turns: Turn[];
}

/** Runs the turns of all sides, round after round, each round from another side on. */
export async function inTurns(
  sides: readonly ((round: number) => Promise<void>)[],
  rounds: number,
  { signal, onTurn }: ScalingOptions,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const [k, take] of rotated(sides, round).entries()) {
      if (signal?.aborted) throw new NablaError('INTERRUPTED', 'Stopped before the measurement was done.');
      onTurn?.(round * sides.length + k + 1, rounds * sides.length);
      await take(round);
    }
  }
}

/** The harmonic mean, as of the times; undefined where there is none. */
export function meanOf(rates: readonly (number | undefined)[]): number | undefined {
  const known = rates.filter((rate) => rate !== undefined);
  return known.length === 0 ? undefined : known.length / known.reduce((sum, rate) => sum + 1 / rate, 0);
}

/** All points of some curves, by `keyOf`. */
export function pointsOf(curves: readonly CurveRequest[]): ReadonlyMap<string, Point> {
  return new Map(curves.flatMap(({ divisions }) => divisions.map((division) => [keyOf(division), { ...division, turns: [] }])));
}

/** Shards that do not depend on the workers; undefined where there is one per worker, or none. */
export function shardsAsked({ gradient, shards }: TrainOptions): number | undefined {
  return gradient === undefined ? shards : fixedShards(gradient, shards);
}

/** What has room for all of these points. */
export function roomFor(points: Iterable<Division>, options: TrainOptions, data: Dataset): Configuration {
  const all = [...points];
  const most = (of: (point: Division) => number): number => Math.max(...all.map(of));
  const workers = most((p) => p.workers);
  const shards = options.gradient === 'partial' || shardsAsked(options) !== undefined ? most((p) => p.shards) : workers;
  return { ...configure({ ...options, workers, batch: most((p) => p.batch) }, data), shards };
}

/** Points of a mini-batch, whose workers share a step. */
export interface CurveRequest {
  readonly mode: ScalingMode;
  readonly batch: number;
  readonly divisions: readonly Division[];
}

/** What is asked for, checked. */
export function request(
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

export const keyOf = ({ workers, batch }: Division): string => `${workers} ${batch}`;

export function subjectOf(configuration: Configuration, { kernels }: Trial, data: Dataset): Subject {
  const { network, gradient, input } = configuration;
  const { layers, activations, cost } = network;
  const step = stepKind(configuration);
  return { layers, activations, cost, step, data: data.name, samples: countSamples(data, 'training'), gradient, kernels, input };
}

/** What stands beside the measured figures of a point. */
export interface Beside {
  readonly predicted: (point: Point) => number | undefined;
  readonly ceiling?: (workers: number) => Summary | undefined;
  /** Samples/s of one process of several by itself. */
  readonly alone?: (point: Point) => number | undefined;
  /** Cores that the workers of a point may have. Default: those of this machine. */
  readonly cores?: number;
}

export function curveOf(
  { mode, batch }: CurveRequest,
  measured: readonly Point[],
  { predicted, ceiling, alone, cores = countCores().usable }: Beside,
): ScalingCurve {
  const [one] = measured;
  const points = measured.map((point) => {
    const single = alone?.(point);
    const figures = underCeiling(pointOf(point, one), ceiling?.(point.workers));
    return { ...figures, predicted: predicted(point), ...(single !== undefined && { alone: single }) };
  });
  // The laws know nothing of workers that take turns on a core.
  const withCores = points.filter(({ workers }) => workers <= cores);
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
