// The figure by which a run tells better epochs from worse ones: the accuracy on its validation samples; where targets are numbers, the
// cost there; and where there is no validation, the training's cost. Early stopping, `halve`, the best network and all that is said
// of them go by it.

import { countSamples, type Dataset, isRegression } from '../data/dataset.js';
import { percent } from '../text.js';
import type { BestEpoch, EpochEvent, Figure } from './events.js';

export function figureOf(data: Dataset): Figure {
  if (countSamples(data, 'validation') === 0) return 'training cost';
  return isRegression(data) ? 'validation cost' : 'validation accuracy';
}

type Measured = Pick<EpochEvent, 'trainingCost' | 'validationCost' | 'validationAccuracy'>;

const VALUES: Readonly<Record<Figure, (epoch: Measured) => number | null>> = {
  'validation accuracy': (e) => e.validationAccuracy,
  'validation cost': (e) => e.validationCost,
  'training cost': (e) => e.trainingCost,
};

/** The figure of an epoch; NaN where it has none. */
export function figureAt(by: Figure, epoch: Measured): number {
  return VALUES[by](epoch) ?? Number.NaN;
}

/** Turns a figure into a number that is the larger the better, and back. */
export function merit(by: Figure, value: number): number {
  return by === 'validation accuracy' ? value : -value;
}

/**
 * The best of some epochs; of equal ones the first. From a run's metrics it is what the run itself went by.
 * @param by default: the figure that decides, of those that the epochs have
 */
export function bestOf(epochs: readonly EpochEvent[], by: Figure | undefined = figureThere(epochs)): BestEpoch | undefined {
  if (by === undefined) return undefined;
  const measured = epochs.filter((epoch) => Number.isFinite(figureAt(by, epoch)));
  if (measured.length === 0) return undefined;
  const of = (epoch: EpochEvent): number => merit(by, figureAt(by, epoch));
  const best = measured.reduce((a, b) => (of(b) > of(a) ? b : a));
  return { epoch: best.epoch, by, value: figureAt(by, best) };
}

function figureThere(epochs: readonly EpochEvent[]): Figure | undefined {
  return (Object.keys(VALUES) as Figure[]).find((figure) => epochs.some((epoch) => Number.isFinite(figureAt(figure, epoch))));
}

/** '97.71 %', or a cost. */
export function figureText(by: Figure, value: number): string {
  return by === 'validation accuracy' ? percent(value, 2) : value.toPrecision(4);
}

/** '97.71 % after epoch 21 (validation accuracy)' */
export function bestText({ epoch, by, value }: BestEpoch): string {
  return `${figureText(by, value)} after epoch ${epoch} (${by})`;
}

/** Fewer targets than these say nothing of how good a network is. */
export const LEAST_SAMPLES = 10;

/** Whether so many samples tell a network that knows them all from one that always says their commonest class: by two standard errors. */
export function canTell(samples: number, share: number): boolean {
  return samples * (1 - share) > 4 * share;
}
