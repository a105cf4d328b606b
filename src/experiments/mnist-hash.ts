// Whether a data set is MNIST, with so many of its digits to train on: its relatives have the same sizes, so only the bytes tell.

import { createHash } from 'node:crypto';
import { type Dataset, SPLITS } from '../data/dataset.js';

/** SHA-256 of the pixels of training, validation and test, then their labels as bytes. */
const MNIST = 'c2069063c1105f2bf96266aef1ff68c6e13bdda7a54e37bf19c16f1db24efc83';
/** Digits that are not for the test, and those of them that the book holds back. */
const ALL = 60_000;
const OF_BOOK = 10_000;

/** @param validation digits that are held back: the last ones, so that what is hashed is the same for any number */
export function isMnist(data: Dataset, validation = OF_BOOK): boolean {
  if (data.training.labels.length !== ALL - validation || !(data.training.values instanceof Uint8Array)) return false;
  const hash = createHash('sha256');
  for (const split of SPLITS) hash.update(data[split].values);
  for (const split of SPLITS) hash.update(Uint8Array.from(data[split].labels));
  return hash.digest('hex') === MNIST;
}
