// What a published run needs and what its figure means: the samples it trains on, which epoch's accuracy counts, and how near
// the book's figure is near enough. Pure functions.

import type { Dataset, Samples } from '../data/dataset.js';
import type { PublishedRun } from './published-runs.js';

/** Shares after one epoch; null where the split is empty. */
export interface EpochAccuracy {
  readonly validation: number | null;
  readonly test: number | null;
}

/**
 * - inside: the mean over the seeds is in the band.
 * - in spread: the mean is not, but single runs are known to lie far apart, and the book's one run is no further from the mean.
 * - best seed: the mean is not, the best seed is, and the book's own figure is that of the best of three runs.
 * - outside: neither.
 * - not compared: the data are not MNIST.
 */
export type Verdict = 'inside' | 'in spread' | 'best seed' | 'outside' | 'not compared';

/** Sizes of all layers: the book's, 784 and 10 around the hidden ones, where the data are MNIST. */
export function layersOf({ hidden }: PublishedRun, { inputs, classes }: Dataset): number[] {
  return [inputs, ...hidden, classes];
}

/** Epochs that must be run. Those before do not depend on how many follow. */
export function epochsOf({ rule, epochs }: PublishedRun): number {
  return rule === 'first epoch' ? 1 : epochs;
}

/**
 * The data set of a run: what it trains on and what is measured, and nothing else, because evaluation takes time too. Of a run
 * on few images the training images also stand in the place of the validation's: their accuracy shows when all are right.
 */
export function dataFor({ images, split, rule }: PublishedRun, data: Dataset): Dataset {
  const none = firstOf(data.validation, 0, data.inputs);
  const validated = split === 'validation' || rule === 'best validation';
  const test = split === 'test' ? data.test : none;
  if (images === undefined) return { ...data, validation: validated ? data.validation : none, test };
  const training = firstOf(data.training, images, data.inputs);
  return { ...data, training, validation: training, test };
}

/** The first `count` samples, or all where there are fewer. */
function firstOf({ values, labels }: Samples, count: number, inputs: number): Samples {
  return { values: values.subarray(0, count * inputs), labels: labels.subarray(0, count) };
}

/** The accuracy that a run's rule takes, and the last one; per cent. */
export function measure({ split, rule }: PublishedRun, epochs: readonly EpochAccuracy[]): { accuracy: number; last: number } {
  const figures = epochs.map((epoch) => percentage(epoch[split] ?? Number.NaN));
  const last = figures[figures.length - 1];
  if (rule === 'best epoch') return { accuracy: Math.max(...figures), last };
  if (rule === 'first epoch') return { accuracy: figures[0], last };
  if (rule === 'final') return { accuracy: last, last };
  // Of equal ones the last, as in the book's network3.py.
  const validation = epochs.map((epoch) => epoch.validation ?? 0);
  return { accuracy: figures[validation.lastIndexOf(Math.max(...validation))], last };
}

/** Of a share, without the noise of binary fractions. */
function percentage(share: number): number {
  return Number((100 * share).toFixed(6));
}

/** The first epoch, from 1, after which all training images are right, where they stand in the validation's place. */
export function perfectEpoch(epochs: readonly EpochAccuracy[]): number | null {
  const first = epochs.findIndex(({ validation }) => validation === 1);
  return first < 0 ? null : first + 1;
}

/** Points either way that a mean may lie from the book's figure: fewer where errors are few, and vary less. */
export const TOLERANCE = { usual: 0.6, small: 0.3, smallFrom: 96.4 } as const;

/** Lowest and highest mean that counts as the book's result, per cent. */
export function bandOf({ book, band }: PublishedRun): readonly [low: number, high: number] {
  const points = book >= TOLERANCE.smallFrom ? TOLERANCE.small : TOLERANCE.usual;
  return band ?? [book - points, book + points];
}

/** Sums of decimal fractions differ in the last bits; an edge belongs to the band. */
const ROUNDING = 1e-9;

/** Where the accuracies of a run's seeds lie, beside the book's figure. */
export function judge(run: PublishedRun, accuracies: readonly number[]): Exclude<Verdict, 'not compared'> {
  const [low, high] = bandOf(run);
  const holds = (figure: number): boolean => figure >= low - ROUNDING && figure <= high + ROUNDING;
  const mean = meanOf(accuracies);
  if (holds(mean)) return 'inside';
  if (Math.abs(mean - run.book) <= spreadOf(run, accuracies.length) + ROUNDING) return 'in spread';
  return run.bestOfThree && holds(Math.max(...accuracies)) ? 'best seed' : 'outside';
}

/** How far one run and the mean over some seeds lie apart, points: two deviations of their difference. 0 where none was measured. */
function spreadOf({ deviation = 0 }: PublishedRun, seeds: number): number {
  return 2 * deviation * Math.sqrt(1 + 1 / seeds);
}

export function meanOf(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}
