// Settings that are allowed, each by itself, but together, or with the data at hand, cannot mean anything, or can hardly have been meant: the
// tables of rules beside this file say when, and what to use instead. They are evaluated once, before a run's first step. To add one: a row.

import { countSamples, type Dataset } from '../../data/dataset.js';
import { batchesOf } from '../../model/batch-growth.js';
import { figureOf } from '../figure.js';
import type { Configuration } from '../options.js';
import type { TrainOptions } from '../table.js';
import { KEEPING_RULES } from './keeping.js';
import { LEARNING_RULES } from './learning.js';
import { NETWORK_RULES } from './network.js';
import type { Settings } from './rule.js';

/**
 * Warnings of settings that are allowed, and yet cannot be meant.
 * @param configuration what `configure` made of the options and the data
 */
export function settingWarnings(options: TrainOptions, configuration: Configuration, data: Dataset): string[] {
  const settings = settingsOf(options, configuration, data);
  return [...NETWORK_RULES, ...LEARNING_RULES, ...KEEPING_RULES].flatMap((rule) => (rule.when(settings) ? [rule.text(settings)] : []));
}

function settingsOf(options: TrainOptions, configuration: Configuration, data: Dataset): Settings {
  const samples = countSamples(data, 'training');
  const { targets } = data.training;
  const batchAt = batchesOf(configuration, samples);
  return {
    options,
    configuration,
    data,
    samples,
    batchAt,
    steps: stepsUntil(configuration.epochs, (epoch) => Math.ceil(samples / batchAt(epoch))),
    targets: targets?.reduce(([least, most], y) => [Math.min(least, y), Math.max(most, y)], [targets[0], targets[0]]),
    by: figureOf(data),
  };
}

/** Steps of so many epochs. */
function stepsUntil(epochs: number, of: (epoch: number) => number): number {
  let steps = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) steps += of(epoch);
  return steps;
}
