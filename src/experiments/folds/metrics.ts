// The figures of a fold: what a run says of its test samples at its end, which are those of the fold. And each of them over all folds.

import type { DoneEvent } from '../../options/events.js';

/** What is read of the end of a run. */
type Done = Pick<DoneEvent, 'testCost' | 'testAccuracy' | 'testFigures' | 'trainingCost'>;

interface MetricRow {
  /** What people call it. */
  readonly title: string;
  /** Whether it is a share of something, which is written in per cent. */
  readonly isShare?: true;
  of(done: Done): number | null | undefined;
}

/** In the order in which they are shown. What has no meaning for the targets or the outputs is absent. */
export const METRICS = {
  accuracy: { title: 'accuracy', isShare: true, of: ({ testAccuracy }) => testAccuracy },
  r2: { title: 'R²', of: ({ testFigures }) => testFigures?.r2 },
  rmse: { title: 'RMSE', of: ({ testFigures }) => testFigures?.rmse },
  mae: { title: 'MAE', of: ({ testFigures }) => testFigures?.mae },
  macroF1: { title: 'macro F1', of: ({ testFigures }) => testFigures?.macroF1 },
  weightedF1: { title: 'weighted F1', of: ({ testFigures }) => testFigures?.weightedF1 },
  rocAuc: { title: 'ROC AUC', of: ({ testFigures }) => testFigures?.rocAuc },
  topKAccuracy: { title: 'top-k accuracy', isShare: true, of: ({ testFigures }) => testFigures?.topK?.accuracy },
  logLoss: { title: 'log loss', of: ({ testFigures }) => testFigures?.logLoss },
  calibrationError: { title: 'calibration error', of: ({ testFigures }) => testFigures?.calibrationError },
  cost: { title: 'cost', of: ({ testCost }) => testCost },
  trainingCost: { title: 'training cost', of: ({ trainingCost }) => trainingCost },
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
export type FoldFigures = Readonly<Partial<Record<MetricName, number>>>;

export function figuresOf(done: Done): FoldFigures {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, METRICS[name].of(done) ?? undefined]).filter(([, value]) => value !== undefined));
}

/** A figure over folds. */
export interface Spread {
  /** Folds that have it. */
  readonly folds: number;
  readonly mean: number;
  /** √ of Σ (x - mean)² / (folds - 1); null of one fold. */
  readonly deviation: number | null;
  /** deviation / √folds. The folds' networks share most of their training samples, so what the mean would be of other samples may differ by more. */
  readonly standardError: number | null;
  readonly least: number;
  readonly most: number;
}

/** Of each figure that a fold has. */
export function spreadsOf(folds: readonly FoldFigures[]): Readonly<Partial<Record<MetricName, Spread>>> {
  return Object.fromEntries(
    METRIC_NAMES.flatMap((name) => {
      const values = folds.flatMap((figures) => figures[name] ?? []);
      return values.length === 0 ? [] : [[name, spreadOf(values)]];
    }),
  );
}

function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const deviation = n < 2 ? null : Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1));
  const standardError = deviation === null ? null : deviation / Math.sqrt(n);
  return { folds: n, mean, deviation, standardError, least: Math.min(...values), most: Math.max(...values) };
}
