// Whether a data set is MNIST, split as in the book or with all digits to train on: its relatives have the same sizes, so only the bytes tell.

import { createHash } from 'node:crypto';
import { type Dataset, SPLITS } from '../data/dataset.js';

/** SHA-256 of the pixels of training, validation and test, then their labels as bytes. */
const MNIST = 'c2069063c1105f2bf96266aef1ff68c6e13bdda7a54e37bf19c16f1db24efc83';
/** Digits to train on: the book's, and all that are not for the test. What is hashed is the same in both. */
const TRAINING = { book: 50_000, whole: 60_000 } as const;

export function isMnist(data: Dataset, split: keyof typeof TRAINING = 'book'): boolean {
  if (data.training.labels.length !== TRAINING[split] || !(data.training.values instanceof Uint8Array)) return false;
  const hash = createHash('sha256');
  for (const split of SPLITS) hash.update(data[split].values);
  for (const split of SPLITS) hash.update(Uint8Array.from(data[split].labels));
  return hash.digest('hex') === MNIST;
}
