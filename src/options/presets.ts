// Presets: defaults that fit a kind of data or a way of working, behind one word. What the user says beside one comes first, and sets
// aside what of it goes with something else, by the rules for configuration files; a run says all of its options in full and keeps them,
// not the word.

import { checkOneOf } from '../check.js';
import { rowsForPeople } from '../option-row.js';
import { besideTyped } from './config-precedence.js';
import { scheduleText } from './option-text.js';
import { PRESET_NAMES, PRESET_WORDS, type PresetName } from './preset-names.js';
import { OPTIONS, type TrainOptions } from './table.js';

type Preset = { readonly always: TrainOptions; readonly classes?: TrainOptions };

/** Options of each; `classes` for targets that are classes only, since a regression has outputs and cost of its own. */
const PRESETS = {
  // Against scikit-learn's MLPs with standardised columns, ten splits of six sets each: from 0.7 points worse to 1.6 better, or 0.005 to 0.3
  // of R² better. With η 0.003 and no λ, iris was 1.1 points worse over sixty splits: He's weights are large for four inputs. Early stopping
  // was worse by up to 10 points on the small ones, whose validation samples are too few to tell epochs apart.
  tabular: {
    always: {
      hidden: [100],
      activation: 'relu',
      init: 'he',
      optimiser: 'adam',
      eta: 0.01,
      lambda: 0.5,
      batch: 32,
      epochs: 100,
      dropout: [0.1],
      schedule: { kind: 'cosine', warmUp: 0 },
    },
    classes: { output: 'softmax', cost: 'log-likelihood' },
  },
  book: {
    always: { hidden: [100], activation: 'sigmoid', init: 'scaled', optimiser: 'sgd', batch: 10, epochs: 30 },
    classes: { output: 'sigmoid', cost: 'cross-entropy', eta: 0.5 },
  },
  modern: {
    always: {
      hidden: [512],
      activation: 'relu',
      init: 'he',
      optimiser: 'adamw',
      eta: 0.002,
      batch: 128,
      epochs: 20,
      dropout: [0.2],
      schedule: { kind: 'cosine', warmUp: 1 },
    },
    classes: { output: 'softmax', cost: 'log-likelihood' },
  },
} as const satisfies Readonly<Record<PresetName, Preset>>;

/** The options, completed by their preset. @throws {RangeError} for a preset that there is not */
export function withPreset(options: TrainOptions, regression: boolean): TrainOptions {
  const { preset } = options;
  if (preset === undefined) return options;
  const { always, classes }: Preset = PRESETS[checkOneOf('preset', preset, PRESET_NAMES, PRESET_WORDS)];
  const given: TrainOptions = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...besideTyped(given, { ...always, ...(regression ? {} : classes) }).options, ...given };
}

/** What the preset of options that it has completed says, as options of the command line; undefined without one. */
export function presetText(options: TrainOptions): string | undefined {
  const { preset } = options;
  if (preset === undefined) return undefined;
  const { always, classes }: Preset = PRESETS[preset];
  const chosen: Readonly<Record<string, unknown>> = { ...always, ...classes };
  const values: Readonly<Record<string, unknown>> = { ...options };
  const flags = rowsForPeople(OPTIONS).flatMap(([option, { key, kind }]) => {
    const value = values[option];
    if (chosen[option] === undefined || value === undefined) return [];
    return value === true ? [`--${key}`] : [`--${key} ${kind === 'schedule' ? scheduleText(value as never) : value}`];
  });
  return `${preset}: ${flags.join(' ')}`;
}
