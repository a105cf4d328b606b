// A comparison of two scaling measurements as text for a terminal: warnings, the points of each curve, and the verdict.

import type { Summary } from '../../scaling/statistics.js';
import { percent, plural } from '../../text.js';
import type { Comparison, PointChange, PointName } from '../data/compare-scaling.js';
import { curveTitle, measureOf, RATE_UNITS, signedPercent, TEXT_WIDTH } from '../words.js';
import { textTable, wrap } from './columns.js';

/** In lines of at most 80 characters. */
export function comparisonText(comparison: Comparison): string {
  const { points, onlyOlder, onlyNewer, warnings } = comparison;
  const titles = [...new Set(points.map(curveTitle))];
  const paragraphs = [
    warnings.flatMap((warning) => wrap(`warning: ${warning}`, TEXT_WIDTH)),
    ...titles.map((title) => [title, '', ...changeTable(points.filter((point) => curveTitle(point) === title))]),
    [...onlyIn('older', onlyOlder), ...onlyIn('newer', onlyNewer)],
    verdict(comparison),
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function changeTable(points: readonly PointChange[]): string[] {
  const rate = measureOf(
    points.flatMap(({ older, newer }) => [older.maximum, newer.maximum]),
    RATE_UNITS,
  );
  const range = ({ minimum, maximum }: Summary): string => `${rate.show(minimum)} to ${rate.show(maximum)}`;
  return textTable([
    { head: 'workers', cells: points.map(({ workers }) => String(workers)) },
    { top: `older ${rate.unit}`, head: 'median', cells: points.map(({ older }) => rate.show(older.median)) },
    { top: 'newer', head: 'median', cells: points.map(({ newer }) => rate.show(newer.median)) },
    { head: 'min to max', cells: points.map(({ newer }) => range(newer)) },
    { head: 'change', cells: points.map(({ ratio }) => signedPercent(ratio - 1)) },
    { head: '', cells: points.map(({ regression }) => (regression ? 'regression' : '')) },
  ]);
}

function onlyIn(which: string, points: readonly PointName[]): string[] {
  return [...new Set(points.map(curveTitle))].flatMap((title) => {
    const counts = points.filter((point) => curveTitle(point) === title).map(({ workers }) => workers);
    return wrap(`only in the ${which} report: ${title}: ${counts.join(', ')} ${counts.join() === '1' ? 'worker' : 'workers'}`, TEXT_WIDTH);
  });
}

function verdict({ points, threshold }: Comparison): string[] {
  const slower = points.filter(({ regression }) => regression).length;
  if (points.length === 0) return ['no point in both reports'];
  const of = `${slower === 0 ? 'none' : slower} of ${plural(points.length, 'point')}`;
  return wrap(`${of} slower by more than ${percent(threshold)}, with its best round below the older median`, TEXT_WIDTH);
}
