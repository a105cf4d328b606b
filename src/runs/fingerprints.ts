// Hashes of the data and of the modules with own functions, by which a run is resumed only with the samples and functions that it
// began with.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Dataset, SPLITS } from '../data/dataset.js';
import { rowBlocks } from '../data/row-blocks.js';

/** SHA-256 over sizes, values, labels and targets. Takes 0.5 s a GiB where the processor has instructions for it. */
export function dataFingerprint(data: Dataset): string {
  const hash = createHash('sha256').update(`${data.inputs} ${data.classes} ${data.scale}`);
  for (const split of SPLITS) {
    const { values, labels, targets } = data[split];
    for (const part of [values, labels, targets ?? new Uint8Array(0)]) {
      hash.update(`\n${part.byteLength}\n`);
      // In pieces: more than 2 GiB at once are refused.
      for (const piece of rowBlocks(part)) hash.update(piece);
    }
  }
  return hash.digest('hex');
}

/** SHA-256 by URL, of modules that are files and can be read; others are known by their URL. What a module imports in turn is not hashed. */
export function moduleFingerprints(urls: readonly string[]): Readonly<Record<string, string>> {
  const files = urls.filter((url) => url.startsWith('file:'));
  return Object.fromEntries(files.flatMap((url) => fileHash(url).map((hash) => [url, hash])));
}

/** None where the file cannot be read. */
function fileHash(url: string): string[] {
  try {
    const content = readFileSync(fileURLToPath(url));
    return [createHash('sha256').update(content).digest('hex')];
  } catch {
    return [];
  }
}
