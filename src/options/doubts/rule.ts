// What a rule is by which settings are doubted, and what it looks at.

import type { Dataset } from '../../data/dataset.js';
import type { Figure } from '../events.js';
import type { Configuration } from '../options.js';
import type { OptionName, TrainOptions } from '../table.js';

/** What the rules look at. */
export interface Settings {
  /** As the user said them. */
  readonly options: TrainOptions;
  readonly configuration: Configuration;
  readonly data: Dataset;
  /** Training samples, and steps of the whole run. */
  readonly samples: number;
  readonly steps: number;
  /** Samples per step in an epoch, from 1. */
  batchAt(epoch: number): number;
  /** The least and the largest target, where targets are numbers. */
  readonly targets: readonly [least: number, largest: number] | undefined;
  readonly by: Figure;
}

export interface SettingRule {
  readonly about: OptionName;
  when(settings: Settings): boolean;
  /** One or two sentences. */
  text(settings: Settings): string;
}

/** A number in a sentence. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));
