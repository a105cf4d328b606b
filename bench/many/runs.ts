// The runs of bench:many: a benchmark network with rates around its own, so that all of them learn and no two are the same.

import type { Dataset } from '../../src/data/dataset.js';
import type { SearchOptions } from '../../src/experiments/search/search-options.js';
import type { BenchNetwork } from '../networks.js';

export function searchOf({ layers, batch, hidden, output, cost, eta }: BenchNetwork, data: Dataset): SearchOptions {
  return {
    ...{ data, layers: [...layers], batch, activation: hidden, output, cost, workers: 1 },
    space: { eta: { from: 0.8 * eta, to: 1.2 * eta } },
    strategy: 'random',
  };
}
