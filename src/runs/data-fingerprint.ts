// What tells a data set from another one: a hash over all samples. A run goes on with the data that it began with.

import { createHash } from 'node:crypto';
import { type Dataset, SPLITS } from '../data/dataset.js';

/** SHA-256 over sizes, values, labels and targets. Takes 0.1 s for the 55 MB of the full MNIST. */
export function fingerprint(data: Dataset): string {
  const hash = createHash('sha256').update(`${data.inputs} ${data.classes} ${data.scale}`);
  for (const split of SPLITS) {
    const { values, labels, targets } = data[split];
    for (const part of [values, labels, targets ?? new Uint8Array(0)]) {
      hash.update(`\n${part.byteLength}\n`).update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    }
  }
  return hash.digest('hex');
}
