// The table of bench:columns.

import type { ColumnsResult } from '../columns/main.js';
import { figure, range } from '../measure.js';
import { table } from './markdown.js';

export function columnsSection(results: readonly ColumnsResult[]): string {
  return table(
    ['set', 'rows', 'score', 'nabla', 'scikit-learn', 'difference', 'seconds of the command', 'of fitting there'],
    results.map(({ set, rows, classes, nabla, sklearn, difference, seconds, fitting }) => [
      set,
      figure(rows),
      classes ? 'accuracy' : 'R²',
      ...[nabla, sklearn, difference].map((summary) => range(summary, 3)),
      range(seconds),
      range(fitting),
    ]),
    ['set', 'score'],
  );
}
