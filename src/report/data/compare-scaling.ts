// Two scaling measurements side by side: which points became slower by more than noise explains, and what makes the two
// hard to compare.

import { wrongKind, wrongValue } from '../../errors.js';
import type { ScalingCurve, ScalingPoint, ScalingReport, Subject } from '../../scaling/results.js';
import type { Summary } from '../../scaling/statistics.js';
import type { MachineRecord } from '../../system/machine.js';
import { plural } from '../../text.js';

/** Which point of a report: the curve's mode and batch, and the worker count. */
export interface PointName {
  readonly mode: ScalingCurve['mode'];
  readonly batch: number;
  readonly workers: number;
}

/** A point that both reports have. */
export interface PointChange extends PointName {
  /** Samples/s. */
  readonly older: Summary;
  readonly newer: Summary;
  /** Median samples/s, newer / older. */
  readonly ratio: number;
  readonly regression: boolean;
}

export interface Comparison {
  /** The share by which a point may be slower. */
  readonly threshold: number;
  readonly points: readonly PointChange[];
  readonly onlyOlder: readonly PointName[];
  readonly onlyNewer: readonly PointName[];
  /** Why the two may not be comparable, a sentence each. */
  readonly warnings: readonly string[];
}

type NamedPoint = PointName & Pick<ScalingPoint, 'samplesPerSecond'>;

/**
 * Compares two reports point by point, matched by mode, batch and workers.
 *
 * A point is a regression where its newer median is below its older median by more than `threshold` (0.1 is 10 %), and its
 * newer maximum is below its older median too: a median that fell while the best round still reached the old one is noise.
 */
export function compareScaling(older: ScalingReport, newer: ScalingReport, threshold: number): Comparison {
  const expected = 'a share of at least 0 and below 1';
  if (typeof threshold !== 'number') throw wrongKind('threshold', expected, threshold);
  if (!(threshold >= 0 && threshold < 1)) throw wrongValue('threshold', expected, threshold);
  const [before, after] = [namedPoints(older), namedPoints(newer)];
  return {
    threshold,
    points: before.flatMap((point) => {
      const match = after.find((other) => samePoint(point, other));
      return match ? [change(point, match, threshold)] : [];
    }),
    onlyOlder: missing(before, after),
    onlyNewer: missing(after, before),
    warnings: [...machineWarnings(older.machine, newer.machine), ...ranksWarnings(older, newer), ...subjectWarnings(older.subject, newer.subject)],
  };
}

function namedPoints({ curves }: ScalingReport): NamedPoint[] {
  return curves.flatMap(({ mode, batch, points }) => points.map(({ workers, samplesPerSecond }) => ({ mode, batch, workers, samplesPerSecond })));
}

function samePoint(a: PointName, b: PointName): boolean {
  return a.mode === b.mode && a.batch === b.batch && a.workers === b.workers;
}

function change(
  { mode, batch, workers, samplesPerSecond: older }: NamedPoint,
  { samplesPerSecond: newer }: NamedPoint,
  threshold: number,
): PointChange {
  const regression = newer.median < older.median * (1 - threshold) && newer.maximum < older.median;
  return { mode, batch, workers, older, newer, ratio: newer.median / older.median, regression };
}

/** The points of one report that the other has not. */
function missing(points: readonly NamedPoint[], others: readonly NamedPoint[]): PointName[] {
  return points.filter((point) => !others.some((other) => samePoint(point, other))).map(({ mode, batch, workers }) => ({ mode, batch, workers }));
}

function machineWarnings(older: MachineRecord, newer: MachineRecord): string[] {
  const major = ({ node }: MachineRecord): string => node.replace(/^v/, '').split('.')[0];
  return [
    ...difference('another machine: processor', older.cpu, newer.cpu),
    ...difference('another machine: usable cores', String(older.usable), String(newer.usable)),
    ...difference('another Node', major(older), major(newer)),
  ];
}

/** How many processes shared a step, on how many hosts. */
function ranksWarnings(older: ScalingReport, newer: ScalingReport): string[] {
  const words = ({ ranks }: ScalingReport): string => `${ranks?.ranks ?? 1} on ${plural(ranks?.hosts.length ?? 1, 'host')}`;
  return difference('other processes:', words(older), words(newer));
}

/** A run of another length is still a run of the same thing, so `samples` may differ. */
function subjectWarnings(older: Subject, newer: Subject): string[] {
  return [
    ...difference('another network: layers', older.layers.join('-'), newer.layers.join('-')),
    ...difference('another network: activations', older.activations.join('-'), newer.activations.join('-')),
    ...difference('other steps', older.step ?? 'sgd', newer.step ?? 'sgd'),
    ...(['cost', 'data', 'gradient', 'kernels', 'input'] as const).flatMap((field) => difference(`other ${field}`, older[field], newer[field])),
  ];
}

function difference(what: string, older: string, newer: string): string[] {
  return older === newer ? [] : [`${what} ${newer}, was ${older}`];
}
