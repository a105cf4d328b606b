// The figures of a trained network that several runs are compared by: their names, what they mean, which way is better, and how they are
// written. One decides; the others are shown beside it.

import type { NamedRows } from '../../check.js';
import type { DoneEvent } from '../../options/events.js';
import { fixed, percent } from '../../text.js';

/** What a run's last event says of its network; in a record of a run each may be missing. */
export type Measured = Partial<
  Pick<DoneEvent, 'trainingCost' | 'validationCost' | 'validationAccuracy' | 'testCost' | 'testAccuracy' | 'testFigures'>
>;

interface FigureRow {
  readonly text: string;
  /** A share is written in per cent, and a difference of two in points of them. */
  readonly kind: 'share' | 'number';
  readonly better: 'more' | 'less';
  readonly of: (measured: Measured) => number | null | undefined;
  /** What other tools call it. */
  readonly also?: readonly string[];
}

/** In the order in which they are shown. */
const FIGURES = {
  'test-accuracy': { text: 'test accuracy', kind: 'share', better: 'more', of: (e) => e.testAccuracy, also: ['accuracy', 'acc', 'test', 'score'] },
  'test-cost': { text: 'test cost', kind: 'number', better: 'less', of: (e) => e.testCost, also: ['cost', 'loss', 'test-loss'] },
  'test-macro-f1': { text: 'test macro F1', kind: 'number', better: 'more', of: (e) => e.testFigures?.macroF1, also: ['f1', 'macro-f1', 'f1-macro'] },
  'test-weighted-f1': {
    text: 'test weighted F1',
    kind: 'number',
    better: 'more',
    of: (e) => e.testFigures?.weightedF1,
    also: ['weighted-f1', 'f1-weighted'],
  },
  'test-top-k': { text: 'test top k', kind: 'share', better: 'more', of: (e) => e.testFigures?.topK?.accuracy, also: ['top-k', 'top-5'] },
  'test-log-loss': { text: 'test log-loss', kind: 'number', better: 'less', of: (e) => e.testFigures?.logLoss, also: ['log-loss', 'nll'] },
  'test-roc-auc': { text: 'test ROC AUC', kind: 'number', better: 'more', of: (e) => e.testFigures?.rocAuc, also: ['auc', 'roc-auc', 'roc'] },
  'test-calibration-error': {
    text: 'test calibration error',
    kind: 'number',
    better: 'less',
    of: (e) => e.testFigures?.calibrationError,
    also: ['ece', 'calibration', 'calibration-error'],
  },
  'test-r2': { text: 'test R²', kind: 'number', better: 'more', of: (e) => e.testFigures?.r2, also: ['r2', 'r-squared'] },
  'test-rmse': { text: 'test RMSE', kind: 'number', better: 'less', of: (e) => e.testFigures?.rmse, also: ['rmse', 'mse'] },
  'test-mae': { text: 'test MAE', kind: 'number', better: 'less', of: (e) => e.testFigures?.mae, also: ['mae'] },
  'validation-accuracy': {
    text: 'validation accuracy',
    kind: 'share',
    better: 'more',
    of: (e) => e.validationAccuracy,
    also: ['val-acc', 'val-accuracy', 'validation'],
  },
  'validation-cost': { text: 'validation cost', kind: 'number', better: 'less', of: (e) => e.validationCost, also: ['val-loss', 'val-cost'] },
  'training-cost': { text: 'training cost', kind: 'number', better: 'less', of: (e) => e.trainingCost, also: ['train-loss', 'train-cost'] },
} as const satisfies Readonly<Record<string, FigureRow>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];
const ROWS: Readonly<Record<FigureName, FigureRow>> = FIGURES;
/** The words of other tools for them. */
export const FIGURE_WORDS: NamedRows = FIGURES;

export type Figures = Readonly<Partial<Record<FigureName, number>>>;

/** Those that are there, and finite. */
export function figuresOf(measured: Measured): Figures {
  return Object.fromEntries(
    FIGURE_NAMES.flatMap((name) => {
      const value = ROWS[name].of(measured);
      return Number.isFinite(value) ? [[name, value]] : [];
    }),
  );
}

/** What runs are judged by where nobody says: what they go by themselves while they train, on test samples if there are any. */
const DECIDING: readonly FigureName[] = ['test-accuracy', 'test-cost', 'validation-accuracy', 'validation-cost', 'training-cost'];

/** @param all figures of the runs */
export function decidingFigure(all: readonly Figures[]): FigureName {
  return DECIDING.find((name) => all.some((figures) => figures[name] !== undefined)) ?? 'training-cost';
}

/** 'test accuracy' */
export const wordsOf = (name: FigureName): string => ROWS[name].text;

/** 1 where more of it is better, -1 where less is. */
export const directionOf = (name: FigureName): 1 | -1 => (ROWS[name].better === 'more' ? 1 : -1);

/** '95.12 %', '0.1234' */
export function valueText(name: FigureName, value: number): string {
  if (ROWS[name].kind === 'share') return percent(value, 2);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1000 ? value.toFixed(4) : value.toPrecision(4);
}

/** Of a difference or a spread: '0.42' in points of per cent, '0.0123'; with its sign where that is asked for. */
export function differenceText(name: FigureName, value: number, signed = false): string {
  const size = Math.abs(value);
  const text =
    ROWS[name].kind === 'share' ? fixed(100 * size, 2) : size === 0 || (size >= 1e-4 && size < 1000) ? size.toFixed(4) : size.toPrecision(2);
  const isZero = Number(text) === 0;
  return `${value < 0 && !isZero ? '-' : signed && !isZero ? '+' : ''}${text}`;
}

/** 'points', or nothing where a figure has no unit. */
export const unitOf = (name: FigureName): string => (ROWS[name].kind === 'share' ? ' points' : '');
