// Which epoch of a run was its best, from the lines of its metrics, so that runs of any version can be asked. The figure is the one that
// decides while a run goes on: the accuracy on the validation samples, the cost there where targets are numbers, and the training's
// cost where there is no validation.

import type { EpochEvent } from '../../options/events.js';

export interface BestOfRun {
  readonly epoch: EpochEvent;
  readonly by: 'validation accuracy' | 'validation cost' | 'training cost';
  /** A share, or a cost. */
  readonly value: number;
}

/**
 * The first of equally good ones; undefined where no epoch has the figure.
 * @param by default: the figure that decides
 */
export function bestEpoch(epochs: readonly EpochEvent[], by: BestOfRun['by'] = figureOf(epochs)): BestOfRun | undefined {
  let best: BestOfRun | undefined;
  for (const epoch of epochs) {
    const value = VALUES[by](epoch);
    if (value === null || !Number.isFinite(value)) continue;
    if (best === undefined || (by === 'validation accuracy' ? value > best.value : value < best.value)) best = { epoch, by, value };
  }
  return best;
}

const VALUES: Readonly<Record<BestOfRun['by'], (epoch: EpochEvent) => number | null>> = {
  'validation accuracy': (e) => e.validationAccuracy,
  'validation cost': (e) => e.validationCost,
  'training cost': (e) => e.trainingCost,
};

function figureOf(epochs: readonly EpochEvent[]): BestOfRun['by'] {
  if (epochs.some(({ validationAccuracy }) => validationAccuracy !== null)) return 'validation accuracy';
  return epochs.some(({ validationCost }) => validationCost !== null) ? 'validation cost' : 'training cost';
}
